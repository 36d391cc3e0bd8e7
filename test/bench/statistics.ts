// Means with their uncertainty, and pairwise comparisons of two systems on the same items.

import { binomialDistribution, mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics';
import { seededRandom } from './random.ts';

/** A mean over `count` values; `standardError` is 0 where fewer than two values leave it unknown. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
  readonly count: number;
}

export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  if (count === 0) return { mean: Number.NaN, standardError: 0, count };
  const standardError = count < 2 ? 0 : sampleStandardDeviation([...values]) / Math.sqrt(count);
  return { mean: mean([...values]), standardError, count };
}

/** McNemar's exact test of paired yes/no outcomes. */
export interface PairedTest {
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided probability of a split at least this uneven when neither system is better. */
  readonly pValue: number;
}

/** `first[i]` and `second[i]` judge the same item. Throws when the lengths differ. */
export function mcNemar(first: readonly boolean[], second: readonly boolean[]): PairedTest {
  requirePairs(first, second);
  const onlyFirst = first.filter((yes, index) => yes && !second[index]).length;
  const onlySecond = second.filter((yes, index) => yes && !first[index]).length;
  const trials = onlyFirst + onlySecond;
  if (trials === 0) return { onlyFirst, onlySecond, pValue: 1 };
  const fewer = Math.min(onlyFirst, onlySecond);
  const tail = (binomialDistribution(trials, 0.5) ?? []).slice(0, fewer + 1).reduce((sum, each) => sum + each, 0);
  return { onlyFirst, onlySecond, pValue: Math.min(1, 2 * tail) };
}

/** Mean of the paired differences `first − second` with a 95 % percentile interval from resampled items. */
export interface BootstrapInterval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export function bootstrapDifference(
  first: readonly number[],
  second: readonly number[],
  { seed = 1, resamples = 2000 } = {},
): BootstrapInterval {
  requirePairs(first, second);
  if (first.length === 0) return { difference: Number.NaN, low: Number.NaN, high: Number.NaN };
  const differences = first.map((value, index) => value - (second[index] as number));
  const random = seededRandom(seed);
  const means: number[] = [];
  for (let round = 0; round < resamples; round += 1) {
    let sum = 0;
    for (let draw = 0; draw < differences.length; draw += 1) {
      sum += differences[random.integer(0, differences.length - 1)] as number;
    }
    means.push(sum / differences.length);
  }
  means.sort((left, right) => left - right);
  return { difference: mean(differences), low: quantileSorted(means, 0.025), high: quantileSorted(means, 0.975) };
}

function requirePairs(first: readonly unknown[], second: readonly unknown[]): void {
  if (first.length !== second.length) throw new Error(`not pairs: ${first.length} against ${second.length} values`);
}
