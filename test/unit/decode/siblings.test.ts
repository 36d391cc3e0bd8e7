// Whatever the draft model is, what is said is a sample of the target.
import assert from 'node:assert/strict';
import { philox } from '../../../src/decode/noise.ts';
import { drawnOrder } from '../../../src/decode/sampling.ts';
import { acceptSibling } from '../../../src/decode/siblings.ts';
import { assertSample } from '../../support/chiSquare.ts';
import { seededRandom } from '../../support/random.ts';
import { masked, ranked, softmax, toyCase } from '../../support/toyDistribution.ts';

/** The outcome whose part of the unit interval a number falls into. */
function drawFrom(probabilities: readonly number[], uniform: number): number {
  let left = uniform;
  for (const [outcome, probability] of probabilities.entries()) {
    if (left < probability) return outcome;
    left -= probability;
  }
  return probabilities.findLastIndex((probability) => probability > 0);
}

/** How often each token is said, and how often it is a sibling. */
function draws(target: readonly number[], draftLogits: readonly number[], width: number) {
  const draft = softmax(draftLogits);
  const tokens = ranked(draftLogits);
  const counts = target.map(() => 0);
  let accepted = 0;
  for (let seed = 0; seed < 6000; seed++) {
    const { kept } = drawnOrder(tokens, { temperature: 1, seed }, []);
    const siblings = kept.slice(0, width).map(({ token }) => token);
    const uniform = (place: number): number => philox([1, place], seed)[0] / 2 ** 32;
    const verdict = acceptSibling(target, draft, siblings, uniform);
    if (verdict.accepted !== undefined) {
      assert.ok(siblings.includes(verdict.accepted));
      counts[verdict.accepted]!++;
      accepted++;
      continue;
    }
    counts[drawFrom(verdict.residual, philox([2, 0], seed)[0] / 2 ** 32)]!++;
  }
  return { counts, accepted };
}

describe('siblings drawn without replacement', () => {
  const random = seededRandom(5);
  for (const width of [1, 2, 3, 5])
    it(`leave samples of the target, ${width} of them`, () => {
      for (let run = 0; run < 4; run++) {
        const { logits, legal } = toyCase(random);
        const target = masked(softmax(logits), (token) => legal.has(token));
        const near = logits.map((logit) => logit + random.normal());
        assertSample(draws(target, near, width).counts, target);
        const far = logits.map((logit) => -logit);
        assertSample(draws(target, far, width).counts, target);
      }
    });

  it('are all accepted where the draft is the target, and the more often the more there are', () => {
    const { logits } = toyCase(random);
    const target = softmax(logits);
    assert.equal(draws(target, logits, 1).accepted, 6000);
    const far = logits.map((logit) => -logit);
    const accepted = [1, 2, 3, 4].map((width) => draws(target, far, width).accepted);
    assert.deepEqual(
      accepted.toSorted((one, other) => one - other),
      accepted,
    );
  });
});
