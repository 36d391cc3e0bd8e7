// A small random model written to disk, built into a graph and loaded: what tests of the model path run on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decoder } from '../../src/model/decoder.ts';
import { openWeights } from '../../src/model/format/openWeights.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import type { Precision } from '../../src/model/graph/packWeights.ts';
import { seededRandom } from './random.ts';
import { loadPacked, loadReference, type ReferenceModel } from './referenceDecoder.ts';

export interface TinyDecoderOptions {
  readonly precision?: Precision;
  readonly maxTokens?: number;
}

export interface TinyDecoder {
  readonly decoder: Decoder;
  /** The weights as stored. */
  readonly stored: ReferenceModel;
  /** The weights rounded as a quantised graph holds them. */
  readonly packed: ReferenceModel;
  close(): Promise<void>;
}

/** Writes a model with `write` (to the path of a .gguf file or of a folder) and loads it; `close` removes everything. */
export async function openTinyDecoder(
  write: (path: string) => Promise<void>,
  { precision = 'float32', maxTokens = 512 }: TinyDecoderOptions = {},
): Promise<TinyDecoder> {
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-'));
  const path = join(folder, 'tiny.gguf');
  await write(path);
  const weights = await openWeights(path);
  const stored = await loadReference(weights);
  const packed = await loadPacked(weights);
  await weights.close();
  const graph = await buildGraph(path, { cachePath: join(folder, 'graphs'), precision });
  const decoder = await Decoder.open(graph, { threads: 1, maxTokens });
  const close = async (): Promise<void> => {
    await decoder.close();
    await rm(folder, { recursive: true });
  };
  return { decoder, stored, packed, close };
}

/** `count` token ids below `vocabulary`. */
export function randomTokens(count: number, vocabulary: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.below(vocabulary));
}

/** Row `row` of a [rows · width] array. */
export function rowOf<T extends Float32Array | Int32Array>(values: T | undefined, row: number, width: number): T {
  if (values === undefined) throw new Error('these values were not fetched');
  return values.subarray(row * width, (row + 1) * width) as T;
}

/** The largest distance between two arrays of equal length. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, not ${expected.length}`);
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    // NaN counts as the worst
    if (!(error <= largest)) largest = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return largest;
}
