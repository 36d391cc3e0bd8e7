// Times of passes over the model, answer by answer → whether its device has become slow, as when another program fills it.
import type { Outcome } from '../protocol/messages.ts';

/** Answers in a row that say so: one alone may have met a moment. */
const mostInARow = 8;

type Done = Extract<Outcome, { outcome: 'done' }>;

export class SlowPasses {
  #inARow = 0;

  /**
   * Counts an answer with its first draft.
   * @param slowMs a pass that takes longer is slow
   * @returns whether so many in a row were; the count begins anew then
   */
  isSlowAfter({ timings, counters }: Pick<Done, 'timings' | 'counters'>, slowMs: number): boolean {
    const { contextMs, prefillMs, firstDraftMs } = timings;
    const { passes, monitorMs, proposeMs, constraintMs } = counters;
    if (passes === 0) return false;
    const passMs = (firstDraftMs - contextMs - prefillMs - monitorMs - proposeMs - constraintMs) / passes;
    this.#inARow = passMs > slowMs ? this.#inARow + 1 : 0;
    if (this.#inARow < mostInARow) return false;
    this.#inARow = 0;
    return true;
  }
}
