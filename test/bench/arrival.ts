// The first key somewhere else: its first draft where the cursor rested before, so that the text around it was read ahead, and where
// it did not.
import { quantile } from 'simple-statistics';
import type { Keystroke } from './keystrokes.ts';
import { type LatencySample, timeAnswer } from './latency.ts';
import type { OursEngine } from './oursEngine.ts';
import { decimal, drawTable } from './table.ts';

/** What came of first keys, and what reading took where it was done. */
interface Arrivals {
  readonly readMs: number[];
  readonly read: LatencySample[];
  readonly unread: LatencySample[];
}

/** Goes to every place twice, once each way and half of them this way first; the cache is always that of another place. */
export async function measureArrivals(ours: OursEngine, keystrokes: readonly Keystroke[]): Promise<Arrivals> {
  const arrivals: Arrivals = { readMs: [], read: [], unread: [] };
  for (const round of [0, 1])
    for (const [index, { before, after }] of keystrokes.entries()) {
      const isRead = (index + round) % 2 === 0;
      const started = performance.now();
      if (isRead) {
        await ours.readAhead(before);
        arrivals.readMs.push(performance.now() - started);
      }
      const sample = await timeAnswer(ours, after);
      if (sample !== undefined) arrivals[isRead ? 'read' : 'unread'].push(sample);
    }
  return arrivals;
}

export function drawArrivals({ readMs, read, unread }: Arrivals): string {
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    `${values.length}`,
    ...[0.5, 0.95].map((share) => decimal(values.length === 0 ? undefined : quantile([...values], share), 0)),
  ];
  const firstMs = (samples: readonly LatencySample[]): number[] => samples.map((each) => each.firstDraftMs);
  const computed = (samples: readonly LatencySample[]): number[] =>
    samples.map((each) => each.promptTokens - each.reusedTokens);
  return drawTable(
    ['first key somewhere else', 'places', 'p50', 'p95'],
    [
      row('not read: request → first draft, ms', firstMs(unread)),
      row('prompt tokens computed', computed(unread)),
      row('read ahead: request → first draft, ms', firstMs(read)),
      row('prompt tokens computed', computed(read)),
      row('reading, ms', readMs),
    ],
  );
}
