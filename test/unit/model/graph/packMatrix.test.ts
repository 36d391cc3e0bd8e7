import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dequantise } from '../../../../src/model/format/dequantise.ts';
import { quantise, repackQ4 } from '../../../../src/model/graph/packMatrix.ts';
import { halfBits } from '../../../support/quantise.ts';
import { unpack } from '../../../support/referenceDecoder.ts';

const block = 32;

/** A stored Q4_0 block: any finite float16 scale (subnormals and zeros included), any quants. */
const q40Block = fc
  .tuple(
    fc.integer({ min: 0, max: 0xffff }).filter((bits) => ((bits >> 10) & 31) !== 31),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )
  .map(([scale, quants]) => Uint8Array.from([scale & 255, scale >> 8, ...quants]));

/** Blocks of finite floats of widely different sizes. */
const floatBlocks = fc
  .array(
    fc.tuple(
      fc.integer({ min: -20, max: 20 }),
      fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: block, maxLength: block }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((blocks) => Float32Array.from(blocks.flatMap(([size, values]) => values.map((value) => value * 2 ** size))));

const largestOf = (values: Float32Array): number => Math.max(...values.map(Math.abs));

describe('packed matrices', () => {
  it('hold exactly what Q4_0 holds', () => {
    fc.assert(
      fc.property(fc.array(q40Block, { minLength: 1, maxLength: 5 }), (blocks) => {
        const stored = Buffer.concat(blocks);
        // + 0 makes the two zeros one
        const plus = (values: Float32Array): Float32Array => values.map((value) => value + 0);
        assert.deepEqual(plus(unpack(repackQ4(stored), 4)), plus(dequantise('Q4_0', stored)));
      }),
    );
  });

  it('keep the order of weights within a Q4_0 block', () => {
    // weight i is stored as i mod 16, in units of the scale above -8
    const quants = Array.from({ length: 16 }, (_, i) => i | (i << 4));
    const stored = Uint8Array.from([halfBits(0.5) & 255, halfBits(0.5) >> 8, ...quants]);
    assert.deepEqual(
      [...unpack(repackQ4(stored), 4)],
      Array.from({ length: block }, (_, i) => ((i % 16) - 8) * 0.5),
    );
  });

  it('round to eight bits with an error of at most 1/254 of the largest of a block', () => {
    fc.assert(
      fc.property(floatBlocks, (values) => {
        const unpacked = unpack(quantise(values, 8), 8);
        for (let start = 0; start < values.length; start += block) {
          const largest = largestOf(values.subarray(start, start + block));
          for (let i = start; i < start + block; i++)
            assert.ok(Math.abs(unpacked[i]! - values[i]!) <= (largest / 254) * (1 + 1e-5) + 1e-44);
        }
      }),
    );
  });

  it('round to four bits no worse than the plain choice of a scale, and never by more than a third of the largest', () => {
    fc.assert(
      fc.property(floatBlocks, (values) => {
        const unpacked = unpack(quantise(values, 4), 4);
        for (let start = 0; start < values.length; start += block) {
          const x = values.subarray(start, start + block);
          const largest = largestOf(x);
          const signed = x.find((value) => Math.abs(value) === largest) ?? 0;
          const scale = signed / -8;
          let plain = 0;
          let ours = 0;
          for (const [i, value] of x.entries()) {
            const q = scale === 0 ? 0 : Math.min(7, Math.max(-8, Math.round(value / scale)));
            plain += (q * scale - value) ** 2;
            ours += (unpacked[start + i]! - value) ** 2;
            assert.ok(Math.abs(unpacked[start + i]! - value) <= largest / 3, `${value} became ${unpacked[start + i]}`);
          }
          assert.ok(ours <= plain * (1 + 1e-4) + 1e-30, `${ours} > ${plain}`);
        }
      }),
    );
  });

  it('are zero where everything is', () => {
    for (const bits of [4, 8] as const)
      assert.deepEqual(unpack(quantise(new Float32Array(2 * block), bits), bits), new Float32Array(2 * block));
  });

  it('hold 32-bit weights as they are', () => {
    const values = Float32Array.from({ length: block }, (_, i) => i / 7);
    const { data, scales } = quantise(values.subarray(0), 32);
    assert.deepEqual(new Float32Array(data.buffer, data.byteOffset, block), values);
    assert.equal(scales.length, 0);
  });
});
