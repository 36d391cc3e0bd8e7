// The K-quant formats of ggml (block_q4_K, block_q5_K, block_q6_K): super-blocks of 256 elements with small integer
// scales per 16 or 32 elements under one or two half-precision scales.

import { halfFloats } from './halfFloat.ts';

/** Super-block: scale f16, minimum scale f16, 8 x (6-bit scale, 6-bit minimum) in 12 bytes, 256 x 4 bits. */
export function dequantiseQ4K(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  const scales = new Uint8Array(16);
  for (let block = 0, at = 0; block < floats.length; block += 256, at += 144) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const minimumScale = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    unpackScales(bytes, at + 4, scales);
    for (let pair = 0; pair < 4; pair++) {
      const lowScale = scale * scales[pair * 2]!;
      const highScale = scale * scales[pair * 2 + 1]!;
      const lowMinimum = minimumScale * scales[pair * 2 + 8]!;
      const highMinimum = minimumScale * scales[pair * 2 + 9]!;
      const source = at + 16 + pair * 32;
      const target = block + pair * 64;
      for (let j = 0; j < 32; j++) {
        const both = bytes[source + j]!;
        floats[target + j] = lowScale * (both & 15) - lowMinimum;
        floats[target + j + 32] = highScale * (both >> 4) - highMinimum;
      }
    }
  }
}

/** As Q4_K, with a fifth bit per element: bit g of high byte j belongs to element g * 32 + j. */
export function dequantiseQ5K(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  const scales = new Uint8Array(16);
  for (let block = 0, at = 0; block < floats.length; block += 256, at += 176) {
    const scale = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const minimumScale = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    unpackScales(bytes, at + 4, scales);
    for (let pair = 0; pair < 4; pair++) {
      const lowScale = scale * scales[pair * 2]!;
      const highScale = scale * scales[pair * 2 + 1]!;
      const lowMinimum = minimumScale * scales[pair * 2 + 8]!;
      const highMinimum = minimumScale * scales[pair * 2 + 9]!;
      const source = at + 48 + pair * 32;
      const target = block + pair * 64;
      for (let j = 0; j < 32; j++) {
        const both = bytes[source + j]!;
        const fifth = bytes[at + 16 + j]! >> (pair * 2);
        floats[target + j] = lowScale * ((both & 15) | ((fifth & 1) << 4)) - lowMinimum;
        floats[target + j + 32] = highScale * ((both >> 4) | ((fifth & 2) << 3)) - highMinimum;
      }
    }
  }
}

/** Super-block: 256 x low 4 bits, 256 x high 2 bits, 16 signed 8-bit scales, scale f16. */
export function dequantiseQ6K(bytes: Uint8Array, floats: Float32Array): void {
  const half = halfFloats();
  for (let block = 0, at = 0; block < floats.length; block += 256, at += 210) {
    const scale = half[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
    for (let part = 0; part < 2; part++) {
      for (let group = 0; group < 2; group++) {
        // Sixteen columns of four elements each, 32 apart, share their bytes.
        const first = at + 192 + part * 8 + group;
        const scale0 = scale * ((bytes[first]! << 24) >> 24);
        const scale1 = scale * ((bytes[first + 2]! << 24) >> 24);
        const scale2 = scale * ((bytes[first + 4]! << 24) >> 24);
        const scale3 = scale * ((bytes[first + 6]! << 24) >> 24);
        const lowAt = at + part * 64 + group * 16;
        const highAt = at + 128 + part * 32 + group * 16;
        const target = block + part * 128 + group * 16;
        for (let j = 0; j < 16; j++) {
          const low0 = bytes[lowAt + j]!;
          const low1 = bytes[lowAt + j + 32]!;
          const high = bytes[highAt + j]!;
          floats[target + j] = scale0 * (((low0 & 15) | ((high & 3) << 4)) - 32);
          floats[target + j + 32] = scale1 * (((low1 & 15) | ((high & 12) << 2)) - 32);
          floats[target + j + 64] = scale2 * (((low0 >> 4) | (high & 48)) - 32);
          floats[target + j + 96] = scale3 * (((low1 >> 4) | ((high & 192) >> 2)) - 32);
        }
      }
    }
  }
}

/** Twelve packed bytes to eight scales (0..7) and eight minimums (8..15), six bits each. */
function unpackScales(bytes: Uint8Array, at: number, scales: Uint8Array): void {
  for (let j = 0; j < 4; j++) {
    const scaleByte = bytes[at + j]!;
    const minimumByte = bytes[at + 4 + j]!;
    const mixed = bytes[at + 8 + j]!;
    scales[j] = scaleByte & 63;
    scales[j + 8] = minimumByte & 63;
    scales[j + 4] = (mixed & 15) | ((scaleByte >> 6) << 4);
    scales[j + 12] = (mixed >> 4) | ((minimumByte >> 6) << 4);
  }
}
