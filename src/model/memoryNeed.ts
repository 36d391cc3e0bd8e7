// A graph → the memory that an engine with it comes to hold.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltGraph, graphFiles } from './graph/builtGraph.ts';

/** The program, the runtime, the tokenizer and the grammars. */
const baseBytes = 180 * 2 ** 20;
/** Products keep their weights in an order of their own, beside the file's. */
const weightsShare = 1.6;
/** Keys and values are held here and, during a pass, as its input and its output. */
const cacheShare = 3;

/** Bytes of the engine's process once `maxTokens` are in the cache, as measured of the embedded model on the CPU. */
export async function memoryNeed({ folder, config }: BuiltGraph, maxTokens: number): Promise<number> {
  const { size } = await stat(join(folder, graphFiles.data));
  const { layers, kvHeads, headSize, contextTokens } = config;
  const tokens = Math.min(maxTokens, contextTokens);
  const cacheBytes = 2 * layers * kvHeads * headSize * tokens * Float32Array.BYTES_PER_ELEMENT;
  return baseBytes + weightsShare * size + cacheShare * cacheBytes;
}
