// Superposed decoding on toys: where the model is linear, what is shared is the mixture, and each draft finds its own in it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RankedToken } from '../../../src/decode/choice.ts';
import { type SuperposedDraft, type SuperposeRules, sharesOf, superpose } from '../../../src/decode/superposed.ts';

const nothingSeen = { total: 0, count: () => 0 };

/** Any token may follow any draft; 0 ends one. */
const rules: SuperposeRules<undefined | null> = {
  width: 2,
  advance: () => null,
  ends: (token) => token === 0,
  seenBehind: () => nothingSeen,
};

const ranked = (probabilities: ReadonlyMap<number, number>): RankedToken[] =>
  [...probabilities]
    .map(([token, probability]) => ({ token, logit: Math.log(probability), logProb: Math.log(probability) }))
    .sort((one, other) => other.logProb - one.logProb);

const draft = <State>(tokens: readonly number[], score: number, state: State): SuperposedDraft<State> => ({
  tokens,
  score,
  state,
});

describe('superposed decoding', () => {
  it("goes each draft's own way on a linear model whose drafts allow different tokens", () => {
    // a draft's tokens are those of its own residue; a linear model says the mixture of what it would say of each
    const thousandths = fc.uniqueArray(fc.integer({ min: 50, max: 1000 }), { minLength: 4, maxLength: 4 });
    const probability = thousandths.map((values) => values.map((value) => value / 1000));
    fc.assert(
      fc.property(probability, probability, fc.double({ min: -3, max: 0, noNaN: true }), (one, other, score) => {
        const own = [one, other].map((values, residue) =>
          values.map((value, i) => [2 * i + residue + 2, value] as const),
        );
        const drafts = [draft([1], 0, 0), draft([1], score, 1)];
        const shares = sharesOf(drafts);
        const mixture = new Map(
          own.flatMap((values, at) => values.map(([token, value]) => [token, shares[at]! * value] as const)),
        );
        const { alive } = superpose(drafts, ranked(mixture), {
          ...rules,
          width: 8,
          advance: (residue: number, token) => (token % 2 === residue ? residue : undefined),
        });
        for (const residue of [0, 1]) {
          const [best] = [...own[residue]!].sort((a, b) => b[1] - a[1]);
          assert.equal(alive.find(({ state }) => state === residue)?.tokens.at(-1), best![0]);
        }
      }),
    );
  });

  it('is beam search over one distribution where nothing was seen', () => {
    const { alive } = superpose(
      [draft([1], -1, null), draft([2], -1.2, null)],
      ranked(
        new Map([
          [5, 0.6],
          [6, 0.3],
          [7, 0.1],
        ]),
      ),
      rules,
    );
    assert.deepEqual(
      alive.map(({ tokens }) => tokens),
      [
        [1, 5],
        [2, 5],
      ],
    );
    assert.ok(Math.abs(alive[0]!.score - (-1 + Math.log(0.6))) < 1e-12);
  });

  it('gives a token to the draft behind which it was seen', () => {
    const seenBehind = (tokens: readonly number[]) => {
      const next = tokens.at(-1) === 1 ? 5 : 6;
      return { total: 20, count: (token: number): number => (token === next ? 20 : 0) };
    };
    const { alive } = superpose(
      [draft([1], -1, null), draft([2], -1, null)],
      ranked(
        new Map([
          [5, 0.5],
          [6, 0.5],
        ]),
      ),
      { ...rules, seenBehind },
    );
    assert.deepEqual(alive.map(({ tokens }) => tokens).sort(), [
      [1, 5],
      [2, 6],
    ]);
  });

  it('loses no draft for want of counts, however few were seen', () => {
    const seenBehind = () => ({ total: 1, count: () => 0 });
    const { alive } = superpose([draft([1], 0, null)], ranked(new Map([[5, 0.9]])), { ...rules, seenBehind });
    assert.ok(alive[0]!.score > Math.log(0.9) - 0.2);
  });

  it('keeps those that end apart, and no more than it may', () => {
    const step = superpose(
      [draft([1], 0, null)],
      ranked(
        new Map([
          [0, 0.4],
          [5, 0.3],
          [6, 0.2],
          [7, 0.1],
        ]),
      ),
      rules,
    );
    assert.deepEqual(
      step.finished.map(({ tokens }) => tokens),
      [[1, 0]],
    );
    assert.deepEqual(
      step.alive.map(({ tokens }) => tokens),
      [
        [1, 5],
        [1, 6],
      ],
    );
  });

  it('mixes last tokens by how probable their drafts are', () => {
    const shares = sharesOf([
      { score: Math.log(0.6) - 900 },
      { score: Math.log(0.3) - 900 },
      { score: Math.log(0.1) - 900 },
    ]);
    for (const [at, share] of [0.6, 0.3, 0.1].entries()) assert.ok(Math.abs(shares[at]! - share) < 1e-6);
  });
});
