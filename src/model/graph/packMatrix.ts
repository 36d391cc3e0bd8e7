// Stored tensor rows → MatMulNBits blocks of 32: Q4_0 moves over bit for bit, other types are rounded to 4 or 8 bits.
import { halfFloats } from '../format/halfFloat.ts';
import type { TensorType } from '../format/weights.ts';
import { blockSize } from './graphMatrix.ts';

export type Bits = 4 | 8 | 32;

/** Packed rows: `data` holds the weights, `scales` one float per block (empty at 32 bits). */
export interface PackedRows {
  readonly data: Uint8Array;
  readonly scales: Float32Array;
}

/**
 * Bits per weight in the graph for a tensor stored as `type`: what is stored in four bits stays in four, everything wider
 * goes to eight, whose rounding error (1/254 of a block's largest weight) is below that of any type stored in fewer.
 */
export function packedBits(type: TensorType): 4 | 8 {
  return type === 'Q4_0' || type === 'Q4_1' || type === 'Q4_K' ? 4 : 8;
}

const q4Block = 18;
const q4Quants = 16;

/**
 * Repacks rows stored as Q4_0 (float16 scale, then 16 bytes whose low nibbles are weights 0–15 and high nibbles 16–31)
 * into 4-bit blocks with weights in order. Both mean (q − 8) · scale, so nothing is lost.
 */
export function repackQ4(stored: Uint8Array): PackedRows {
  const blocks = stored.length / q4Block;
  const half = halfFloats();
  const data = new Uint8Array(blocks * q4Quants);
  const scales = new Float32Array(blocks);
  for (let block = 0, from = 0, to = 0; block < blocks; block++, from += q4Block, to += q4Quants) {
    scales[block] = half[stored[from]! | (stored[from + 1]! << 8)]!;
    for (let i = 0; i < 8; i++) {
      const even = stored[from + 2 + 2 * i]!;
      const odd = stored[from + 3 + 2 * i]!;
      data[to + i] = (even & 15) | ((odd & 15) << 4);
      data[to + 8 + i] = (even >> 4) | (odd & 0xf0);
    }
  }
  return { data, scales };
}

/** Rounds floats (a whole number of blocks) to `bits` per weight. */
export function quantise(values: Float32Array, bits: Bits): PackedRows {
  if (bits === 32)
    return { data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), scales: new Float32Array() };
  return bits === 8 ? quantise8(values) : quantise4(values);
}

/** Symmetric around zero point 128: the largest magnitude of a block becomes ±127. */
function quantise8(values: Float32Array): PackedRows {
  const blocks = values.length / blockSize;
  const data = new Uint8Array(values.length);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockSize;
    let largest = 0;
    for (let i = start; i < start + blockSize; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = start; i < start + blockSize; i++) data[i] = Math.round(values[i]! * inverse) + 128;
    scales[block] = scale;
  }
  return { data, scales };
}

/** Where the largest weight of a 4-bit block may land (zero point 8): the candidates tried for each block's scale. */
const fourBitExtremes = [-8, -7.75, -7.5, -7.25, -7, 7, 7.25, 7.5];

/** Zero point 8; of a few scales around the largest weight the one with the least squared error, refitted by least squares. */
function quantise4(values: Float32Array): PackedRows {
  const blocks = values.length / blockSize;
  const data = new Uint8Array(values.length / 2);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const x = values.subarray(block * blockSize, (block + 1) * blockSize);
    const scale = fourBitScale(x);
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = 0; i < blockSize; i += 2) {
      data[(block * blockSize + i) / 2] = fourBit(x[i]!, inverse) | (fourBit(x[i + 1]!, inverse) << 4);
    }
    scales[block] = scale;
  }
  return { data, scales };
}

const fourBit = (x: number, inverse: number): number => Math.min(15, Math.max(0, Math.round(x * inverse) + 8));

function fourBitScale(x: Float32Array): number {
  let largest = 0;
  for (const value of x) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest === 0) return 0;
  let best = 0;
  let leastError = Number.POSITIVE_INFINITY;
  for (const extreme of fourBitExtremes) {
    const inverse = extreme / largest;
    let dot = 0;
    let norm = 0;
    for (const value of x) {
      const q = fourBit(value, inverse) - 8;
      dot += value * q;
      norm += q * q;
    }
    // the error of the refitted scale dot/norm is |x|² − dot²/norm
    const scale = Math.fround(dot / norm);
    const error = -(dot * dot) / norm;
    if (error < leastError) {
      leastError = error;
      best = scale;
    }
  }
  return best;
}
