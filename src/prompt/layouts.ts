// Fill-in-the-middle prompt layouts as data, one per model family: special tokens and the order of the parts.
import type { Tokenizer } from '../model/tokenizer.ts';

/** The special tokens a layout needs, as the tokenizer spells them. */
export interface FimTokens {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle?: string;
  readonly repository: string;
  readonly file: string;
}

/**
 * `suffixFirst`: context, suffix, then all text before the cursor, which the model simply continues (palimpsest-135m).
 * `anchored`: context, the lines above the anchor, suffix, then the text typed since the anchor (prefix-suffix-middle models).
 * Both end in the typed text, so that typing appends to the prompt.
 */
export interface Layout {
  readonly order: 'suffixFirst' | 'anchored';
  readonly tokens: FimTokens;
}

const starcoder: FimTokens = {
  prefix: '<fim_prefix>',
  suffix: '<fim_suffix>',
  middle: '<fim_middle>',
  repository: '<repo_name>',
  file: '<file_sep>',
};

const qwen: FimTokens = {
  prefix: '<|fim_prefix|>',
  suffix: '<|fim_suffix|>',
  middle: '<|fim_middle|>',
  repository: '<|repo_name|>',
  file: '<|file_sep|>',
};

/** Models tuned for the suffix-first order, by the name their weights carry. */
const suffixFirstModels = new Set(['palimpsest-135m']);

/** The layout of the model called `name`, found by the special tokens it has; undefined if it cannot fill in the middle. */
export function layoutFor(name: string, tokenizer: Pick<Tokenizer, 'specialId'>): Layout | undefined {
  for (const tokens of [qwen, starcoder]) {
    const found = Object.values(tokens).every((text) => tokenizer.specialId(text) !== undefined);
    if (found) return { order: suffixFirstModels.has(name) ? 'suffixFirst' : 'anchored', tokens };
  }
  return undefined;
}
