// A text that has to come, such as the rest of the only name there is, in the tokens that spell it by themselves.
import type { Follower } from './source.ts';

/** The model may spell it in other tokens. */
const prior = 0.9;

export function forcedFollower(tokens: readonly number[]): Follower {
  const [next, ...rest] = tokens;
  return {
    source: 'forced',
    guesses: () => (next === undefined ? [] : [{ token: next, kind: 0, prior }]),
    after: (token) => forcedFollower(token === next ? rest : []),
  };
}
