// How a model's passes are run, which depends on where its keys and values are.
import type { RowLogits, Rows, TokenCache } from './model.ts';
import type { SlotTree } from './slotTree.ts';

export interface SlotCache extends TokenCache {
  /** Which token follows which; during a pass the new rows are in it already. */
  readonly slots: SlotTree;
}

export interface Passes {
  readonly cache: SlotCache;
  /** One pass over `count` rows behind `past` cached tokens; afterwards the cache holds them. */
  run(rows: Rows, past: number, count: number): Promise<RowLogits>;
  /** Frees what is held beside the model. */
  close(): Promise<void>;
}
