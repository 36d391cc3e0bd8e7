// Which of several guesses that a draft model drew without replacement may be said, so that what is said is a sample of the target:
// recursive rejection sampling (RSD: Jeon et al., 2024, arXiv 2402.14160). For a draft model to come whose noise is its own. The
// proposals of today need no rule, since they are held against what is said anyway, and one that is drawn with the noise of the
// choice itself would not either.

/** A guess that is accepted, or what else has to be drawn from. */
export type SiblingVerdict =
  | { readonly accepted: number }
  | { readonly accepted: undefined; readonly residual: readonly number[] };

/**
 * Accepts one of `siblings` at most, in their order. If none is, a token drawn from `residual` is to be said, of sum 1.
 * @param target processed and masked probabilities, by token
 * @param draft probabilities that the siblings were drawn from, by token
 * @param siblings distinct tokens, each drawn from what those before it left of `draft`
 * @param uniform numbers in [0, 1) that nothing else was drawn with, by place among the siblings
 */
export function acceptSibling(
  target: readonly number[],
  draft: readonly number[],
  siblings: readonly number[],
  uniform: (place: number) => number,
): SiblingVerdict {
  let residual = target;
  let left = draft;
  for (const [place, token] of siblings.entries()) {
    // with probability min(1, residual / left)
    if (uniform(place) * left[token]! < residual[token]!) return { accepted: token };
    const from = left;
    residual = scaled(
      residual.map((probability, each) => Math.max(0, probability - from[each]!)),
      residual,
    );
    left = scaled(
      left.map((probability, each) => (each === token ? 0 : probability)),
      left,
    );
  }
  return { accepted: undefined, residual };
}

/** `weights` to a sum of 1; `fallback` where rounding has left none. */
function scaled(weights: readonly number[], fallback: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : fallback;
}
