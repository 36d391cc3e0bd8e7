// What the bench needs of the product's engine. The measuring side knows nothing else of it.

import type { Item, Prediction } from './items.ts';
import type { TokenBytes } from './peerComplete.ts';
import type { NextToken } from './peerMessages.ts';

/** `shipped`: the model's own layout, last token healed. `holeAtCursor`: prefix, suffix, middle in that order, not healed. */
export type PromptVariant = 'shipped' | 'holeAtCursor';

/** A prompt as the model sees it. Decoding must begin with `healBytes`, which were taken off its end. */
export interface Prompt {
  readonly ids: readonly number[];
  readonly healBytes: Uint8Array;
}

/** The product's engine on the model and threads of the run. Calls must not overlap. The caller disposes of it. */
export interface OursEngine {
  readonly facts: { readonly model: string; readonly device: string; readonly threads: number };
  readonly vocabulary: TokenBytes;
  /**
   * Evaluates `tokens` on an empty cache and picks the next one: in the short passes a request is served with, or in one.
   * Returns milliseconds.
   */
  prefill(tokens: readonly number[], passes: 'short' | 'one'): Promise<number>;
  /** Greedily decodes `count` tokens from where the sequence stands, end tokens included. Returns milliseconds. */
  decode(count: number): Promise<number>;
  /** Distributions after each of `tokens`, evaluated from an empty cache. */
  positions(tokens: readonly number[]): Promise<readonly NextToken[]>;
  /** The answer a user would get, by the same door as `batch`; caches stay warm between calls. */
  complete(item: Item, variant: PromptVariant): Promise<Prediction>;
  /** Reads what `complete` would of this item, as where a cursor rests. Returns how many tokens were computed. */
  readAhead(item: Item): Promise<number>;
  /** The very prompt that `complete` evaluates for this item. */
  promptTokens(item: Item, variant: PromptVariant): Promise<Prompt>;
  /** Resident set of the engine's process. */
  residentBytes(): Promise<number>;
  dispose(): Promise<void>;
}
