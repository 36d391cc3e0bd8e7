// The greedy choice under a constraint: the most probable token that is admitted, found by walking down the logits.
import { type RowLogits, topCount } from '../model/model.ts';

export interface Choice {
  readonly token: number;
  /** Natural logarithm of the token's probability; of that among the candidates where there are any. */
  readonly logProb: number;
  /** Probability of the tokens that were passed over: what is legal has at most the rest. */
  readonly rejectedMass: number;
}

/** Candidates passed over before giving up. */
const candidateTries = 64;

/**
 * Chooses from row `row` of `logits`, among `candidates` where they are given; that needs full logits.
 * @returns undefined if none of the most probable 64 is admitted
 */
export function chooseGreedy(
  logits: RowLogits,
  row: number,
  candidates: Int32Array | undefined,
  admits: (token: number) => boolean,
): Choice | undefined {
  if (candidates !== undefined) return bestCandidate(logits, row, candidates, admits);
  let rejectedMass = 0;
  for (let i = row * topCount; i < (row + 1) * topCount; i++) {
    const token = logits.topIds[i]!;
    const logProb = logits.topLogits[i]! - logits.logSumExp[row]!;
    if (admits(token)) return { token, logProb, rejectedMass };
    rejectedMass += Math.exp(logProb);
  }
  return undefined;
}

function bestCandidate(
  { logits, logSumExp }: RowLogits,
  row: number,
  candidates: Int32Array,
  admits: (token: number) => boolean,
): Choice | undefined {
  if (logits === undefined) throw new Error('a constraint with candidates needs full logits');
  const vocabularySize = logits.length / logSumExp.length;
  const all = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) highest = Math.max(highest, all[candidate]!);
  let sum = 0;
  for (const candidate of candidates) sum += Math.exp(all[candidate]! - highest);
  const rejected = new Set<number>();
  let rejectedMass = 0;
  while (rejected.size < Math.min(candidateTries, candidates.length)) {
    let token: number | undefined;
    for (const candidate of candidates)
      if ((token === undefined || all[candidate]! > all[token]!) && !rejected.has(candidate)) token = candidate;
    if (token === undefined) return undefined;
    const logProb = all[token]! - highest - Math.log(sum);
    if (admits(token)) return { token, logProb, rejectedMass };
    rejected.add(token);
    rejectedMass += Math.exp(logProb);
  }
  return undefined;
}
