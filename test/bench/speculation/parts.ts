// The benches of proposals: with the model, in completions (`speculation`) and alone, beside a peer (`speculation-decode`); and
// without it, on what people wrote (`speculation-replay`).
import { benchDecode } from './decode.ts';
import { benchReplay } from './replay.ts';
import { benchSpeculation } from './run.ts';
import type { SpeculationOptions } from './work.ts';

export const speculationParts = ['speculation', 'speculation-decode', 'speculation-replay'] as const;

export async function runSpeculationParts(chosen: ReadonlySet<string>, options: SpeculationOptions): Promise<void> {
  if (chosen.has('speculation-replay')) await benchReplay(options);
  if (chosen.has('speculation-decode')) await benchDecode(options);
  if (chosen.has('speculation')) await benchSpeculation(options);
}
