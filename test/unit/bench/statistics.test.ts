import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bootstrapDifference, estimate, mcNemar } from '../../bench/statistics.ts';

describe('estimate', () => {
  it('gives the standard error of a share near one half as the binomial does', () => {
    const values = Array.from({ length: 400 }, (_, index) => 100 * (index % 2));
    const { mean, standardError } = estimate(values);
    assert.equal(mean, 50);
    assert.ok(Math.abs(standardError - 2.5) < 0.01);
  });
});

describe('mcNemar', () => {
  const pairs = (both: number, onlyFirst: number, onlySecond: number): [boolean[], boolean[]] => {
    const first = [...Array(both).fill(true), ...Array(onlyFirst).fill(true), ...Array(onlySecond).fill(false)];
    const second = [...Array(both).fill(true), ...Array(onlyFirst).fill(false), ...Array(onlySecond).fill(true)];
    return [first, second];
  };

  it('looks at discordant pairs alone', () => {
    const [first, second] = pairs(90, 8, 2);
    const result = mcNemar(first, second);
    assert.equal(result.onlyFirst, 8);
    assert.equal(result.onlySecond, 2);
    // 2 · (1 + 10 + 45) / 1024
    assert.ok(Math.abs(result.pValue - 0.109375) < 1e-9);
  });

  it('says nothing of systems that never disagree or disagree evenly', () => {
    assert.equal(mcNemar(...pairs(10, 0, 0)).pValue, 1);
    assert.equal(mcNemar(...pairs(0, 5, 5)).pValue, 1);
  });

  it('does not depend on which system comes first', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (onlyFirst, onlySecond) => {
        const [first, second] = pairs(3, onlyFirst, onlySecond);
        assert.equal(mcNemar(first, second).pValue, mcNemar(second, first).pValue);
      }),
    );
  });

  it('refuses lists that are no pairs', () => {
    assert.throws(() => mcNemar([true], []), /not pairs/);
  });
});

describe('bootstrapDifference', () => {
  it('brackets a plain difference and is the same in every run', () => {
    const first = Array.from({ length: 200 }, (_, index) => 10 + (index % 7));
    const second = Array.from({ length: 200 }, (_, index) => 8 + (index % 5));
    const interval = bootstrapDifference(first, second);
    assert.ok(interval.low < interval.difference && interval.difference < interval.high);
    assert.ok(interval.low > 0);
    assert.deepEqual(bootstrapDifference(first, second), interval);
  });
});
