// Token healing: the end of the typed text is taken back and decoded again under the condition that the output begins with
// it, so that `ret|` can become `return` whatever tokens the two share.

const longestHealed = 64;

/**
 * Where the healed part of `typed` begins: before the last run of word characters or of punctuation, or before the last
 * blank (of a run of blanks only the last, or the model deepens the indentation). `typed.length` if there is nothing.
 */
export function healStart(typed: string): number {
  const tail = typed.slice(-longestHealed);
  const run = /(?:[\p{L}\p{N}\p{M}_$]+|[^\p{L}\p{N}\p{M}_$\s]+|\s)$/u.exec(tail);
  return typed.length - (run?.[0].length ?? 0);
}
