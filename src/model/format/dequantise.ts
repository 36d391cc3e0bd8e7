// Stored blocks to floats, for every supported tensor type. The 32-element formats follow ggml's block_q* structures;
// the 256-element ones are in dequantiseK.ts.

import { blockShapes } from './blocks.ts';
import { dequantiseQ4K, dequantiseQ5K, dequantiseQ6K } from './dequantiseK.ts';
import { halfFloats } from './halfFloat.ts';
import type { TensorType } from './weights.ts';

type Decoder = (bytes: Uint8Array, floats: Float32Array) => void;

const decoders: Readonly<Record<TensorType, Decoder>> = {
  F32: decodeF32,
  F16: decodeF16,
  BF16: decodeBF16,
  Q8_0: decodeQ80,
  Q4_0: decodeQ40,
  Q4_1: decodeQ41,
  Q5_0: decodeQ50,
  Q5_1: decodeQ51,
  Q4_K: dequantiseQ4K,
  Q5_K: dequantiseQ5K,
  Q6_K: dequantiseQ6K,
};

/** Decodes whole blocks, rows one after another. `bytes` must be a whole number of blocks of `type`. */
export function dequantise(type: TensorType, bytes: Uint8Array): Float32Array {
  const shape = blockShapes[type];
  const floats = new Float32Array((bytes.length / shape.bytes) * shape.elements);
  decoders[type](bytes, floats);
  return floats;
}

function decodeF32(bytes: Uint8Array, floats: Float32Array): void {
  new Uint8Array(floats.buffer).set(bytes);
}

function decodeF16(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let i = 0, at = 0; i < floats.length; i++, at += 2) floats[i] = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
}

function decodeBF16(bytes: Uint8Array, floats: Float32Array): void {
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0, at = 0; i < bits.length; i++, at += 2) bits[i] = (bytes[at]! << 16) | (bytes[at + 1]! << 24);
}

function decodeQ80(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let out = 0, at = 0; out < floats.length; out += 32, at += 34) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let j = 0; j < 32; j++) floats[out + j] = scale * ((bytes[at + 2 + j]! << 24) >> 24);
  }
}

function decodeQ40(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let out = 0, at = 0; out < floats.length; out += 32, at += 18) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 2 + j]!;
      floats[out + j] = scale * ((pair & 15) - 8);
      floats[out + j + 16] = scale * ((pair >> 4) - 8);
    }
  }
}

function decodeQ41(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let out = 0, at = 0; out < floats.length; out += 32, at += 20) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const minimum = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 4 + j]!;
      floats[out + j] = scale * (pair & 15) + minimum;
      floats[out + j + 16] = scale * (pair >> 4) + minimum;
    }
  }
}

function decodeQ50(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let out = 0, at = 0; out < floats.length; out += 32, at += 22) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const high = fifthBits(bytes, at + 2);
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 6 + j]!;
      floats[out + j] = scale * (((pair & 15) | (((high >> j) & 1) << 4)) - 16);
      floats[out + j + 16] = scale * (((pair >> 4) | (((high >> (j + 16)) & 1) << 4)) - 16);
    }
  }
}

function decodeQ51(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let out = 0, at = 0; out < floats.length; out += 32, at += 24) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const minimum = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    const high = fifthBits(bytes, at + 4);
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 8 + j]!;
      floats[out + j] = scale * ((pair & 15) | (((high >> j) & 1) << 4)) + minimum;
      floats[out + j + 16] = scale * ((pair >> 4) | (((high >> (j + 16)) & 1) << 4)) + minimum;
    }
  }
}

/** Bit j is the fifth bit of element j of the block. */
function fifthBits(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
