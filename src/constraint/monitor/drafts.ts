// Names as proposals: where a name begins or goes on, the few that the logits in hand make likely, in full, and what every name
// that is left has in common. For whoever verifies several tokens in one pass.
import type { TokenTexts } from '../tokenTexts.ts';

export interface NameDraft {
  /** The rest of the name. */
  readonly text: string;
  /** Of its first token, among all tokens; 1 where no other name is left. */
  readonly probability: number;
}

/** Probable tokens, the most probable first, with the natural logarithms of their probabilities. */
export type ProbableTokens = Iterable<{ readonly token: number; readonly logProb: number }>;

/** At most `count` of the names whose rests are `rests`, the likeliest first: those that begin with a probable token. */
export function draftNames(
  rests: readonly string[],
  tokens: ProbableTokens,
  texts: TokenTexts,
  count: number,
): readonly NameDraft[] {
  const [only, ...others] = rests;
  if (only !== undefined && others.length === 0) return [{ text: only, probability: 1 }];
  const probabilities = new Map<string, number>();
  for (const { token, logProb } of tokens) {
    const begun = texts.of(token) ?? '';
    if (begun === '') continue;
    for (const rest of rests)
      if (rest.startsWith(begun)) probabilities.set(rest, (probabilities.get(rest) ?? 0) + Math.exp(logProb));
  }
  return [...probabilities]
    .map(([text, probability]) => ({ text, probability }))
    .sort((one, other) => other.probability - one.probability)
    .slice(0, count);
}

/** What all `rests` begin with: the text that has to come, wherever it is to end. */
export function forcedRest(rests: readonly string[]): string {
  let common = rests[0] ?? '';
  for (const rest of rests) while (!rest.startsWith(common)) common = common.slice(0, -1);
  return common;
}
