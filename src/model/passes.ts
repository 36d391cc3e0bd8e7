// How a model's passes are run, which depends on where its keys and values are.
import type { RowLogits, Rows } from './model.ts';
import type { SlotCache } from './slotCache.ts';

/** Added to the score of a token that a row must not see. */
export const masked = -1e9;

export interface Passes {
  readonly cache: SlotCache;
  /** One pass over `count` rows behind `past` cached tokens; afterwards the cache holds them. */
  run(rows: Rows, past: number, count: number): Promise<RowLogits>;
  /** Frees what is held beside the model. */
  close(): Promise<void>;
}

/** The rows of a pass whose logits are wanted, and those that are asked for. */
export function rowsOf(
  rows: Rows,
  count: number,
): { readonly wanted: readonly number[]; readonly asked: readonly number[] } {
  const wanted = rows.wanted ?? Array.from({ length: count }, (_, row) => row);
  // the runtime's TopK divides by the number of rows: where none is wanted one is computed and thrown away
  return { wanted, asked: wanted.length > 0 ? wanted : [count - 1] };
}
