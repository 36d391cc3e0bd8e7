// Two versions of a document → what the newer one has no more: text that was just deleted or changed is likely to be written again
// ("aggressive decoding" takes the text before an edit as the draft of the text after it: Ge et al., 2022, arXiv 2205.10350).

/** Shorter is what typing does to tokens, longer no edit of one place. */
const shortest = 4;
const longest = 400;
/** Tokens before it, by which it is found. */
const lead = 8;

/**
 * The tokens of `before` between those that both begin with and those that both end with, and some before them; undefined where
 * that is not one edit.
 */
export function removedTokens(before: readonly number[], after: readonly number[]): readonly number[] | undefined {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const length = before.length - end - start;
  if (length < shortest || length > longest) return undefined;
  return before.slice(Math.max(0, start - lead), before.length - end);
}
