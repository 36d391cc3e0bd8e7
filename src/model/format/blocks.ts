// How tensor types are laid out: so many elements in so many bytes. Follows the ggml block formats.

import type { TensorType } from './weights.ts';

/** Elements and bytes of the smallest unit that can be decoded alone. */
export interface BlockShape {
  readonly elements: number;
  readonly bytes: number;
}

export const blockShapes: Readonly<Record<TensorType, BlockShape>> = {
  F32: { elements: 1, bytes: 4 },
  F16: { elements: 1, bytes: 2 },
  BF16: { elements: 1, bytes: 2 },
  Q8_0: { elements: 32, bytes: 34 },
  Q4_0: { elements: 32, bytes: 18 },
  Q4_1: { elements: 32, bytes: 20 },
  Q5_0: { elements: 32, bytes: 22 },
  Q5_1: { elements: 32, bytes: 24 },
  Q4_K: { elements: 256, bytes: 144 },
  Q5_K: { elements: 256, bytes: 176 },
  Q6_K: { elements: 256, bytes: 210 },
};

/** Bytes of one row; not a whole number if the row does not consist of whole blocks. */
export function rowBytes(type: TensorType, columns: number): number {
  const { elements, bytes } = blockShapes[type];
  return (columns / elements) * bytes;
}

/** [rows, columns] of a shape; a vector is one row. */
export function rowsAndColumns(shape: readonly number[]): readonly [number, number] {
  return shape.length === 2 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
}
