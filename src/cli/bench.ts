// How fast the model runs on this machine: prefill, decode and the cost c(M) of a pass with M rows over that with one.
import type { Session } from '../engine/session.ts';

const repeats = 7;
const contextTokens = 512;

/** Text of a few lines; medians of seven runs after one to warm up. */
export async function runBench({ model }: Session): Promise<string> {
  const tokens = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => (i * 7919) % model.config.vocabulary);
  const timed = async (past: number, rows: number): Promise<number> => {
    const times: number[] = [];
    for (let run = 0; run <= repeats; run++) {
      model.cache.truncate(past);
      const startMs = performance.now();
      await model.forward({ tokens: tokens(rows), wanted: [rows - 1] });
      if (run > 0) times.push(performance.now() - startMs);
    }
    return times.sort((a, b) => a - b)[repeats >> 1]!;
  };
  model.cache.truncate(0);
  const prefillMs = await timed(0, contextTokens);
  const steps: string[] = [];
  const oneMs = await timed(contextTokens, 1);
  for (const rows of [2, 4, 8, 16, 32])
    steps.push(`${rows}: ${((await timed(contextTokens, rows)) / oneMs).toFixed(2)}`);
  model.cache.truncate(0);
  return [
    `${model.config.name} on ${model.device}, ${model.threads} threads`,
    `prefill of ${contextTokens}  ${((1000 * contextTokens) / prefillMs).toFixed(0)} tokens/s`,
    `decode after ${contextTokens} ${(1000 / oneMs).toFixed(1)} tokens/s (${oneMs.toFixed(1)} ms a pass)`,
    `c(M)             ${steps.join('  ')}`,
    `resident         ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
  ].join('\n');
}
