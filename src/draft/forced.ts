// A text that has to come, such as the rest of the only name there is, in the tokens that spell it by themselves.
import type { Follower } from './source.ts';

/** The model may spell it in other tokens. */
const prior = 0.9;

export function forcedFollower(tokens: readonly number[]): Follower {
  let rest = tokens;
  return {
    source: 'forced',
    guess: () => (rest[0] === undefined ? undefined : { token: rest[0], kind: 0, prior }),
    advance: (token) => {
      rest = token === rest[0] ? rest.slice(1) : [];
    },
  };
}
