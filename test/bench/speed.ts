// Prefill and decode speed of both engines on the same tokens and threads, taken in turns so that a busy moment of the machine
// hits both. They never run at once: waiting threads of the one would slow the other down.

import { setTimeout as sleep } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { decimal, drawTable } from './table.ts';

/** One side of the comparison; both calls return milliseconds. */
export interface TimedEngine {
  prefill(tokens: readonly number[]): Promise<number>;
  decode(count: number): Promise<number>;
}

export interface SpeedOptions {
  readonly promptTokens: readonly number[];
  readonly decodeTokens: number;
  readonly repeats: number;
  /** Rest between turns, long enough for spinning threads to go to sleep. */
  readonly restMs: number;
}

/** Tokens per second of every repeat. */
export interface SpeedSamples {
  readonly prefill: number[];
  readonly decode: number[];
}

/** Runs the engines in turns, the order reversed each round, after one warm-up round that does not count. */
export async function measureSpeed(engines: readonly TimedEngine[], options: SpeedOptions): Promise<SpeedSamples[]> {
  const samples = engines.map((): SpeedSamples => ({ prefill: [], decode: [] }));
  for (let round = 0; round <= options.repeats; round += 1) {
    const turns = [...engines.entries()];
    for (const [index, engine] of round % 2 === 0 ? turns : turns.reverse()) {
      const prefillMs = await engine.prefill(options.promptTokens);
      const decodeMs = await engine.decode(options.decodeTokens);
      await sleep(options.restMs);
      if (round === 0) continue;
      samples[index]?.prefill.push((1000 * options.promptTokens.length) / prefillMs);
      samples[index]?.decode.push((1000 * options.decodeTokens) / decodeMs);
    }
  }
  return samples;
}

/** Table (b). `names` and `samples` are in the same order, the peer last; ratios are to the peer. */
export function drawSpeed(names: readonly string[], samples: readonly SpeedSamples[], options: SpeedOptions): string {
  const measures = [
    { name: `prefill of ${options.promptTokens.length}`, values: samples.map((each) => each.prefill) },
    { name: `decode of ${options.decodeTokens} after it`, values: samples.map((each) => each.decode) },
  ];
  const rows = measures.map(({ name, values }) => {
    const medians = values.map((each) => median(each));
    const cells = values.map((each, index) => {
      const range = `${decimal(Math.min(...each), 0)}–${decimal(Math.max(...each), 0)}`;
      return `${decimal(medians[index])} (${range})`;
    });
    const peer = medians.at(-1) as number;
    return [name, ...cells, ...medians.slice(0, -1).map((each) => decimal(each / peer, 2))];
  });
  const ratios = names.slice(0, -1).map((name) => `${name} / ${names.at(-1)}`);
  return drawTable(['tokens/s, median (range)', ...names, ...ratios], rows);
}
