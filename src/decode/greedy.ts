// The greedy choice under a constraint: the most probable legal token, found by walking the top logits and, where none of them
// is legal, among the constraint's own candidates.
import type { ConstraintState } from '../constraint/constraint.ts';
import { type RowLogits, topCount } from '../model/model.ts';

export interface Choice {
  readonly token: number;
  /** Natural logarithm of the token's probability, given that it is legal where the constraint lists its candidates. */
  readonly logProb: number;
}

/**
 * Chooses from row `row` of `logits`. Full logits are needed where the constraint has candidates.
 * @returns undefined if no token is legal
 */
export function chooseGreedy(logits: RowLogits, row: number, state: ConstraintState): Choice | undefined {
  if (state.candidates !== undefined) return bestCandidate(logits, row, state.candidates);
  for (let i = row * topCount; i < (row + 1) * topCount; i++) {
    const token = logits.topIds[i]!;
    if (state.legal(token)) return { token, logProb: logits.topLogits[i]! - logits.logSumExp[row]! };
  }
  return undefined;
}

function bestCandidate({ logits, logSumExp }: RowLogits, row: number, candidates: Int32Array): Choice | undefined {
  if (logits === undefined) throw new Error('a constraint with candidates needs full logits');
  if (candidates.length === 0) return undefined;
  const vocabularySize = logits.length / logSumExp.length;
  const all = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
  let token = candidates[0]!;
  for (const candidate of candidates) if (all[candidate]! > all[token]!) token = candidate;
  let sum = 0;
  for (const candidate of candidates) sum += Math.exp(all[candidate]! - all[token]!);
  return { token, logProb: -Math.log(sum) };
}
