// The benches of proposals: with the model, in completions (`speculation`), alone beside a peer (`speculation-decode`), and whether
// they change anything but speed (`speculation-equal`); without it, on what people wrote (`speculation-replay`), and what it costs
// to know a workspace (`speculation-index`).
import { benchDecode } from './decode.ts';
import { benchEquality } from './equality.ts';
import { benchIndexing } from './indexing.ts';
import { benchReplay } from './replay.ts';
import { benchSpeculation } from './run.ts';
import type { BenchOptions } from './work.ts';

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  speculation: benchSpeculation,
  'speculation-decode': benchDecode,
  'speculation-equal': benchEquality,
  'speculation-index': benchIndexing,
  'speculation-replay': benchReplay,
};

export const speculationParts: readonly string[] = Object.keys(parts);

export async function runSpeculationParts(chosen: ReadonlySet<string>, options: BenchOptions): Promise<void> {
  for (const part of speculationParts) if (chosen.has(part)) await parts[part]?.(options);
}
