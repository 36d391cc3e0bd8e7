// The graph of weights stored in each type that files may have: in float32 what the reference computes from the weights as stored,
// quantised what it computes from them as they are packed.
import assert from 'node:assert/strict';
import { type TensorType, tensorTypes } from '../../../../src/model/format/weights.ts';
import { type GgufTensorData, ggmlTypes, writeGguf } from '../../../support/ggufWriter.ts';
import { halfBits } from '../../../support/quantise.ts';
import { type Random, seededRandom } from '../../../support/random.ts';
import { plainInputs, referenceForward } from '../../../support/referenceDecoder.ts';
import { largestError, openTinyDecoder, randomTokens, rowOf } from '../../../support/tinyDecoder.ts';
import { ggufMetadata, ggufTensors, tinyConfig, tinyModel } from '../../../support/tinyModel.ts';
import { tinyTokenizerMetadata } from '../../../support/tinyTokenizer.ts';

const rows = 20;

/** Every row is whole blocks of every type. */
const config = tinyConfig('llama', { hidden: 256, heads: 4, headSize: 64, kvHeads: 2, intermediate: 256 });
const model = tinyModel(config);

interface BlockLayout {
  readonly elements: number;
  readonly bytes: number;
  /** Half-precision numbers in it, by place; all else is any bits. */
  readonly halves: Readonly<Record<number, number>>;
}

// scales for weights of about a tenth; those with a least value have it below zero
const layouts: Readonly<Record<Exclude<TensorType, 'F32' | 'F16' | 'BF16'>, BlockLayout>> = {
  Q8_0: { elements: 32, bytes: 34, halves: { 0: 0.0014 } },
  Q4_0: { elements: 32, bytes: 18, halves: { 0: 0.021 } },
  Q4_1: { elements: 32, bytes: 20, halves: { 0: 0.021, 2: -0.16 } },
  Q5_0: { elements: 32, bytes: 22, halves: { 0: 0.011 } },
  Q5_1: { elements: 32, bytes: 24, halves: { 0: 0.011, 2: -0.17 } },
  Q4_K: { elements: 256, bytes: 144, halves: { 0: 0.0006, 2: 0.0045 } },
  Q5_K: { elements: 256, bytes: 176, halves: { 0: 0.0003, 2: 0.0045 } },
  Q6_K: { elements: 256, bytes: 210, halves: { 208: 0.0001 } },
};

/** `count` weights of a type, at random. */
function weightsOf(type: TensorType, count: number, random: Random): Uint8Array {
  if (type === 'F32') return new Uint8Array(Float32Array.from({ length: count }, () => 0.1 * random.normal()).buffer);
  if (type === 'F16')
    return new Uint8Array(Uint16Array.from({ length: count }, () => halfBits(0.1 * random.normal())).buffer);
  if (type === 'BF16') {
    const floats = Float32Array.from({ length: count }, () => 0.1 * random.normal());
    return new Uint8Array(Uint16Array.from(new Uint32Array(floats.buffer), (bits) => bits >>> 16).buffer);
  }
  const { elements, bytes, halves } = layouts[type];
  const stored = Buffer.from(Array.from({ length: (count / elements) * bytes }, () => random.below(256)));
  for (let block = 0; block < stored.length; block += bytes)
    for (const [place, value] of Object.entries(halves)) stored.writeUInt16LE(halfBits(value), block + Number(place));
  return stored;
}

/** The model with matrices in `type`; norms stay as they are. */
function tensorsIn(type: TensorType): readonly GgufTensorData[] {
  const random = seededRandom(5);
  return ggufTensors(model).map((tensor) => {
    if (tensor.shape.length === 1) return tensor;
    const data = weightsOf(type, tensor.shape[0]! * tensor.shape[1]!, random);
    return { ...tensor, type: ggmlTypes[type], data };
  });
}

describe('a model with weights in', function () {
  this.timeout(60_000);
  const tokens = randomTokens(rows, config.vocabulary, 11);

  for (const type of tensorTypes)
    for (const precision of ['float32', 'quantised'] as const)
      it(`${type}, ${precision === 'float32' ? 'computed in float32' : 'packed'}`, async () => {
        const metadata = { ...ggufMetadata(config), ...tinyTokenizerMetadata() };
        const tiny = await openTinyDecoder((path) => writeGguf(path, metadata, tensorsIn(type)), { precision });
        try {
          const { logits } = await tiny.decoder.forward({ tokens, fetch: { logits: true } });
          const expected =
            precision === 'float32'
              ? referenceForward(tiny.stored, plainInputs(tokens))
              : referenceForward(tiny.packed, plainInputs(tokens), 'eight bits');
          const size = Math.max(...expected.map((row) => Math.max(...row.logits.map(Math.abs))));
          assert.ok(size > 1, `logits of ${size} tell little`);
          const worst = Math.max(
            ...tokens.map((_, row) => largestError(rowOf(logits, row, config.vocabulary), expected[row]!.logits)),
          );
          // an activation on the edge between two integers may fall to either side, and moves all that follows a little
          assert.ok(worst <= (precision === 'float32' ? 1e-4 : 0.03) * size, `off by ${worst} of ${size}`);
        } finally {
          await tiny.close();
        }
      });
});
