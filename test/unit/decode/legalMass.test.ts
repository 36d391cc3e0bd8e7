// The estimate of what is legal has the right mean, alone and together with the sample it comes with.
import assert from 'node:assert/strict';
import { logLegalMass, weightedSample } from '../../../src/decode/legalMass.ts';
import { drawnOrder } from '../../../src/decode/sampling.ts';
import { assertSample } from '../../support/chiSquare.ts';
import { seededRandom } from '../../support/random.ts';
import { masked, ranked, softmax, toyCase } from '../../support/toyDistribution.ts';

const runs = 6000;

/** Whether the mean of `values` is `expected`, to four standard errors and rounding. */
function assertMean(values: readonly number[], expected: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const most = 4 * Math.sqrt(variance / values.length) + 1e-9 * expected;
  assert.ok(Math.abs(mean - expected) <= most, `a mean of ${mean}, not ${expected}; at most ${most} apart`);
}

function check(logits: readonly number[], legal: ReadonlySet<number>): void {
  const shares = softmax(logits);
  const counts = logits.map(() => 0);
  const tokens = ranked(logits);
  const samples = Array.from({ length: runs }, (_, seed) => {
    const { kept } = drawnOrder(tokens, { temperature: 1, seed }, []);
    return weightedSample(kept, (token) => legal.has(token))!;
  });
  for (const { token } of samples) counts[token]!++;
  assertSample(
    counts,
    masked(shares, (token) => legal.has(token)),
  );
  const masses = samples.map(({ logMass }) => Math.exp(logMass));
  assertMean(
    masses,
    shares.reduce((sum, share, token) => sum + (legal.has(token) ? share : 0), 0),
  );
  for (const token of legal)
    assertMean(
      masses.map((mass, i) => (samples[i]!.token === token ? mass : 0)),
      shares[token]!,
    );
}

describe('the legal mass', () => {
  it('is estimated without bias, with samples of the masked distribution', () => {
    const random = seededRandom(11);
    for (let run = 0; run < 8; run++) {
      const { logits, legal } = toyCase(random);
      check(logits, legal);
    }
  });

  it('is so where one token has most of the probability, legal or not', () => {
    const logits = [4, 1, 0.5, 0, -0.5, -1];
    assert.ok(softmax(logits)[0]! >= 2 / 3);
    check(logits, new Set([0, 3]));
    check(logits, new Set([1, 3, 5]));
  });

  it('is so where next to nothing is legal', () => {
    check([20, 18, 1, 0.5, 0, -1], new Set([2, 4]));
    check([30, 1, 0], new Set([2]));
  });

  it('is all where all is legal', () => {
    check([1, 0, -1], new Set([0, 1, 2]));
  });

  it('is that before truncation where nothing that is kept is legal', () => {
    const logits = [3, 2.5, 1, 0.5, 0];
    const legal = new Set([2, 4]);
    const masses = Array.from({ length: runs }, (_, seed) =>
      Math.exp(
        logLegalMass(drawnOrder(ranked(logits), { temperature: 1, topK: 2, seed }, []), (token) => legal.has(token))!,
      ),
    );
    assertMean(masses, softmax(logits)[2]! + softmax(logits)[4]!);
    assert.equal(
      logLegalMass(drawnOrder(ranked(logits), { temperature: 1, seed: 1 }, []), () => false),
      undefined,
    );
  });

  it('takes one check more than the sample', () => {
    const asked: number[] = [];
    const { kept } = drawnOrder(ranked([2, 1, 0, -1]), { temperature: 0, seed: 1 }, []);
    weightedSample(kept, (token) => asked.push(token) > 1);
    assert.deepEqual(asked, [0, 1, 2]);
  });
});
