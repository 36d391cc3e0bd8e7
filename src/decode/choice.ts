// The choice of a token under constraints: tokens are tried in an order, and the first that is admitted is chosen. The order is
// that of probability (greedy) or a random one (sampling.ts).
import { type RowLogits, topCount } from '../model/model.ts';

/**
 * What is said of a token: `illegal` is against the grammar, `unfounded` spells a name that is not there, and `taken` is what another
 * draft says here.
 */
export type Verdict = 'admitted' | 'illegal' | 'unfounded' | 'taken';

export interface RankedToken {
  readonly token: number;
  /** As the model gave it. */
  readonly logit: number;
  /** Natural logarithm of its probability; of that among the candidates where there are any. */
  readonly logProb: number;
}

export interface Choice extends Pick<RankedToken, 'token' | 'logProb'> {
  /** Probabilities of the tokens that were passed over. */
  readonly illegalMass: number;
  readonly unfoundedMass: number;
}

/** The constraint is at odds with the model where less probability than this is legal, */
const leastLegalMass = 0.01;
/** or where what was passed over is so much more probable than the choice. */
const mostAgainst = 30;

/** Candidates passed over before giving up. */
const candidateTries = 64;

/** Chooses the first admitted token of `order`; -1, and not probable at all, if none is. */
export function choose(order: Iterable<RankedToken>, judge: (token: number) => Verdict): Choice {
  let illegalMass = 0;
  let unfoundedMass = 0;
  for (const { token, logProb } of order) {
    const verdict = judge(token);
    if (verdict === 'admitted') return { token, logProb, illegalMass, unfoundedMass };
    if (verdict === 'illegal') illegalMass += Math.exp(logProb);
    else if (verdict === 'unfounded') unfoundedMass += Math.exp(logProb);
  }
  return { token: -1, logProb: Number.NEGATIVE_INFINITY, illegalMass, unfoundedMass };
}

/** Whether the constraint is at odds with the model. */
export function isAtOdds({ token, logProb, illegalMass, unfoundedMass }: Choice): boolean {
  if (token < 0 || 1 - illegalMass < leastLegalMass) return true;
  return illegalMass > mostAgainst * (Math.exp(logProb) + unfoundedMass);
}

/** Share that the admitted among `tokens` have of what is not illegal; 1 where nothing is unfounded. */
export function foundedShare(tokens: Iterable<RankedToken>, judge: (token: number) => Verdict): number {
  let admitted = 0;
  let unfounded = 0;
  for (const { token, logProb } of tokens) {
    const verdict = judge(token);
    if (verdict === 'admitted') admitted += Math.exp(logProb);
    else if (verdict === 'unfounded') unfounded += Math.exp(logProb);
  }
  return unfounded === 0 ? 1 : admitted / (admitted + unfounded);
}

/**
 * The most probable tokens of row `row`, at most 64, the most probable first, as often as they are walked; of `candidates` where
 * they are given, which needs full logits.
 */
export function byProbability(
  logits: RowLogits,
  row: number,
  candidates: Int32Array | undefined,
): Iterable<RankedToken> {
  const walk = (): Generator<RankedToken> =>
    candidates === undefined ? rankedTop(logits, row) : rankedCandidates(logits, row, candidates);
  return { [Symbol.iterator]: walk };
}

function* rankedTop({ topIds, topLogits, logSumExp }: RowLogits, row: number): Generator<RankedToken> {
  for (let i = row * topCount; i < (row + 1) * topCount; i++)
    yield { token: topIds[i]!, logit: topLogits[i]!, logProb: topLogits[i]! - logSumExp[row]! };
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
    yield { token, logit: all[token]!, logProb: all[token]! - highest - Math.log(sum) };
    given.add(token);
  }
}
