// Superposed decoding (Shen et al., NeurIPS 2024, arXiv 2405.18400, section 3): several drafts from one pass a token. What is fed is
// the mixture of their last tokens, what comes out is one distribution for all; which draft a token belongs to is told by what the
// draft allows and by what followed such ends elsewhere. The paper's n-gram tables are counts of a suffix index here, and where they
// have seen nothing they say nothing, in place of the paper's penalty.
import type { RankedToken } from './choice.ts';

/** A text that is decoded together with others. */
export interface SuperposedDraft<State> {
  readonly tokens: readonly number[];
  /** Sum of the logarithms of fused probabilities. */
  readonly score: number;
  readonly state: State;
}

/** How often tokens were seen behind a text. */
export interface SeenNext {
  readonly total: number;
  count(token: number): number;
}

export interface SuperposeRules<State> {
  /** Drafts that go on. */
  readonly width: number;
  /** The state behind a token; undefined where it may not follow. */
  advance(state: State, token: number): State | undefined;
  /** Whether a draft ends with a token. */
  ends(token: number): boolean;
  seenBehind(tokens: readonly number[]): SeenNext;
}

/** Weight of the counts (the paper's alpha for three drafts), where there are many. */
const mostWeight = 0.54;
/** So many counts are worth as much as the model: they weigh half, and the model's own probability counts for so many. */
const worthModel = 4;
/** Tokens of the distribution for each draft that goes on. */
export const candidatesPerDraft = 3;

export interface SuperposedStep<State> {
  readonly alive: readonly SuperposedDraft<State>[];
  /** Those that ended, and go on no more. */
  readonly finished: readonly SuperposedDraft<State>[];
}

/**
 * The drafts after one more token.
 * @param candidates the most probable tokens of the distribution that all drafts share
 */
export function superpose<State>(
  drafts: readonly SuperposedDraft<State>[],
  candidates: readonly RankedToken[],
  rules: SuperposeRules<State>,
): SuperposedStep<State> {
  const { width, advance, ends, seenBehind } = rules;
  const next: SuperposedDraft<State>[] = [];
  for (const { tokens, score, state } of drafts) {
    const seen = seenBehind(tokens);
    for (const { token, logProb } of candidates) {
      const after = advance(state, token);
      if (after !== undefined)
        next.push({ tokens: [...tokens, token], score: score + fused(logProb, seen, token), state: after });
    }
  }
  const best = next.sort((one, other) => other.score - one.score).slice(0, 2 * width);
  const isFinished = ({ tokens }: SuperposedDraft<State>): boolean => ends(tokens.at(-1)!);
  return { alive: best.filter((draft) => !isFinished(draft)).slice(0, width), finished: best.filter(isFinished) };
}

/** The share of each draft's last token in what is fed next: their probabilities, normalised. */
export function sharesOf(drafts: readonly { readonly score: number }[]): Float32Array {
  const highest = Math.max(...drafts.map(({ score }) => score));
  const weights = drafts.map(({ score }) => Math.exp(score - highest));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

/** Geometric mean of the model's probability and of the counts', the heavier the more was counted. */
function fused(logProb: number, { total, count }: SeenNext, token: number): number {
  const weight = (mostWeight * total) / (total + worthModel);
  const share = (count(token) + worthModel * Math.exp(logProb)) / (total + worthModel);
  return (1 - weight) * logProb + weight * Math.log(share);
}
