import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { blockShapes } from '../../../../src/model/format/blocks.ts';
import { dequantise } from '../../../../src/model/format/dequantise.ts';
import { halfFloats } from '../../../../src/model/format/halfFloat.ts';
import { tensorTypes } from '../../../../src/model/format/weights.ts';
import { halfValue, quantiseQ40, quantiseQ80 } from '../../../support/quantise.ts';

async function floatsOf(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

const block = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 32, maxLength: 32 });

describe('dequantise', function () {
  this.timeout(60_000);

  for (const type of tensorTypes) {
    if (type === 'F32') continue;
    it(`gives the floats of the ${type} reference`, async () => {
      const bytes = await readFile(`test/golden/quants/${type}.bin`);
      const expected = await floatsOf(`test/golden/quants/${type}.f32`);
      assert.equal(expected.length, (bytes.length / blockShapes[type].bytes) * blockShapes[type].elements);
      assert.deepEqual(dequantise(type, bytes), expected);
    });
  }

  it('leaves F32 as it is, infinities and not-a-number included', () => {
    const values = Float32Array.of(0, -0, 1.5, -3e38, Number.POSITIVE_INFINITY, Number.NaN, 1e-45);
    assert.deepEqual(dequantise('F32', new Uint8Array(values.buffer)), values);
  });

  it('gives back a Q8_0 block to within half a step', () => {
    fc.assert(
      fc.property(block, (values) => {
        const bytes = quantiseQ80(values);
        const step = halfValue(bytes[0]! | (bytes[1]! << 8));
        const read = dequantise('Q8_0', bytes);
        // The scale itself is rounded, so the largest value may lie up to 127 * 2^-11 steps outside.
        for (const [i, value] of values.entries())
          assert.ok(Math.abs(read[i]! - value) <= step * 0.57 + 1e-5, `${value} ${read[i]}`);
        assert.deepEqual(quantiseQ80([...read]).subarray(2), bytes.subarray(2));
      }),
    );
  });

  it('gives back a Q4_0 block to within a step, the value of largest size nearly exactly', () => {
    fc.assert(
      fc.property(block, (values) => {
        const bytes = quantiseQ40(values);
        const step = Math.abs(halfValue(bytes[0]! | (bytes[1]! << 8)));
        const read = dequantise('Q4_0', bytes);
        for (const [i, value] of values.entries())
          assert.ok(Math.abs(read[i]! - value) <= step * 1.01 + 1e-5, `${value} ${read[i]}`);
        const largest = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best), 0);
        assert.ok(Math.abs(read[largest]! - values[largest]!) <= Math.abs(values[largest]!) / 1000 + 1e-5);
      }),
    );
  });
});

describe('halfFloats', () => {
  it('knows the corners of half precision', () => {
    const half = halfFloats();
    const corners: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ];
    for (const [bits, value] of corners) assert.ok(Object.is(half[bits], value), bits.toString(16));
  });
});
