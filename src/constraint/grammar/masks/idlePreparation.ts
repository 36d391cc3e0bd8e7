// Partitions of the vocabulary made while nobody asks for completions.
import type { GrammarMasks } from './masks.ts';
import { prepareMasks } from './prepareMasks.ts';

/** Milliseconds without a request after which preparation begins. */
const idleMs = 5000;

export class IdlePreparation {
  readonly #masks: GrammarMasks;
  readonly #folder: string;
  readonly #onProblem: (text: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #underway: AbortController | undefined;
  #isDone = false;

  /** `folder`: where what was made is kept. */
  constructor(masks: GrammarMasks, folder: string, onProblem: (text: string) => void) {
    this.#masks = masks;
    this.#folder = folder;
    this.#onProblem = onProblem;
  }

  /** A request is here: what goes on stops, and begins again when it is quiet. */
  postpone(): void {
    this.#underway?.abort();
    clearTimeout(this.#timer);
    if (this.#isDone) return;
    this.#timer = setTimeout(() => void this.#prepare(), idleMs);
    // nothing waits for it
    this.#timer.unref();
  }

  async #prepare(): Promise<void> {
    const controller = new AbortController();
    this.#underway = controller;
    try {
      await prepareMasks(this.#masks, this.#folder, controller.signal);
      this.#isDone = true;
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#isDone = true;
      this.#onProblem(`Masks are not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
