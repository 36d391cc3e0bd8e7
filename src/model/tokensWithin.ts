// Tokens of a text → those that lie within its first bytes.
import type { Vocabulary } from './vocabulary.ts';

/** How many of the first `tokens` end within `limit` bytes, and how many bytes they have. */
export function tokensWithin(
  tokens: readonly number[],
  limit: number,
  vocabulary: Pick<Vocabulary, 'bytesOf'>,
): { readonly count: number; readonly bytes: number } {
  let bytes = 0;
  for (const [count, token] of tokens.entries()) {
    const end = bytes + vocabulary.bytesOf(token).length;
    if (end > limit) return { count, bytes };
    bytes = end;
  }
  return { count: tokens.length, bytes };
}
