// What came behind a context wherever it was seen: each place speaks for the token that stands there, the more so the longer its
// match (after SuffixDecoding, Oliaro et al., NeurIPS 2025, whose suffix tree counts the same).
import type { Follower, Guess } from './source.ts';
import type { Place, SuffixIndex } from './suffixIndex.ts';
import { placesAfter, type TypedText } from './typedPlaces.ts';

/** Longer matches say no more. */
const longestMatch = 32;
/** Weight of a match grows with its length, up to this. */
const heaviest = 12;

/** A place in what lies near counts as one whose match is so many tokens longer. */
const nearness = 3;

/**
 * Guesses what comes behind `context` in two indexes, of what lies `near` and of what lies `far`; where the tokens to come
 * begin with what is typed, by places that have it.
 */
export function suffixFollower(
  near: SuffixIndex,
  far: SuffixIndex,
  context: readonly number[],
  typed?: TypedText,
): Follower {
  const path = context.slice(-longestMatch);
  const weighted = (find: (index: SuffixIndex) => readonly Place[]): WeightedMatch[] => [
    ...find(near).map((match) => ({ match, bonus: nearness })),
    ...find(far).map((match) => ({ match, bonus: 0 })),
  ];
  const find = (): WeightedMatch[] => weighted((index) => index.find(path.slice(-longestMatch)));
  let matches = typed === undefined ? find() : weighted((index) => placesAfter(index, typed));
  return {
    source: 'suffix',
    guess: () => guessOf(matches),
    advance: (token) => {
      path.push(token);
      matches = matches.filter(({ match }) => match.next === token);
      for (const { match } of matches) match.advance();
      if (matches.length === 0) matches = find();
    },
  };
}

/** How often tokens were seen behind a context, in all of the indexes; places with a longer match count for more than one. */
export function seenNext(indexes: readonly SuffixIndex[], context: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of indexes)
    for (const { next, length } of index.find(context.slice(-longestMatch)))
      if (next !== undefined) counts.set(next, (counts.get(next) ?? 0) + Math.min(length, heaviest) - 1);
  return counts;
}

interface WeightedMatch {
  readonly match: Place;
  readonly bonus: number;
}

/** Those who speak for a token. */
interface Following {
  readonly token: number;
  weight: number;
  count: number;
  longest: number;
}

/** The token that most of the weight of the matches is behind. */
function guessOf(matches: readonly WeightedMatch[]): Guess | undefined {
  const all: Following[] = [];
  let total = 0;
  let best: Following | undefined;
  for (const { match, bonus } of matches) {
    const { next, length } = match;
    if (next === undefined) continue;
    const weight = 2 ** (Math.min(length, heaviest) + bonus);
    total += weight;
    let one = all.find(({ token }) => token === next);
    if (one === undefined) {
      one = { token: next, weight: 0, count: 0, longest: 0 };
      all.push(one);
    }
    one.weight += weight;
    one.count++;
    one.longest = Math.max(one.longest, length);
    if (best === undefined || one.weight > best.weight) best = one;
  }
  return best && { token: best.token, ...ratingOf(best, best.weight / total) };
}

const shareKinds = 6;
const countKinds = 3;

/** By the length of the longest match, the share of all weight, and how many places say so. */
function ratingOf({ longest, count }: Following, share: number): Pick<Guess, 'kind' | 'prior'> {
  const ofLength = Math.min(4, Math.floor(Math.log2(longest))) - 1;
  const ofShare = share > 0.99 ? shareKinds - 1 : Math.floor((shareKinds - 1) * share);
  const ofCount = count >= 8 ? 2 : Number(count > 1);
  // long matches are worth several
  const seen = count + (longest - 2) / 3;
  return { kind: countKinds * (shareKinds * ofLength + ofShare) + ofCount, prior: (share * seen) / (seen + 1) };
}
