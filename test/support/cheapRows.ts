// The cost of passes on a machine on which rows beside the first are nearly free, up to a number of them, so that much is proposed.
import { PassCost } from '../../src/draft/passCost.ts';

export class CheapRows extends PassCost {
  readonly #most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    super();
    this.#most = most;
  }

  override learn(): void {}

  override of(rows: number): number {
    return rows <= this.#most ? 1 + rows / 100 : Number.POSITIVE_INFINITY;
  }
}
