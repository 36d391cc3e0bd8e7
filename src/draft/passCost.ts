// c(M): what a pass over M rows costs, relative to one row, learnt from passes. It decides how much is proposed: on one machine
// rows are nearly free, on another each costs most of a pass, and in between there are stairs.

/** Passes over more rows than this are not decoding: one more, and GPUs attend by a slower program (shared masks end there, too). */
export const mostRows = 31;
/** Cost of a further row before any was measured. */
const unknownRowCost = 0.25;
/** Weight of the newest pass, in the cost of its number of rows and in the time of a single row. */
const newestShare = 0.1;

export class PassCost {
  /** Number of rows → relative cost; 0 where none was measured. */
  readonly #costs = new Float64Array(mostRows + 1);
  /** Time of a single row, as the context is now. */
  #rowMs: number | undefined;

  constructor() {
    this.#costs[1] = 1;
  }

  /** All that was learnt. */
  get memory(): readonly Float64Array[] {
    return [this.#costs];
  }

  /** Milliseconds that a pass over a single row takes; undefined where none was measured. */
  get rowMs(): number | undefined {
    return this.#rowMs;
  }

  /** Whether any pass over several rows was measured. */
  get isKnown(): boolean {
    return this.#costs.some((cost, rows) => rows > 1 && cost > 0);
  }

  /**
   * A pass over `rows` rows takes `ms` milliseconds, by a measurement made for it; over a single row first. What is known stays where
   * it is less: rows that seem dear are not used, so that nothing would ever put right what a busy machine has measured.
   */
  measure(rows: number, ms: number): void {
    if (rows === 1) this.#rowMs = ms;
    else if (this.#rowMs !== undefined)
      this.#costs[rows] = Math.min(this.#costs[rows] || Number.POSITIVE_INFINITY, ms / this.#rowMs);
  }

  /** A pass over `rows` rows took `ms` milliseconds among others: it moves what is known, or what was supposed. */
  learn(rows: number, ms: number): void {
    if (rows < 1 || rows > mostRows) return;
    if (this.#rowMs === undefined) {
      this.#rowMs = ms / this.of(rows);
      return;
    }
    const cost = ms / this.#rowMs;
    if (rows > 1) this.#costs[rows] = mean(this.#costs[rows] || this.of(rows), cost);
    // a slow pass is an accident, a slow machine is slow for all
    this.#rowMs = mean(this.#rowMs, Math.min(ms / this.of(rows), 2 * this.#rowMs));
  }

  /** Relative cost of `rows` rows, from 1 to `mostRows`: measured, or between what was, and never below that of fewer. */
  of(rows: number): number {
    let below = 1;
    let least = 1;
    for (let at = 2; at <= rows; at++)
      if (this.#costs[at]! > 0) {
        below = at;
        least = Math.max(least, this.#costs[at]!);
      }
    if (below === rows) return least;
    for (let above = rows + 1; above <= mostRows; above++) {
      const cost = this.#costs[above]!;
      if (cost > 0) return least + (Math.max(0, cost - least) * (rows - below)) / (above - below);
    }
    const rowCost = below === 1 ? unknownRowCost : (least - 1) / (below - 1);
    return least + rowCost * (rows - below);
  }
}

function mean(old: number, newest: number): number {
  return old + newestShare * (newest - old);
}
