// Stored weights → the bytes that they take in the graph, which a pass over a single token reads all of, before it is built.
import type { TensorInfo } from '../format/weights.ts';
import { packedBits } from './packMatrix.ts';

/** A block of 32 weights has a scale of 32 bits. */
const scaleBits = 1;

export function packedBytes(tensors: Iterable<Pick<TensorInfo, 'type' | 'shape'>>): number {
  let bits = 0;
  for (const { type, shape } of tensors)
    if (shape.length === 2) bits += shape[0]! * shape[1]! * (packedBits(type) + scaleBits);
  return bits / 8;
}

/** The same of `parameters` weights that are stored in about `storedBits` each. */
export function packedBytesOf(parameters: number, storedBits: number): number {
  return (parameters * ((storedBits <= mostOfFour ? 4 : 8) + scaleBits)) / 8;
}

/** Types of four bits take up to five, with what belongs to their blocks. */
const mostOfFour = 5;
