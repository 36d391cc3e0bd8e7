// Masks for those who ask for them: nothing is made of a grammar before the first one is wanted, and then what further ones need is
// made ahead while nobody asks for completions.
import type { ParserState } from '../parserState.ts';
import type { GrammarMasks } from './masks.ts';
import { prepareMasks } from './prepareMasks.ts';
import { listTokens } from './tokenSet.ts';

/** Milliseconds without a request after which preparation begins. */
const idleMs = 5000;

export class OnDemandMasks {
  readonly #make: () => GrammarMasks;
  readonly #folder: string;
  readonly #onProblem: (text: string) => void;
  /** Made for the first list. */
  #masks: GrammarMasks | undefined;
  #isPrepared = false;
  #timer: NodeJS.Timeout | undefined;
  #underway: AbortController | undefined;

  /** `folder`: where what was made is kept. */
  constructor(make: () => GrammarMasks, folder: string, onProblem: (text: string) => void) {
    this.#make = make;
    this.#folder = folder;
    this.#onProblem = onProblem;
  }

  /** Every token after which `state` goes on, ascending. */
  list(state: ParserState): Int32Array {
    this.#masks ??= this.#make();
    const bits = new Uint32Array(this.#masks.words);
    this.#masks.fillMask(state, bits);
    return listTokens({ ids: undefined, bits });
  }

  /** A request is here: preparation stops, and goes on when it is quiet. */
  postpone(): void {
    this.#underway?.abort();
    clearTimeout(this.#timer);
    const masks = this.#masks;
    if (masks === undefined || this.#isPrepared) return;
    this.#timer = setTimeout(() => void this.#prepare(masks), idleMs);
    // nothing waits for it
    this.#timer.unref();
  }

  async #prepare(masks: GrammarMasks): Promise<void> {
    const controller = new AbortController();
    this.#underway = controller;
    try {
      await prepareMasks(masks, this.#folder, controller.signal);
      this.#isPrepared = true;
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#isPrepared = true;
      this.#onProblem(`Masks are not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
