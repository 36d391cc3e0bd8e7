// Where the text to come begins with what is typed already (token healing), sources know what follows the text before
// that. The guesses that agree with what is typed are kept.
import { agree } from '../constraint/typedBytes.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import type { Follower } from './source.ts';

/** Kinds of guesses that what is typed agrees with are others: they come true more often. */
const typedKinds = 128;

const utf8 = new TextEncoder();

/** The guesses of `follower` that agree with a text which begins with `typed`. */
export function typedFollower(follower: Follower, typed: string, vocabulary: Vocabulary): Follower {
  return agreeing(follower, utf8.encode(typed), vocabulary);
}

function agreeing(follower: Follower, rest: Uint8Array, vocabulary: Vocabulary): Follower {
  if (rest.length === 0) return follower;
  return {
    source: follower.source,
    guesses: (most) =>
      follower
        .guesses(most)
        .filter(({ token }) => agree(vocabulary.bytesOf(token), rest))
        .map((guess) => ({ ...guess, kind: typedKinds + guess.kind })),
    after: (token) => agreeing(follower.after(token), rest.subarray(vocabulary.bytesOf(token).length), vocabulary),
  };
}
