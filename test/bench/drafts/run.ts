// The benches of several drafts: what they cost beside one (`drafts-cost`), and whether they are worth it (`drafts-worth`).
import type { BenchOptions } from '../speculation/work.ts';
import { benchCost } from './cost.ts';
import { benchWorth } from './worth.ts';

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  'drafts-cost': benchCost,
  'drafts-worth': benchWorth,
};

export const draftsParts: readonly string[] = Object.keys(parts);

export async function runDraftsParts(chosen: ReadonlySet<string>, options: BenchOptions): Promise<void> {
  for (const [name, run] of Object.entries(parts)) if (chosen.has(name)) await run(options);
}
