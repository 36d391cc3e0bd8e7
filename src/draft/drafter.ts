// Proposals for the next pass: at each place the likeliest guess of all sources that is admitted, as long as the tokens that come
// true are worth the rows. A chain: beside each other, rows of a tree would change each other's last bits on the CPU.
import type { Calibration, SourcedGuess } from './calibration.ts';
import { mostRows, type PassCost } from './passCost.ts';
import type { Follower } from './source.ts';

/** A token to ask the model about, why, and how probable it is where all before it are right. */
export interface Proposal extends SourcedGuess {
  readonly probability: number;
}

export interface ChainLimits {
  /** Proposals at most. */
  readonly most: number;
  /** Whether the path may go on with a token; then it has. */
  readonly admits: (token: number) => boolean;
  /** Whether the path would end with a token, which is then none to ask about; by default none ends it. */
  readonly ends?: (token: number) => boolean;
  /** What the same pass does for others: its rows, and the tokens expected of them; nothing by default. */
  readonly beside?: { readonly rows: number; readonly tokens: number } | undefined;
}

/** The chain behind the place that `followers` are at with the most tokens a pass is expected to yield for its cost. */
export function chain(
  followers: readonly Follower[],
  calibration: Calibration,
  cost: PassCost,
  { most, admits, ends = () => false, beside = { rows: 0, tokens: 0 } }: ChainLimits,
): readonly Proposal[] {
  const longest = Math.min(most, mostRows - 1);
  const proposals: Proposal[] = [];
  const costOf = (length: number): number => cost.of(beside.rows + 1 + length);
  let path = 1;
  let expected = beside.tokens + 1;
  let best = { yield: expected / costOf(0), length: 0 };
  while (proposals.length < longest) {
    let isEnd = false;
    const found = likeliest(followers, calibration).find(({ token, probability }) => {
      if (!mayPay(path * probability)) return false;
      isEnd = ends(token);
      return isEnd || admits(token);
    });
    if (found === undefined || isEnd) break;
    path *= found.probability;
    proposals.push(found);
    expected += path;
    const perCost = expected / costOf(proposals.length);
    if (perCost > best.yield) best = { yield: perCost, length: proposals.length };
    for (const follower of followers) follower.advance(found.token);
  }
  return proposals.slice(0, best.length);

  /** Whether a longer chain could be the best, if its next guess has probability `next` and all behind it are certain. */
  function mayPay(next: number): boolean {
    for (let length = proposals.length + 1; length <= longest; length++)
      if (expected + next * (length - proposals.length) > best.yield * costOf(length)) return true;
    return false;
  }
}

/** Tokens that a pass is expected to yield because of `proposals`. */
export function expectedOf(proposals: readonly Proposal[]): number {
  let path = 1;
  return proposals.reduce((sum, { probability }) => {
    path *= probability;
    return sum + path;
  }, 0);
}

/** How many of `proposals` came true, now that `said` was chosen in their place; `calibration` learns from them. */
export function settle(proposals: readonly Proposal[], said: readonly number[], calibration: Calibration): number {
  let right = 0;
  for (const proposal of proposals) {
    if (right === said.length) break;
    const isRight = said[right] === proposal.token;
    calibration.learn(proposal, isRight);
    if (!isRight) break;
    right++;
  }
  return right;
}

/** What sources guess, the most probable first. */
function likeliest(followers: readonly Follower[], calibration: Calibration): readonly Proposal[] {
  const guesses = followers.flatMap((follower) => {
    const guess = follower.guess();
    return guess === undefined ? [] : [{ ...guess, source: follower.source, isShared: false }];
  });
  return guesses
    .map((each) => {
      const guess = sharedBy(each, guesses);
      return { ...guess, probability: calibration.probability(guess) };
    })
    .sort((one, other) => other.probability - one.probability);
}

/** The guess, more probable where others say the same. */
function sharedBy(guess: SourcedGuess, all: readonly SourcedGuess[]): SourcedGuess {
  let isShared = false;
  let missed = 1;
  for (const { token, source, prior } of all) {
    if (token !== guess.token) continue;
    isShared ||= source !== guess.source;
    missed *= 1 - prior;
  }
  return isShared ? { ...guess, isShared, prior: 1 - missed } : guess;
}
