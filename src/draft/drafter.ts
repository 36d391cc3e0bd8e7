// Proposals for the next pass: at each place the likeliest guess of all sources, as long as the tokens that come true are worth the
// rows. A chain: beside each other, rows of a tree would change each other's last bits on the CPU.
import type { Calibration } from './calibration.ts';
import { mostRows, type PassCost } from './passCost.ts';
import type { Follower, SourceName } from './source.ts';

export interface Proposal {
  readonly token: number;
  readonly source: SourceName;
  readonly kind: number;
}

/** Guesses less likely than this, all before them right, are not looked at. */
const leastPathProbability = 0.02;

export interface ChainLimits {
  /** Proposals at most. */
  readonly most: number;
  /** Whether the path may go on with a token; then it has. */
  readonly admits: (token: number) => boolean;
}

/** The chain behind the place that `followers` are at with the most tokens a pass is expected to yield for its cost. */
export function chain(
  followers: readonly Follower[],
  calibration: Calibration,
  cost: PassCost,
  { most, admits }: ChainLimits,
): readonly Proposal[] {
  const proposals: Proposal[] = [];
  let probability = 1;
  let expected = 1;
  let best = { yield: 1, length: 0 };
  while (proposals.length < Math.min(most, mostRows - 1)) {
    const guess = likeliest(followers, calibration);
    if (guess === undefined) break;
    probability *= guess.probability;
    if (probability < leastPathProbability || !admits(guess.token)) break;
    proposals.push(guess);
    expected += probability;
    const perCost = expected / cost.of(1 + proposals.length);
    if (perCost > best.yield) best = { yield: perCost, length: proposals.length };
    for (const follower of followers) follower.advance(guess.token);
  }
  return proposals.slice(0, best.length);
}

function likeliest(
  followers: readonly Follower[],
  calibration: Calibration,
): (Proposal & { readonly probability: number }) | undefined {
  let best: (Proposal & { readonly probability: number }) | undefined;
  for (const { source, guess } of followers) {
    const found = guess();
    if (found === undefined) continue;
    const probability = calibration.probability(source, found.kind);
    if (best === undefined || probability > best.probability) best = { ...found, source, probability };
  }
  return best;
}
