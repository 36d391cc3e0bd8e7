// Trials of a model on the devices of this machine → which of them it runs on where the user leaves that open.
import type { Trial } from '../protocol/modelMessages.ts';

/** Of the first choices that are compared, so many may differ, and the others may be so far apart: devices round differently. */
const mostOthers = 2;
const mostApart = 0.5;
/** Times of passes are of several rows, and of moments: only those that are longer by more than this say something. */
const muchSlower = 5;
const slower = 2;
/** What a text that is seen for the first time counts, beside one that is typed on. */
const newTextShare = 0.2;

/** The quicker one, but never one whose first choices are not those of the CPU. */
export function quickerOf(cpu: Trial, gpu: Trial): Trial {
  return agrees(cpu, gpu) && !gpu.isCut && waitOf(gpu) < waitOf(cpu) ? gpu : cpu;
}

/** Milliseconds of a pass from which on the GPU that was chosen is slower than it was by far, and than the CPU. */
export function slowPassMs(cpu: Trial, gpu: Trial): number {
  return 1000 * Math.max(muchSlower / gpu.tokensPerSecond, slower / cpu.tokensPerSecond);
}

function agrees({ firstChoices: ours }: Trial, { firstChoices: theirs }: Trial): boolean {
  if (ours.length === 0 || ours.length !== theirs.length) return false;
  const same = ours.filter(({ token, logProb }, at) => {
    const other = theirs[at]!;
    return other.token === token && Math.abs(other.logProb - logProb) <= mostApart;
  });
  return ours.length - same.length <= mostOthers;
}

function waitOf({ firstDraftMs, newTextMs }: Trial): number {
  return firstDraftMs + newTextShare * newTextMs;
}

/** What keeps values over restarts: the editor's own, or a map in tests. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

type Chosen = Trial['device'];

/** The device that a model runs on. */
export interface Choice {
  readonly device: Chosen;
  /** Milliseconds that a pass over the model takes where the CPU would do better. */
  readonly slowMs?: number;
}

interface Remembered extends Choice {
  readonly machine: string;
  /** When it is worth another trial, in milliseconds since 1970. */
  readonly againAt?: number;
}

const memoryKey = 'palimpsest.devices';
/** What a trial has found holds so long: nothing tells when a driver is another. */
const trialHoldsMs = 14 * 24 * 3600_000;
/** A device that failed may have been short of memory for a while. */
export const failureHoldsMs = 3600_000;

/** Remembers the device of each model, as long as the machine is the same. */
export class DeviceChoice {
  readonly #memory: Memory;
  readonly #machine: string;
  readonly #changed: (model: string) => void;

  /**
   * @param machine changes with whatever devices depend on
   * @param changed called once a model has another device
   */
  constructor(memory: Memory, machine: string, changed: (model: string) => void = () => {}) {
    this.#memory = memory;
    this.#machine = machine;
    this.#changed = changed;
  }

  /** The device of the model that the setting `model` means; undefined where none was tried. */
  of(model: string): Chosen | undefined {
    return this.#here(model)?.device;
  }

  /** Whether the devices are to be tried for the model, at `nowMs` since 1970. */
  isDue(model: string, nowMs: number): boolean {
    return nowMs >= (this.#here(model)?.againAt ?? 0);
  }

  /** Milliseconds of a pass from which on the device of the model is slow. */
  slowMs(model: string): number {
    return this.#here(model)?.slowMs ?? Number.POSITIVE_INFINITY;
  }

  /** @param holdsMs after so long it is due again */
  async keep(model: string, choice: Choice, holdsMs: number = trialHoldsMs): Promise<void> {
    const isOther = choice.device !== (this.of(model) ?? 'cpu');
    const kept: Remembered = { ...choice, machine: this.#machine, againAt: Date.now() + holdsMs };
    await this.#memory.update(memoryKey, { ...this.#all, [model]: kept });
    if (isOther) this.#changed(model);
  }

  /** What is remembered of the model on this machine. */
  #here(model: string): Remembered | undefined {
    const remembered = this.#all[model];
    return remembered?.machine === this.#machine ? remembered : undefined;
  }

  get #all(): Readonly<Record<string, Remembered>> {
    return (this.#memory.get(memoryKey) as Readonly<Record<string, Remembered>> | undefined) ?? {};
  }
}
