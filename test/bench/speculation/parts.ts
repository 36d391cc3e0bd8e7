// The benches of proposals: with the model, in completions (`speculation`), alone beside a peer (`speculation-decode`), and whether
// they change anything but speed (`speculation-equal`); without it, on what people wrote (`speculation-replay`).
import { benchDecode } from './decode.ts';
import { benchEquality } from './equality.ts';
import { benchReplay } from './replay.ts';
import { benchSpeculation } from './run.ts';
import type { SpeculationOptions } from './work.ts';

const parts: Readonly<Record<string, (options: SpeculationOptions) => Promise<void>>> = {
  speculation: benchSpeculation,
  'speculation-decode': benchDecode,
  'speculation-equal': benchEquality,
  'speculation-replay': benchReplay,
};

export const speculationParts: readonly string[] = Object.keys(parts);

export async function runSpeculationParts(chosen: ReadonlySet<string>, options: SpeculationOptions): Promise<void> {
  for (const part of speculationParts) if (chosen.has(part)) await parts[part]?.(options);
}
