// The benches of proposals: with the model (`speculation`), and without it on what people wrote (`speculation-replay`).
import { benchReplay } from './replay.ts';
import { benchSpeculation, type SpeculationOptions } from './run.ts';

export const speculationParts = ['speculation', 'speculation-replay'] as const;

export async function runSpeculationParts(chosen: ReadonlySet<string>, options: SpeculationOptions): Promise<void> {
  if (chosen.has('speculation-replay')) await benchReplay({ ...options, cursors: options.holes });
  if (chosen.has('speculation')) await benchSpeculation(options);
}
