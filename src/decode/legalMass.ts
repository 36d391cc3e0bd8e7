// How much of the distribution that a token was drawn from is legal, from one check more than the draw took: the recursive
// estimate of adaptive weighted rejection sampling (AWRS: Lipkin et al., COLM 2025, arXiv 2504.05410).
import { type DrawnOrder, type DrawnToken, logSumExp } from './sampling.ts';

export interface WeightedSample {
  readonly token: number;
  /** Natural logarithm of the estimate. */
  readonly logMass: number;
}

/**
 * The first of `drawn` that is admitted, and an unbiased estimate of the sum of the shares of all that are; undefined where none
 * is. Over draws, the estimate is proper with the sample, too: the mean of the estimates with which a token is drawn is its share.
 *
 * With q the share of the sample in what was left when it was drawn, and 1 − q that of what is left behind it, the legal part of
 * what was left is q + (1 − q)·(legal part behind it). Whether the next token is admitted is an unbiased estimate of that part.
 * What was left is the product of 1 − q over the rejected, or, without a difference of near numbers, the sum of the shares from the
 * sample on. So the estimate is that sum, or the share of the sample alone.
 *
 * All tokens being known, their sum could be had exactly by asking about every one; this asks about one.
 */
export function weightedSample(
  drawn: readonly Pick<DrawnToken, 'token' | 'logShare'>[],
  admits: (token: number) => boolean,
): WeightedSample | undefined {
  const at = drawn.findIndex(({ token }) => admits(token));
  if (at < 0) return undefined;
  const { token, logShare } = drawn[at]!;
  const next = drawn[at + 1];
  if (next === undefined || !admits(next.token)) return { token, logMass: logShare };
  return { token, logMass: logSumExp(drawn.slice(at).map((each) => each.logShare)) };
}

/** The same over an order with truncation: where nothing that is kept is admitted, of the distribution before truncation. */
export function logLegalMass({ kept, rest }: DrawnOrder, admits: (token: number) => boolean): number | undefined {
  return (weightedSample(kept, admits) ?? weightedSample(rest, admits))?.logMass;
}
