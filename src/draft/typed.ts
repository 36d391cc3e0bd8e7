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
  let rest = utf8.encode(typed);
  return {
    source: follower.source,
    guess: () => {
      const guess = follower.guess();
      if (guess === undefined || rest.length === 0) return guess;
      return agree(vocabulary.bytesOf(guess.token), rest) ? { ...guess, kind: typedKinds + guess.kind } : undefined;
    },
    advance: (token) => {
      rest = rest.subarray(vocabulary.bytesOf(token).length);
      follower.advance(token);
    },
  };
}
