// Proposals for the next pass: of all ways to go on that sources guess and that may come, the likeliest, as long as the tokens that
// come true are worth the rows (after DySpec, Xiong et al., 2024, which grows its tree by the same order). A tree, or a chain
// where rows beside each other are not what they are alone.
import type { Calibration, SourcedGuess } from './calibration.ts';
import type { PassCost } from './passCost.ts';
import type { Follower } from './source.ts';

/** A token to ask the model about, and where. */
export interface Proposed {
  readonly token: number;
  /** Number of the proposal that it follows, which comes before it; -1 where it follows the place itself. */
  readonly parent: number;
}

/** One with why, and how probable it is where all before it are right. */
export interface Proposal extends Proposed, SourcedGuess {
  readonly probability: number;
}

/** What may be proposed at a place. */
export interface Gate {
  /** Whether the text would end with a token, which is then none to ask about, though it may be what comes. */
  ends(token: number): boolean;
  /** What may be proposed behind a token; undefined where it may not come. */
  after(token: number): Gate | undefined;
}

export interface TreeLimits {
  /** Proposals at most. */
  readonly most: number;
  /** Tokens that are proposed for the same place at most; by default one, which makes a chain. */
  readonly width?: number;
  readonly gate: Gate;
  /** What the same pass does for others: its rows, and the tokens expected of them; nothing by default. */
  readonly beside?: { readonly rows: number; readonly tokens: number } | undefined;
}

/** A place of the tree that grows. */
interface Place {
  readonly followers: readonly Follower[];
  readonly gate: Gate;
  /** Number of the proposal that leads to it. */
  readonly number: number;
  /** How probable it is that the text comes here. */
  readonly path: number;
  /** Ways on that were taken. */
  taken: number;
}

/** A way on from a place. */
interface Way {
  readonly place: Place;
  readonly guess: Guessed;
  readonly path: number;
}

type Guessed = Omit<Proposal, 'parent'>;

/** The tree behind the place that `followers` are at with the most tokens a pass is expected to yield for its cost. */
export function draftTree(
  followers: readonly Follower[],
  calibration: Calibration,
  cost: PassCost,
  { most, width = 1, gate, beside = { rows: 0, tokens: 0 } }: TreeLimits,
): readonly Proposal[] {
  const longest = Math.max(0, most);
  const costs = Array.from({ length: longest + 1 }, (_, size) => cost.of(beside.rows + 1 + size));
  const grown: Proposal[] = [];
  const ways: Way[] = [];
  let expected = beside.tokens + 1;
  let best = { yield: expected / costs[0]!, size: 0 };
  const reach = (place: Place): void => {
    for (const guess of likeliest(place.followers, calibration, width))
      ways.push({ place, guess, path: place.path * guess.probability });
  };
  reach({ followers, gate, number: -1, path: 1, taken: 0 });
  while (grown.length < longest) {
    const way = takeLikeliest(ways);
    if (way === undefined || !mayPay(way.path)) break;
    const { place, guess, path } = way;
    if (place.taken === width) continue;
    const behind = place.gate.ends(guess.token) ? 'end' : place.gate.after(guess.token);
    if (behind === undefined) continue;
    place.taken++;
    if (behind === 'end') continue;
    const number = grown.push({ ...guess, parent: place.number }) - 1;
    expected += path;
    const perCost = expected / costs[grown.length]!;
    if (perCost > best.yield) best = { yield: perCost, size: grown.length };
    const next = place.followers.map((follower) => follower.after(guess.token));
    reach({ followers: next, gate: behind, number, path, taken: 0 });
  }
  return trunkFirst(grown.slice(0, best.size));

  /** Whether a larger tree could be the best, if the next token comes with probability `next` and all behind it are certain. */
  function mayPay(next: number): boolean {
    for (let size = grown.length + 1; size <= longest; size++)
      if (expected + next * (size - grown.length) > best.yield * costs[size]!) return true;
    return false;
  }
}

/** The same tree, each proposal before what follows it, and that before its siblings: so what is likeliest is a chain. */
function trunkFirst(proposals: readonly Proposal[]): readonly Proposal[] {
  const ordered: Proposal[] = [];
  const add = (parent: number, newParent: number): void => {
    for (const [number, proposal] of proposals.entries())
      if (proposal.parent === parent) add(number, ordered.push({ ...proposal, parent: newParent }) - 1);
  };
  add(-1, -1);
  return ordered;
}

/** Each token behind the one before. */
export function chainOf(tokens: readonly number[]): readonly Proposed[] {
  return tokens.map((token, number) => ({ token, parent: number - 1 }));
}

/** How many of `proposals` follow each other from the first on. */
export function trunkLength(proposals: readonly Proposed[]): number {
  const end = proposals.findIndex(({ parent }, number) => parent !== number - 1);
  return end < 0 ? proposals.length : end;
}

/** Tokens that a pass is expected to yield because of `proposals`. */
export function expectedOf(proposals: readonly Proposal[]): number {
  const paths: number[] = [];
  for (const { parent, probability } of proposals) paths.push((paths[parent] ?? 1) * probability);
  return paths.reduce((sum, path) => sum + path, 0);
}

/** Numbers of those of `proposals` that came true, now that `said` was chosen in their place; `calibration` learns from all there. */
export function settle(
  proposals: readonly Proposal[],
  said: readonly number[],
  calibration: Calibration,
): readonly number[] {
  const right: number[] = [];
  for (const token of said) {
    const at = right.at(-1) ?? -1;
    let next: number | undefined;
    for (const [number, proposal] of proposals.entries()) {
      if (proposal.parent !== at) continue;
      const isRight = proposal.token === token;
      calibration.learn(proposal, isRight);
      if (isRight) next = number;
    }
    if (next === undefined) break;
    right.push(next);
  }
  return right;
}

function takeLikeliest(ways: Way[]): Way | undefined {
  let best = 0;
  for (let at = 1; at < ways.length; at++) if (ways[at]!.path > ways[best]!.path) best = at;
  return ways.splice(best, 1)[0];
}

/** What sources guess, each token once, for the best of reasons. */
function likeliest(followers: readonly Follower[], calibration: Calibration, width: number): readonly Guessed[] {
  const guesses: SourcedGuess[] = [];
  for (const follower of followers)
    for (const { token, kind, prior } of follower.guesses(width))
      guesses.push({ token, kind, prior, source: follower.source, isShared: false });
  const found = new Map<number, Guessed>();
  for (const each of guesses) {
    const guess = sharedBy(each, guesses);
    const probability = calibration.probability(guess);
    if (probability > (found.get(guess.token)?.probability ?? 0)) found.set(guess.token, { ...guess, probability });
  }
  return [...found.values()];
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
