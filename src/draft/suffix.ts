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
  const weighted = (find: (index: SuffixIndex) => readonly Place[]): WeightedPlace[] => [
    ...find(near).map((place) => ({ place, bonus: nearness })),
    ...find(far).map((place) => ({ place, bonus: 0 })),
  ];
  const find = (path: readonly number[]): WeightedPlace[] => weighted((index) => index.find(path));
  const follow = (path: readonly number[], places: readonly WeightedPlace[]): Follower => ({
    source: 'suffix',
    guesses: (most) => guessesOf(places, most),
    after: (token) => {
      const longer = [...path, token].slice(-longestMatch);
      const right = places.flatMap(({ place, bonus }) =>
        place.next === token ? { place: place.ahead(1), bonus } : [],
      );
      return follow(longer, right.length > 0 ? right : find(longer));
    },
  });
  const path = context.slice(-longestMatch);
  return follow(path, typed === undefined ? find(path) : weighted((index) => placesAfter(index, typed)));
}

/** How often tokens were seen behind a context, in all of the indexes; places with a longer match count for more than one. */
export function seenNext(indexes: readonly SuffixIndex[], context: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of indexes)
    for (const { next, length } of index.find(context.slice(-longestMatch)))
      if (next !== undefined) counts.set(next, (counts.get(next) ?? 0) + Math.min(length, heaviest) - 1);
  return counts;
}

interface WeightedPlace {
  readonly place: Place;
  readonly bonus: number;
}

/** Those who speak for a token. */
interface Following {
  readonly token: number;
  weight: number;
  count: number;
  longest: number;
}

/** The tokens that most of the weight of the places is behind. */
function guessesOf(places: readonly WeightedPlace[], most: number): readonly Guess[] {
  const all: Following[] = [];
  let total = 0;
  for (const { place, bonus } of places) {
    const { next, length } = place;
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
  }
  all.sort((one, other) => other.weight - one.weight);
  return all.slice(0, most).map((one) => ({ token: one.token, ...ratingOf(one, one.weight / total) }));
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
