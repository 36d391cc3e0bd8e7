// Token healing: the end of the typed text is taken back and decoded again under the condition that the output begins with
// it, so that `ret|` can become `return` whatever tokens the two share.
import type { Tokenizer } from '../model/tokenizer.ts';
import { tokensWithin } from '../model/tokensWithin.ts';

const longestHealed = 64;
/** Text of the line before the run that is tokenized with it. */
const contextLength = 64;

/**
 * Where the healed part of `typed` begins: before the last run of word characters or of punctuation, or before the last
 * blank (of a run of blanks only the last, or the model deepens the indentation). Where the tokenizer joins a run to what stands
 * before it, as most do with a blank, that is taken back, too: the model has seen ` return`, and hardly ever a blank with `return`
 * behind it. `typed.length` if there is nothing.
 */
export function healStart(typed: string, tokenizer: Tokenizer): number {
  const tail = typed.slice(-longestHealed);
  const run = /(?:[\p{L}\p{N}\p{M}_$]+|[^\p{L}\p{N}\p{M}_$\s]+|\s)$/u.exec(tail)?.[0] ?? '';
  const start = typed.length - run.length;
  return run.trim() === '' ? start : tokenStart(typed, start, tokenizer);
}

/** Where the token begins that has the character at `index`; `index` where that is within a character. */
function tokenStart(typed: string, index: number, { encode, vocabulary }: Tokenizer): number {
  const from = Math.max(typed.lastIndexOf('\n', index) + 1, index - contextLength);
  const before = Buffer.from(typed.slice(from, index));
  const { bytes } = tokensWithin(encode(typed.slice(from)), before.length, vocabulary);
  const lead = before.subarray(bytes).toString();
  return lead.includes('\ufffd') ? index : index - lead.length;
}
