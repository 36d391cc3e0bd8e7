// Samples are those of the processed distribution, masked; the processors are those of a plain implementation.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choose } from '../../../src/decode/choice.ts';
import { drawnOrder, keptCount } from '../../../src/decode/sampling.ts';
import type { Sampling } from '../../../src/protocol/messages.ts';
import { assertSample } from '../../support/chiSquare.ts';
import { seededRandom } from '../../support/random.ts';
import { masked, ranked, softmax, toyCase } from '../../support/toyDistribution.ts';

type Processors = Omit<Sampling, 'seed'>;

/** The processed distribution over tokens, each step over all of them: 0 where truncation cuts. */
function processed(logits: readonly number[], processors: Processors, said: readonly number[]): number[] {
  const { temperature, topK = logits.length, topP = 1, minP = 0, repetitionPenalty = 1 } = processors;
  const cutUnless = (scores: readonly number[], isKept: (token: number) => boolean): number[] =>
    scores.map((score, token) => (isKept(token) ? score : Number.NEGATIVE_INFINITY));
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const penalised = logits.map((logit, token) => {
    if (!said.includes(token)) return logit;
    return logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty;
  });
  let scores = penalised.map((score) => score / temperature);
  const all = scores;
  scores = cutUnless(scores, (token) => all.filter((score) => score > all[token]!).length < topK);
  const afterK = softmax(scores);
  scores = cutUnless(scores, (token) => sumOf(afterK.filter((each) => each > afterK[token]!)) < topP);
  const afterP = softmax(scores);
  scores = cutUnless(scores, (token) => afterP[token]! >= minP * Math.max(...afterP));
  return softmax(scores);
}

/** How often each token is chosen, over seeds. */
function draws(logits: readonly number[], legal: ReadonlySet<number>, processors: Processors, said: readonly number[]) {
  const counts = logits.map(() => 0);
  const tokens = ranked(logits);
  for (let seed = 0; seed < 4000; seed++) {
    const { kept, rest } = drawnOrder(tokens, { ...processors, seed }, said);
    const { token } = choose([...kept, ...rest], (each) => (legal.has(each) ? 'admitted' : 'illegal'));
    counts[token]!++;
  }
  return counts;
}

describe('sampling', () => {
  const processors: readonly Processors[] = [
    { temperature: 1 },
    { temperature: 0.6 },
    { temperature: 1.7 },
    { temperature: 1, topK: 4 },
    { temperature: 1.3, topP: 0.8 },
    { temperature: 1, minP: 0.1 },
    { temperature: 0.9, topK: 6, topP: 0.95, minP: 0.02, repetitionPenalty: 1.3 },
  ];
  for (const [i, each] of processors.entries())
    it(`draws from the masked distribution: ${JSON.stringify(each)}`, () => {
      const random = seededRandom(i);
      for (let run = 0; run < 4; run++) {
        const { logits, legal } = toyCase(random);
        const said = [0, 3, 5];
        const target = processed(logits, each, said);
        const isReached = target.some((probability, token) => probability > 0 && legal.has(token));
        // where truncation cuts all that is legal, it is as if there were none
        const { topK: _, topP: __, minP: ___, ...uncut } = each;
        const reached = isReached ? target : processed(logits, uncut, said);
        assertSample(
          draws(logits, legal, each, said),
          masked(reached, (token) => legal.has(token)),
        );
      }
    });

  it('goes down the order before truncation where nothing that is kept is legal', () => {
    const logits = [5, 4, 1, 0.5, 0];
    const legal = new Set([2, 3, 4]);
    const expected = masked(softmax(logits), (token) => legal.has(token));
    assertSample(draws(logits, legal, { temperature: 1, topK: 2 }, []), expected);
  });

  it('draws anew at every position of one seed', () => {
    const logits = [1, 0.5, 0, -0.5, -1, -2];
    const counts = logits.map(() => 0);
    const tokens = ranked(logits);
    const said: number[] = [];
    for (let position = 0; position < 4000; position++) {
      const { kept } = drawnOrder(tokens, { temperature: 1, seed: 7 }, said);
      counts[kept[0]!.token]!++;
      said.push(0);
    }
    assertSample(counts, softmax(logits));
  });

  it('keeps the tokens and the shares that a plain implementation keeps', () => {
    const settings = fc.record({
      temperature: fc.double({ min: 0.05, max: 5, noNaN: true }),
      topK: fc.integer({ min: 1, max: 12 }),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      minP: fc.double({ min: 0, max: 1, noNaN: true }),
      repetitionPenalty: fc.double({ min: 1, max: 2, noNaN: true }),
    });
    // closer ones are ties to one implementation and none to the other
    const thousandths = fc.uniqueArray(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 12 });
    const scores = thousandths.map((values) => values.map((value) => value / 1000));
    fc.assert(
      fc.property(scores, settings, fc.array(fc.nat(11)), fc.nat(), (logits, setting, said, seed) => {
        const expected = processed(logits, setting, said);
        const { kept, rest } = drawnOrder(ranked(logits), { ...setting, seed }, said);
        // rounding decides where tokens are as probable as others, or as a bound
        const nudged = [1 - 1e-9, 1 + 1e-9].map((factor) =>
          processed(logits, { ...setting, topP: setting.topP * factor, minP: setting.minP * factor }, said),
        );
        fc.pre(nudged.every((each) => each.every((share, token) => share > 0 === expected[token]! > 0)));
        fc.pre(new Set(expected.filter((share) => share > 0)).size === expected.filter((share) => share > 0).length);
        assert.equal(kept.length + rest.length, logits.length);
        for (const { token, logShare } of kept) assert.ok(Math.abs(Math.exp(logShare) - expected[token]!) < 1e-9);
        for (const { token } of rest) assert.equal(expected[token], 0);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps one token at least', () => {
    assert.equal(keptCount([0.4, 0.3, 0.3], { topP: 0 }), 1);
    assert.equal(keptCount([0.4, 0.3, 0.3], { minP: 1 }), 1);
    assert.equal(keptCount([0.4, 0.3, 0.3], { topK: 1 }), 1);
    assert.equal(keptCount([0.4, 0.3, 0.3], {}), 3);
  });

  it('has the order of probability at temperature 0 and just above it', () => {
    const random = seededRandom(3);
    for (let run = 0; run < 100; run++) {
      const { logits } = toyCase(random);
      const expected = ranked(logits).map(({ token }) => token);
      for (const temperature of [0, 1e-9]) {
        const { kept, rest } = drawnOrder(ranked(logits), { temperature, topP: 0.5, seed: run }, []);
        assert.deepEqual(
          [...kept, ...rest].map(({ token }) => token),
          expected,
        );
      }
    }
  });

  it('is of nothing where there is nothing', () => {
    assert.deepEqual(drawnOrder([], { temperature: 1, seed: 1 }, []), { kept: [], rest: [] });
  });

  it('leaves a token alone that was said long ago', () => {
    const said = [0, ...new Array<number>(64).fill(1)];
    const sampling = { temperature: 0, repetitionPenalty: 2, seed: 1 };
    const first = (path: readonly number[]): number => drawnOrder(ranked([3, -1, 2]), sampling, path).kept[0]!.token;
    assert.equal(first(said), 0);
    assert.equal(first([0, 1]), 2);
  });
});
