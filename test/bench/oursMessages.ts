// What the bench asks of the product's process and what comes back. One request at a time.

import type { Item, Prediction } from './items.ts';
import type { OursEngine, Prompt, PromptVariant } from './oursEngine.ts';
import type { NextToken } from './peerMessages.ts';

export interface OursOptions {
  /** A .gguf file or a model folder. */
  readonly modelPath: string;
  /** Where built graphs are kept. */
  readonly cachePath: string;
  readonly threads: number;
}

/** Each asks for what the method of `OursEngine` with its name says. */
export type OursRequest =
  | { readonly method: 'open'; readonly options: OursOptions }
  | { readonly method: 'prefill'; readonly tokens: readonly number[]; readonly passes: 'short' | 'one' }
  | { readonly method: 'decode'; readonly count: number }
  | { readonly method: 'positions'; readonly tokens: readonly number[] }
  | { readonly method: 'complete'; readonly item: Item; readonly variant: PromptVariant }
  | { readonly method: 'readAhead'; readonly item: Item }
  | { readonly method: 'promptTokens'; readonly item: Item; readonly variant: PromptVariant }
  | { readonly method: 'residentBytes' };

/** Answers by method. */
export interface OursAnswers {
  readonly open: OursEngine['facts'];
  readonly prefill: number;
  readonly decode: number;
  readonly positions: readonly NextToken[];
  readonly complete: Prediction;
  readonly readAhead: number;
  readonly promptTokens: Prompt;
  readonly residentBytes: number;
}
