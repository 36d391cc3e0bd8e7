// A graph → the memory that an engine with it comes to hold.
import type { DecoderConfig } from './format/weights.ts';
import { type BuiltGraph, weightBytes } from './graph/builtGraph.ts';

/** The program, the runtime, the tokenizer and the grammars. */
const baseBytes = 180 * 2 ** 20;
/** Products keep their weights in an order of their own, beside the file's. */
const weightsShare = 1.6;
/** Keys and values are held here and, during a pass, as its input and its output. */
const cacheShare = 3;

/** Bytes of the engine's process once `maxTokens` are in the cache, as measured of the embedded model on the CPU. */
export async function memoryNeed(graph: BuiltGraph, maxTokens: number): Promise<number> {
  return weightsNeed(await weightBytes(graph)) + cacheNeed(graph.config, maxTokens);
}

/** The same of a graph whose weights take so many bytes, without keys and values. */
export function weightsNeed(bytes: number): number {
  return baseBytes + weightsShare * bytes;
}

/** Bytes of keys and values. */
export function cacheNeed(
  {
    layers,
    kvHeads,
    headSize,
    contextTokens,
  }: Pick<DecoderConfig, 'layers' | 'kvHeads' | 'headSize' | 'contextTokens'>,
  maxTokens: number,
): number {
  const tokens = Math.min(maxTokens, contextTokens);
  return cacheShare * 2 * layers * kvHeads * headSize * tokens * Float32Array.BYTES_PER_ELEMENT;
}
