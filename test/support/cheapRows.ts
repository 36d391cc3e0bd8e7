// The cost of passes on a machine on which rows beside the first are nearly free, so that much is proposed.
import { PassCost } from '../../src/draft/passCost.ts';

export class CheapRows extends PassCost {
  override learn(): void {}
  override of(rows: number): number {
    return 1 + rows / 100;
  }
}
