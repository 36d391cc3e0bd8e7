// How closely two engines agree on the same positions: equal first choices, and the Kullback-Leibler divergence of the
// next-token distributions.

import type { NextToken } from './peerMessages.ts';

export interface Agreement {
  readonly positions: number;
  /** Share of positions with the same most probable token, 0 to 1. */
  readonly sameFirstChoice: number;
  /** Nats; a lower bound where not all logits are given, because the tokens without a pair count as one. */
  readonly meanDivergence: number;
  readonly maximumDivergence: number;
  /** By how many logits the reference preferred its first choice where the other chose differently, at most. */
  readonly maximumMargin: number;
}

/** KL(reference ‖ other) in nats over the tokens both list, all others lumped into one. */
export function divergence(reference: NextToken, other: NextToken): number {
  const otherLogits = new Map<number, number>();
  for (const [index, id] of other.ids.entries()) otherLogits.set(id, other.logits[index] as number);
  let sum = 0;
  let referenceRest = 1;
  let otherRest = 1;
  for (const [index, id] of reference.ids.entries()) {
    const otherLogit = otherLogits.get(id);
    if (otherLogit === undefined) continue;
    const logP = (reference.logits[index] as number) - reference.logSumExp;
    const logQ = otherLogit - other.logSumExp;
    sum += Math.exp(logP) * (logP - logQ);
    referenceRest -= Math.exp(logP);
    otherRest -= Math.exp(logQ);
  }
  const smallest = 1e-9;
  if (referenceRest > smallest) sum += referenceRest * Math.log(referenceRest / Math.max(otherRest, smallest));
  return Math.max(0, sum);
}

/** `reference[i]` and `other[i]` are the distributions at one position. Throws when the lengths differ. */
export function agreement(reference: readonly NextToken[], other: readonly NextToken[]): Agreement {
  if (reference.length !== other.length) throw new Error(`not pairs: ${reference.length} against ${other.length}`);
  let same = 0;
  let total = 0;
  let maximumDivergence = 0;
  let maximumMargin = 0;
  for (const [index, theirs] of reference.entries()) {
    const mine = other[index] as NextToken;
    if (theirs.ids[0] === mine.ids[0]) same += 1;
    else maximumMargin = Math.max(maximumMargin, (theirs.logits[0] as number) - (theirs.logits[1] ?? 0));
    const nats = divergence(theirs, mine);
    total += nats;
    maximumDivergence = Math.max(maximumDivergence, nats);
  }
  const positions = reference.length;
  const meanDivergence = total / positions;
  return { positions, sameFirstChoice: same / positions, meanDivergence, maximumDivergence, maximumMargin };
}
