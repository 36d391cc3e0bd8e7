// How long after a key the page has drawn what came of it, by the browser's own count (Event Timing).
import type { Page } from 'playwright-core';

/** Shorter ones are not told apart, milliseconds. */
const leastMs = 16;

/** Has the page keep the time of every key from now on. */
export async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.keyMs = [];
    window.keyObserver?.disconnect();
    window.keyObserver = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === 'keydown') window.keyMs.push(duration);
    });
    window.keyObserver.observe({ type: 'event', durationThreshold: ${leastMs} });
  })()`);
}

/** Milliseconds for each of `keys` keys since then, in ascending order. */
export async function paintedAfter(page: Page, keys: number): Promise<readonly number[]> {
  const slow = await page.evaluate<readonly number[]>('window.keyMs');
  const fast = Math.max(0, keys - slow.length);
  return [...Array<number>(fast).fill(leastMs), ...[...slow].sort((one, other) => one - other)];
}
