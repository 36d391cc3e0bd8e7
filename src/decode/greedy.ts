// The greedy choice under constraints: the most probable token that is admitted, found by walking down the logits.
import { type RowLogits, topCount } from '../model/model.ts';

/** What constraints say of a token: `illegal` is against the grammar, `unfounded` spells a name that is not there. */
export type Verdict = 'admitted' | 'illegal' | 'unfounded';

/** A token and the natural logarithm of its probability; of that among the candidates where there are any. */
export interface RankedToken {
  readonly token: number;
  readonly logProb: number;
}

export interface Choice extends RankedToken {
  /** Probabilities of the tokens that were passed over. */
  readonly illegalMass: number;
  readonly unfoundedMass: number;
}

/** Candidates passed over before giving up. */
const candidateTries = 64;

/**
 * Chooses from row `row` of `logits`, among `candidates` where they are given; that needs full logits. The token is -1, and not
 * probable at all, if none of the most probable 64 is admitted.
 */
export function chooseGreedy(
  logits: RowLogits,
  row: number,
  candidates: Int32Array | undefined,
  judge: (token: number) => Verdict,
): Choice {
  let illegalMass = 0;
  let unfoundedMass = 0;
  for (const { token, logProb } of ranked(logits, row, candidates)) {
    const verdict = judge(token);
    if (verdict === 'admitted') return { token, logProb, illegalMass, unfoundedMass };
    if (verdict === 'illegal') illegalMass += Math.exp(logProb);
    else unfoundedMass += Math.exp(logProb);
  }
  return { token: -1, logProb: Number.NEGATIVE_INFINITY, illegalMass, unfoundedMass };
}

/** Share that the admitted among the most probable tokens have of what is not illegal; 1 where nothing is unfounded. */
export function foundedShare(
  logits: RowLogits,
  row: number,
  candidates: Int32Array | undefined,
  judge: (token: number) => Verdict,
): number {
  let admitted = 0;
  let unfounded = 0;
  for (const { token, logProb } of ranked(logits, row, candidates)) {
    const verdict = judge(token);
    if (verdict === 'admitted') admitted += Math.exp(logProb);
    else if (verdict === 'unfounded') unfounded += Math.exp(logProb);
  }
  return unfounded === 0 ? 1 : admitted / (admitted + unfounded);
}

/** The most probable tokens, at most 64, the most probable first. */
function* ranked(logits: RowLogits, row: number, candidates: Int32Array | undefined): Generator<RankedToken> {
  if (candidates !== undefined) {
    yield* rankedCandidates(logits, row, candidates);
    return;
  }
  for (let i = row * topCount; i < (row + 1) * topCount; i++)
    yield { token: logits.topIds[i]!, logProb: logits.topLogits[i]! - logits.logSumExp[row]! };
}

function* rankedCandidates(
  { logits, logSumExp }: RowLogits,
  row: number,
  candidates: Int32Array,
): Generator<RankedToken> {
  if (logits === undefined) throw new Error('a constraint with candidates needs full logits');
  const vocabularySize = logits.length / logSumExp.length;
  const all = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) highest = Math.max(highest, all[candidate]!);
  let sum = 0;
  for (const candidate of candidates) sum += Math.exp(all[candidate]! - highest);
  const given = new Set<number>();
  while (given.size < Math.min(candidateTries, candidates.length)) {
    let token: number | undefined;
    for (const candidate of candidates)
      if ((token === undefined || all[candidate]! > all[token]!) && !given.has(candidate)) token = candidate;
    if (token === undefined) return;
    yield { token, logProb: all[token]! - highest - Math.log(sum) };
    given.add(token);
  }
}
