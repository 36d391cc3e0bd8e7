// Sampling as an order of tokens: processors make a distribution of the model's logits, noise that is a function of seed, position
// and token shuffles it, and the first token that constraints admit is an exact sample of what they leave of the distribution.
import type { RowLogits } from '../model/model.ts';
import type { Sampling } from '../protocol/messages.ts';
import type { RankedToken } from './choice.ts';
import { gumbel } from './noise.ts';

/** A token, and the natural logarithm of its share in the distribution that it was drawn from. */
export interface DrawnToken extends RankedToken {
  readonly logShare: number;
}

/** Tokens as they are drawn without replacement, those that truncation keeps before all others. */
export interface DrawnOrder {
  /** Shares are of those kept. */
  readonly kept: readonly DrawnToken[];
  /** Shares are of all tokens. */
  readonly rest: readonly DrawnToken[];
}

/** The repetition penalty looks at so many tokens said last. */
const penaltyWindow = 64;

/**
 * Draws all of `ranked`, which are at most the 64 most probable tokens: what they leave is truncated before anything else. Then
 * come the repetition penalty, temperature and the truncations, each on what the one before leaves, as the processors of
 * transformers do. Truncation comes before the constraint, so that what is admitted is a sample of the processed distribution,
 * masked; where none of the kept is admitted, it is one of the distribution before truncation.
 * @param said the tokens of the draft so far; their number is the position
 */
export function drawnOrder(ranked: Iterable<RankedToken>, sampling: Sampling, said: readonly number[]): DrawnOrder {
  const { temperature, seed, repetitionPenalty = 1 } = sampling;
  const recent = new Set(said.slice(-penaltyWindow));
  const scored = Array.from(ranked, (each) => {
    const score = recent.has(each.token) ? penalised(each.logit, repetitionPenalty) : each.logit;
    // in units of logits, so that at temperature 0 the most probable comes first
    return { ...each, score, key: score + temperature * gumbel(seed, said.length, each.token) };
  }).sort((one, other) => other.score - one.score);
  // at temperature 0 nothing is left to chance, and shares are those of temperature 1
  const logShares = logSoftmax(scored.map(({ score }) => score / (temperature || 1)));
  const count = keptCount(logShares.map(Math.exp), sampling);
  const keptMass = logSumExp(logShares.slice(0, count));
  const drawn = scored.map(({ token, logit, logProb, key }, i) => {
    const logShare = logShares[i]! - (i < count ? keptMass : 0);
    return { token, logit, logProb, logShare, key };
  });
  const byKey = (one: { key: number }, other: { key: number }): number => other.key - one.key;
  return { kept: drawn.slice(0, count).sort(byKey), rest: drawn.slice(count).sort(byKey) };
}

/**
 * How many of the most probable tokens truncation keeps, at least one: of the `topK` most probable, the fewest that have `topP` of
 * their sum (Holtzman et al., ICLR 2020), of those the ones with at least `minP` of the highest probability (Nguyen et al., ICLR
 * 2025).
 * @param probabilities falling
 */
export function keptCount(
  probabilities: readonly number[],
  { topK = Number.POSITIVE_INFINITY, topP = 1, minP = 0 }: Pick<Sampling, 'topK' | 'topP' | 'minP'>,
): number {
  let count = Math.min(topK, probabilities.length);
  if (topP < 1) {
    let wanted = topP * probabilities.slice(0, count).reduce((sum, each) => sum + each, 0);
    const enough = probabilities.slice(0, count).findIndex((each) => {
      wanted -= each;
      return wanted <= 0;
    });
    if (enough >= 0) count = enough + 1;
  }
  while (count > 1 && probabilities[count - 1]! < minP * probabilities[0]!) count--;
  return Math.max(1, count);
}

/** A logit of a token that was said lately (Keskar et al., "CTRL", 2019, section 4.1; below 0 it is multiplied). */
function penalised(logit: number, penalty: number): number {
  return logit > 0 ? logit / penalty : logit * penalty;
}

/** Natural logarithm of the share that `candidates` have of row `row` at a temperature. Needs full logits. */
export function logShareOf(
  candidates: Int32Array,
  { logits, logSumExp: sums }: RowLogits,
  row: number,
  temperature: number,
): number {
  if (logits === undefined) throw new Error('a share of all tokens needs full logits');
  const size = logits.length / sums.length;
  const scaled = logits.subarray(row * size, (row + 1) * size).map((logit) => logit / (temperature || 1));
  return logSumExp(Array.from(candidates, (token) => scaled[token]!)) - logSumExp(scaled);
}

/** Natural logarithm of the sum of exponentials; exact to rounding where some of them underflow. */
export function logSumExp(values: Iterable<number>): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) highest = Math.max(highest, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - highest);
  return highest + Math.log(sum);
}

function logSoftmax(values: readonly number[]): readonly number[] {
  const sum = logSumExp(values);
  return values.map((value) => value - sum);
}
