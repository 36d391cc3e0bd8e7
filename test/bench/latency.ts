// Warm keystroke latency: each request is followed by the same one with one more character typed, and the second is timed from
// its arrival to its first draft.

import { quantile } from 'simple-statistics';
import type { Item, Prediction } from './items.ts';
import type { Keystroke } from './keystrokes.ts';
import type { OursEngine } from './oursEngine.ts';
import { decimal, drawTable } from './table.ts';

export interface LatencySample {
  readonly firstDraftMs: number;
  readonly wallMs: number;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly emitted: number;
}

/** One sample a keystroke that was answered; the warm-up before the first does not count. */
export async function measureLatency(ours: OursEngine, keystrokes: readonly Keystroke[]): Promise<LatencySample[]> {
  const samples: LatencySample[] = [];
  for (const { before, after } of keystrokes) {
    await ours.complete(before, 'shipped');
    const sample = await timeAnswer(ours, after);
    if (sample !== undefined) samples.push(sample);
  }
  return samples;
}

/** What an answer took; undefined where there was none. */
export async function timeAnswer(ours: OursEngine, item: Item): Promise<LatencySample | undefined> {
  const started = performance.now();
  const prediction: Prediction = await ours.complete(item, 'shipped');
  const wallMs = performance.now() - started;
  const { timings, counters } = prediction;
  if (prediction.outcome !== 'done' || timings === undefined || counters === undefined) return undefined;
  const { promptTokens, reusedTokens, emitted } = counters;
  return { firstDraftMs: timings.firstDraftMs, wallMs, promptTokens, reusedTokens, emitted };
}

/** Table (c). */
export function drawLatency(samples: readonly LatencySample[], asked: number): string {
  const row = (name: string, values: readonly number[], decimals: number): string[] => [
    name,
    ...[0.5, 0.95, 1].map((share) => decimal(values.length === 0 ? undefined : quantile([...values], share), decimals)),
  ];
  const table = drawTable(
    ['warm keystroke', 'p50', 'p95', 'max'],
    [
      row(
        'request → first draft, ms',
        samples.map((each) => each.firstDraftMs),
        0,
      ),
      row(
        'request → answer, ms',
        samples.map((each) => each.wallMs),
        0,
      ),
      row(
        'prompt tokens',
        samples.map((each) => each.promptTokens),
        0,
      ),
      row(
        'prompt tokens evaluated',
        samples.map((each) => each.promptTokens - each.reusedTokens),
        0,
      ),
      row(
        'tokens emitted',
        samples.map((each) => each.emitted),
        0,
      ),
    ],
  );
  const prompt = samples.reduce((sum, each) => sum + each.promptTokens, 0);
  const reused = samples.reduce((sum, each) => sum + each.reusedTokens, 0);
  const mean = samples.length === 0 ? undefined : reused / samples.length;
  const share = prompt === 0 ? undefined : (100 * reused) / prompt;
  return `${table}\n${samples.length} of ${asked} positions answered; tokens reused per keystroke: ${decimal(mean, 0)} (${decimal(share)} % of the prompt)`;
}
