// What the rest of the engine knows of a loaded model. `Decoder` is the real one; tests script others.
import type { DecoderConfig } from './format/weights.ts';

/** How many of the highest logits a row yields. */
export const topCount = 64;

/** Rows for one forward pass. They follow the last cached token as a chain, or with `parents` as a tree. */
export interface Rows {
  /** One token per row; with `mixture` k per row, row by row. */
  readonly tokens: readonly number[];
  /** Shares of the k tokens mixed into each row (superposition), [rows · k]; without it k is 1. */
  readonly mixture?: { readonly width: number; readonly weights: Float32Array };
  /**
   * Slot of the token that each row follows: that of a cached one, or the cache's length and the number of a row before it; -1 for
   * none. Texts beside each other lie in the cache together, until it is cut.
   */
  readonly parents?: readonly number[];
  /** Rows whose logits are wanted, all by default; [] where only the cache matters. */
  readonly wanted?: readonly number[];
  /** Fetch full logits or last hidden states of the wanted rows as well. */
  readonly fetch?: { readonly logits?: boolean; readonly hidden?: boolean };
}

/** Logits of the R wanted rows. */
export interface RowLogits {
  /** [R · topCount], by falling logit. */
  readonly topIds: Int32Array;
  /** [R · topCount] */
  readonly topLogits: Float32Array;
  /** [R]: log-sum-exp over the whole vocabulary, so that log p = logit − logSumExp. */
  readonly logSumExp: Float32Array;
  /** [R · vocabulary] if asked for. */
  readonly logits?: Float32Array;
  /** [R · hidden] if asked for. */
  readonly hidden?: Float32Array;
}

/** The tokens whose keys and values a model holds, each in a slot. */
export interface TokenCache {
  readonly length: number;
  readonly maxLength: number;
  /** Forgets all but the first `length` tokens. */
  truncate(length: number): void;
}

/** One model in memory. Calls of `forward` must not overlap. Close it when done. */
export interface Model {
  readonly config: DecoderConfig;
  readonly device: 'cpu' | 'webgpu';
  readonly threads: number;
  readonly cache: TokenCache;
  /**
   * One pass over `rows`; afterwards the cache holds them too. A row attends to the tokens on its path.
   * @throws RangeError if they do not fit the context or make no sense, which leaves the cache as it was
   */
  forward(rows: Rows): Promise<RowLogits>;
  close(): Promise<void>;
}
