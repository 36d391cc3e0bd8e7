// Whether counts look like a sample of a distribution: Pearson's test at the level of one in a thousand. With seeds that are fixed,
// a test that passes once passes always.
import assert from 'node:assert/strict';

/** Cells with fewer expected counts are put together, as the test wants it. */
const leastExpected = 5;
/** Of the standard normal distribution, the quantile that one in a thousand exceeds. */
const normalQuantile = 3.09;

/** @param counts of every outcome, @param probabilities of the same; an outcome that cannot be must not have been */
export function assertSample(counts: readonly number[], probabilities: readonly number[]): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells: { count: number; expected: number }[] = [];
  const few = { count: 0, expected: 0 };
  for (const [outcome, probability] of probabilities.entries()) {
    const count = counts[outcome]!;
    const expected = total * probability;
    if (probability === 0) assert.equal(count, 0, `outcome ${outcome} is impossible`);
    else if (expected >= leastExpected) cells.push({ count, expected });
    else {
      few.count += count;
      few.expected += expected;
    }
  }
  if (few.expected >= leastExpected) cells.push(few);
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = cells.length - 1;
  if (freedom === 0) return;
  // Wilson and Hilferty: the cube root is nearly normal
  const spread = 2 / (9 * freedom);
  const most = freedom * (1 - spread + normalQuantile * Math.sqrt(spread)) ** 3;
  assert.ok(statistic < most, `${statistic.toFixed(1)} is over ${most.toFixed(1)}: ${counts} for ${probabilities}`);
}
