// Another text for the same place: where two drafts part, what the first says next often comes in the second, too, right there or a
// few tokens on ("aggressive decoding" aligns a draft with the text again after each difference: Ge et al., 2022, arXiv 2205.10350).
import type { Follower } from './source.ts';

/** Matches are looked for up to this length; longer ones say no more. */
const longestMatch = 4;
const priors = [0.3, 0.5, 0.6, 0.7, 0.8] as const;

/** Two drafts of a place. */
export interface Guide {
  /** What one says. */
  readonly tokens: readonly number[];
  /** What the other has said by now, and how much of that is the same, before they part. */
  readonly said: readonly number[];
  readonly shared: number;
}

/** Where one draft goes on as the other ends, and how many tokens before are alike. */
interface Aligned {
  readonly at: number;
  readonly length: number;
}

/** Guesses from one draft how the other goes on. */
export function guideFollower(guide: Guide | undefined): Follower {
  const { tokens, said, shared } = guide ?? { tokens: [], said: [], shared: 0 };
  const others = tokens.slice(shared);
  const own = said.slice(shared);
  return following(others, own, align(others, own));
}

/** From what one draft says where they part on, at the place that the other has come to by saying `own`. */
function following(tokens: readonly number[], own: readonly number[], place: Aligned | undefined): Follower {
  const next = place && tokens[place.at];
  return {
    source: 'guide',
    guesses: () => (next === undefined ? [] : [{ token: next, kind: place!.length, prior: priors[place!.length]! }]),
    after: (token) => {
      const path = [...own, token];
      const isRight = token === next;
      return following(
        tokens,
        path,
        isRight ? { at: place!.at + 1, length: Math.min(longestMatch, place!.length + 1) } : align(tokens, path),
      );
    },
  };
}

/** The place in `tokens` that ends most like `own`, the first of them; from where they part, one token in place of another. */
function align(tokens: readonly number[], own: readonly number[]): Aligned | undefined {
  let best: Aligned | undefined;
  if (own.length === 0) return undefined;
  for (let at = 1; at <= tokens.length; at++) {
    const length = alike(tokens.slice(0, at), own);
    if (length > (best?.length ?? 0)) best = { at, length };
  }
  return best ?? (own.length === 1 ? { at: 1, length: 0 } : undefined);
}

/** Tokens that two texts have in common at their ends, up to the longest match. */
function alike(one: readonly number[], other: readonly number[]): number {
  let length = 0;
  while (length < longestMatch && one.at(-1 - length) !== undefined && one.at(-1 - length) === other.at(-1 - length))
    length++;
  return length;
}
