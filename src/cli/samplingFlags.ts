// Flags of sampling → how tokens are drawn.
import type { Sampling } from '../protocol/messages.ts';
import { UsageError } from './usageError.ts';

export const mostSeed = 2 ** 32 - 1;

const flags = {
  temperature: { field: 'temperature', from: 0, to: 100 },
  'top-k': { field: 'topK', from: 1, to: 1_000_000, isWhole: true },
  'top-p': { field: 'topP', from: 0, to: 1 },
  'min-p': { field: 'minP', from: 0, to: 1 },
  'repetition-penalty': { field: 'repetitionPenalty', from: 1, to: 100 },
  seed: { field: 'seed', from: 0, to: mostSeed, isWhole: true },
} as const;

export type SamplingFlag = keyof typeof flags;

/** For `parseArgs`. */
export const samplingOptions = Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' }])) as {
  readonly [flag in SamplingFlag]: { readonly type: 'string' };
};

/**
 * Undefined at temperature 0, unless repetitions are penalised: then the most probable tokens are said.
 * @throws UsageError
 */
export function samplingOf(values: { readonly [flag in SamplingFlag]?: string | undefined }): Sampling | undefined {
  const given = (Object.keys(flags) as SamplingFlag[]).filter((flag) => values[flag] !== undefined);
  const numbers = given.map((flag) => [flags[flag].field, numberOf(flag, values[flag]!)]);
  const sampling: Sampling = { temperature: 0, seed: 0, ...Object.fromEntries(numbers) };
  if (sampling.temperature > 0) return sampling;
  const idle = given.find((flag) => flag === 'top-k' || flag === 'top-p' || flag === 'min-p');
  if (idle !== undefined) throw new UsageError(`--${idle} does nothing without a --temperature above 0.`);
  return (sampling.repetitionPenalty ?? 1) === 1 ? undefined : sampling;
}

function numberOf(flag: SamplingFlag, text: string): number {
  const { from, to, isWhole }: { from: number; to: number; isWhole?: boolean } = flags[flag];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= from && value <= to && (!isWhole || Number.isInteger(value))) return value;
  throw new UsageError(`--${flag} takes a ${isWhole ? 'whole ' : ''}number from ${from} to ${to}, not ${text}.`);
}
