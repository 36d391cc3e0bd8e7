// Trials of a model on the devices of this machine → which of them it runs on where the user leaves that open.
import type { Trial } from '../protocol/modelMessages.ts';

/** Of the first choices that are compared, so many may differ, and the others may be so far apart: devices round differently. */
const mostOthers = 2;
const mostApart = 0.5;
/** What a text that is seen for the first time counts, beside one that is typed on. */
const newTextShare = 0.2;

/** The quicker one, but never one whose first choices are not those of the CPU. */
export function quickerOf(cpu: Trial, gpu: Trial): Trial {
  return agrees(cpu, gpu) && !gpu.isCut && waitOf(gpu) < waitOf(cpu) ? gpu : cpu;
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

interface Remembered {
  readonly device: Chosen;
  readonly machine: string;
}

const memoryKey = 'palimpsest.devices';

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
    const remembered = this.#all[model];
    return remembered?.machine === this.#machine ? remembered.device : undefined;
  }

  async keep(model: string, device: Chosen): Promise<void> {
    const isOther = device !== (this.of(model) ?? 'cpu');
    await this.#memory.update(memoryKey, { ...this.#all, [model]: { device, machine: this.#machine } });
    if (isOther) this.#changed(model);
  }

  get #all(): Readonly<Record<string, Remembered>> {
    return (this.#memory.get(memoryKey) as Readonly<Record<string, Remembered>> | undefined) ?? {};
  }
}
