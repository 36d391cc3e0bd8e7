// Distributions over a handful of tokens, as the choice of a token meets them.
import type { RankedToken } from '../../src/decode/choice.ts';
import type { Random } from './random.ts';

export function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  return normalised(weights);
}

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** What is left of a distribution where only some outcomes can be. */
export function masked(probabilities: readonly number[], isLegal: (token: number) => boolean): number[] {
  return normalised(probabilities.map((probability, token) => (isLegal(token) ? probability : 0)));
}

/** Tokens by falling probability; a token is the place of its logit. */
export function ranked(logits: readonly number[]): RankedToken[] {
  const probabilities = softmax(logits);
  return logits
    .map((logit, token) => ({ token, logit, logProb: Math.log(probabilities[token]!) }))
    .sort((one, other) => other.logit - one.logit);
}

/** From 6 to 12 logits, and a set that has at least one of them. */
export function toyCase(random: Random): { readonly logits: number[]; readonly legal: ReadonlySet<number> } {
  const logits = Array.from({ length: 6 + random.below(7) }, () => 2 * random.normal());
  const legal = new Set([...logits.keys()].filter(() => random.uniform() < 0.5));
  return { logits, legal: legal.size > 0 ? legal : new Set([random.below(logits.length)]) };
}
