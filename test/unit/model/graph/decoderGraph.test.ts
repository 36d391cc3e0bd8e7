import assert from 'node:assert/strict';
import type { DecoderConfig } from '../../../../src/model/format/weights.ts';
import { packedBits } from '../../../../src/model/graph/packMatrix.ts';
import { ggmlTypes, writeGguf } from '../../../support/ggufWriter.ts';
import { quantiseQ40 } from '../../../support/quantise.ts';
import { plainInputs, type ReferenceRow, referenceForward } from '../../../support/referenceDecoder.ts';
import { largestError, openTinyDecoder, randomTokens, rowOf, type TinyDecoder } from '../../../support/tinyDecoder.ts';
import {
  ggufMetadata,
  ggufTensors,
  graniteLike,
  type TinyModel,
  tinyConfig,
  tinyModel,
  writeTinyGguf,
  writeTinySafetensors,
} from '../../../support/tinyModel.ts';
import { tinyTokenizerMetadata } from '../../../support/tinyTokenizer.ts';

const rows = 40;

/** Opens the model, feeds it 40 random tokens, gives the logits of all and closes it. */
async function logitsOf(
  opened: Promise<TinyDecoder>,
  use: (logits: readonly Float32Array[], tokens: readonly number[], tiny: TinyDecoder) => void,
): Promise<void> {
  const tiny = await opened;
  try {
    const { vocabulary } = tiny.decoder.config;
    const tokens = randomTokens(rows, vocabulary, 7);
    const out = await tiny.decoder.forward({ tokens, fetch: { logits: true } });
    use(
      tokens.map((_, row) => rowOf(out.logits, row, vocabulary)),
      tokens,
      tiny,
    );
  } finally {
    await tiny.close();
  }
}

const errors = (logits: readonly Float32Array[], expected: readonly ReferenceRow[]): number[] =>
  logits.map((row, i) => largestError(row, expected[i]!.logits));

const llama3 = {
  type: 'llama3',
  factor: 8,
  lowFrequencyFactor: 1,
  highFrequencyFactor: 4,
  originalContext: 64,
} as const;
const factors = { type: 'factors', factors: [1, 1, 1.5, 2, 4, 8, 8, 8] } as const;

interface Case {
  readonly name: string;
  readonly config: DecoderConfig;
  /** By default the model is written both ways. */
  readonly only?: 'gguf' | 'safetensors';
}

// key and value heads of 16: the smallest that attention's kernels take, which want a multiple of 16
const cases: readonly Case[] = [
  { name: 'llama with its own head', config: tinyConfig('llama') },
  { name: 'llama with a tied head', config: tinyConfig('llama', { tiedHead: true }) },
  { name: 'llama with biases', config: tinyConfig('llama', { attentionBias: true }) },
  { name: 'qwen2 with a tied head', config: tinyConfig('qwen2') },
  {
    name: 'qwen2 with its own head, theta and epsilon',
    config: tinyConfig('qwen2', { tiedHead: false, ropeTheta: 1_000_000, normEpsilon: 1e-6 }),
  },
  { name: 'Granite code, all biases and a tied head', config: tinyConfig('llama', graniteLike) },
  { name: 'Granite code with heads of 80', config: tinyConfig('llama', { ...graniteLike, headSize: 80, kvHeads: 4 }) },
  { name: 'StarCoder2', config: tinyConfig('starcoder2') },
  {
    name: 'StarCoder2 with its own head, theta and epsilon',
    config: tinyConfig('starcoder2', { tiedHead: false, ropeTheta: 999_999, normEpsilon: 1e-3 }),
  },
  {
    name: 'StarCoder2 without biases',
    config: tinyConfig('starcoder2', { attentionBias: false, attentionOutputBias: false, feedForwardBias: false }),
  },
  { name: 'as many key heads as heads', config: tinyConfig('llama', { kvHeads: 4 }) },
  { name: 'one key head', config: tinyConfig('llama', { kvHeads: 1 }) },
  { name: 'heads of 48, wider together than the model', config: tinyConfig('llama', { headSize: 48 }) },
  { name: 'one layer', config: tinyConfig('llama', { layers: 1 }) },
  { name: 'a vocabulary that does not divide by 64', config: tinyConfig('llama', { vocabulary: 1003 }) },
  { name: 'linear scaling', config: tinyConfig('llama', { ropeScaling: { type: 'linear', factor: 4 } }) },
  { name: 'llama3 scaling', config: tinyConfig('llama', { ropeScaling: llama3 }), only: 'safetensors' },
  { name: 'scaling by factors', config: tinyConfig('llama', { ropeScaling: factors }), only: 'gguf' },
];

describe('the decoder graph in float32', function () {
  this.timeout(60_000);

  for (const { name, config, only } of cases)
    for (const format of only ? [only] : (['gguf', 'safetensors'] as const))
      it(`computes what the reference does: ${name}, from ${format}`, () => {
        const model = tinyModel(config, 3);
        const write = format === 'gguf' ? writeTinyGguf : writeTinySafetensors;
        return logitsOf(
          openTinyDecoder((path) => write(path, model)),
          (logits, tokens, { stored }) => {
            const worst = Math.max(...errors(logits, referenceForward(stored, plainInputs(tokens))));
            assert.ok(worst <= 1e-4, `off by ${worst}`);
          },
        );
      });

  it('tells rope scalings apart, so that the comparisons above mean something', () => {
    const tokens = plainInputs(randomTokens(rows, 320, 7));
    const { tensors } = tinyModel(tinyConfig('llama'), 3);
    const values = new Map([...tensors].map(([name, tensor]) => [name, tensor.values]));
    const last = [undefined, { type: 'linear', factor: 4 } as const, llama3, factors].map((ropeScaling) => {
      const config = tinyConfig('llama', ropeScaling && { ropeScaling });
      return referenceForward({ config, tensors: values }, tokens)[rows - 1]!.logits;
    });
    for (const [i, a] of last.entries()) for (const b of last.slice(i + 1)) assert.ok(largestError(a, b) > 0.01);
  });

  it('refuses heads of a size that attention cannot compute', () =>
    assert.rejects(
      openTinyDecoder((path) => writeTinyGguf(path, tinyModel(tinyConfig('llama', { headSize: 8 })))),
      { name: 'ModelFileError', message: /heads of size 8, not a multiple of 16/ },
    ));

  it('refuses rows that do not divide into blocks', () =>
    assert.rejects(
      openTinyDecoder((path) => writeTinyGguf(path, tinyModel(tinyConfig('llama', { intermediate: 80 })))),
      { name: 'ModelFileError', message: /rows of 80 weights, not a multiple of 32/ },
    ));
});

/** Writes matrices as Q4_0 where `inFourBits` says so. */
async function writeQ40(path: string, model: TinyModel, inFourBits: (name: string) => boolean): Promise<void> {
  const tensors = ggufTensors(model).map((tensor) => {
    if (tensor.shape.length === 1 || !inFourBits(tensor.name)) return tensor;
    const { buffer, byteOffset, byteLength } = tensor.data;
    const values = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    const blocks = Array.from({ length: values.length / 32 }, (_, i) =>
      quantiseQ40([...values.subarray(32 * i, 32 * i + 32)]),
    );
    return { ...tensor, type: ggmlTypes.Q4_0, data: Buffer.concat(blocks) };
  });
  await writeGguf(path, { ...ggufMetadata(model.config), ...tinyTokenizerMetadata() }, tensors);
}

const quantisedCases: readonly { readonly name: string; readonly write: (path: string) => Promise<void> }[] = [
  { name: 'llama in eight bits', write: (path) => writeTinyGguf(path, tinyModel(tinyConfig('llama'))) },
  {
    name: 'qwen2 in eight bits, with biases and a tied head',
    write: (path) => writeTinyGguf(path, tinyModel(tinyConfig('qwen2'))),
  },
  {
    name: 'Granite code in eight bits',
    write: (path) => writeTinyGguf(path, tinyModel(tinyConfig('llama', graniteLike))),
  },
  { name: 'StarCoder2 in eight bits', write: (path) => writeTinyGguf(path, tinyModel(tinyConfig('starcoder2'))) },
  {
    name: 'StarCoder2 in eight bits, from safetensors',
    write: (path) => writeTinySafetensors(path, tinyModel(tinyConfig('starcoder2'))),
  },
  {
    name: 'Granite code in four bits',
    write: (path) => writeQ40(path, tinyModel(tinyConfig('llama', graniteLike)), () => true),
  },
  {
    name: 'StarCoder2 in four bits',
    write: (path) => writeQ40(path, tinyModel(tinyConfig('starcoder2')), () => true),
  },
  { name: 'llama in four bits', write: (path) => writeQ40(path, tinyModel(tinyConfig('llama')), () => true) },
  {
    name: 'qwen2 in four bits, with biases and a tied head',
    write: (path) => writeQ40(path, tinyModel(tinyConfig('qwen2')), () => true),
  },
  {
    name: 'a mixture of four and eight bits, also within one product',
    write: (path) => writeQ40(path, tinyModel(tinyConfig('llama')), (name) => !/attn_v|ffn_down/.test(name)),
  },
];

describe('the quantised decoder graph', function () {
  this.timeout(60_000);

  for (const { name, write } of quantisedCases) {
    it(`multiplies the packed weights by activations of eight bits: ${name}`, () =>
      logitsOf(openTinyDecoder(write, { precision: 'quantised' }), (logits, tokens, { packed }) => {
        const inputs = plainInputs(tokens);
        // Integer sums are exact, so only the rounding of activations matters, and the reference rounds them alike. A value
        // that lies on the edge between two integers may still fall to either side; such rows are rare and little moved.
        const sorted = errors(logits, referenceForward(packed, inputs, 'eight bits')).sort((a, b) => a - b);
        assert.ok(
          sorted[Math.floor(0.9 * rows)]! <= 1e-4,
          `off by ${sorted[Math.floor(0.9 * rows)]} in a tenth of the rows`,
        );
        // An activation is off by at most 1/254 of its block's largest, half a percent of a product's size on average; some
        // ten products in a row stay well below a tenth of the logits' size.
        const exact = referenceForward(packed, inputs);
        const ratio = relativeError(logits, exact);
        assert.ok(ratio < 0.1, `off by ${ratio} of the logits' size`);
      }));
  }

  it('gives a token of StarCoder2 the same logits to the bit, whatever it is computed together with', async () => {
    const { decoder, close } = await openTinyDecoder(
      (path) => writeTinyGguf(path, tinyModel(tinyConfig('starcoder2'))),
      { precision: 'quantised' },
    );
    try {
      const { vocabulary } = decoder.config;
      const tokens = randomTokens(rows, vocabulary, 7);
      const together = await decoder.forward({ tokens, fetch: { logits: true } });
      for (const size of [1, 3, 16]) {
        decoder.cache.truncate(0);
        for (let start = 0; start < rows; start += size) {
          const chunk = tokens.slice(start, start + size);
          const { logits } = await decoder.forward({ tokens: chunk, fetch: { logits: true } });
          for (const i of chunk.keys())
            assert.deepEqual(rowOf(logits, i, vocabulary), rowOf(together.logits, start + i, vocabulary));
        }
      }
    } finally {
      await close();
    }
  });

  it('keeps what is stored in four bits in four, and everything wider in eight', () => {
    assert.deepEqual((['Q4_0', 'Q4_1', 'Q4_K'] as const).map(packedBits), [4, 4, 4]);
    assert.deepEqual(
      (['F32', 'F16', 'BF16', 'Q8_0', 'Q5_0', 'Q5_1', 'Q5_K', 'Q6_K'] as const).map(packedBits),
      Array.from({ length: 8 }, () => 8),
    );
  });
});

function relativeError(logits: readonly Float32Array[], expected: readonly ReferenceRow[]): number {
  let error = 0;
  let size = 0;
  for (const [i, row] of logits.entries())
    for (const [j, value] of row.entries()) {
      error += (value - expected[i]!.logits[j]!) ** 2;
      size += expected[i]!.logits[j]! ** 2;
    }
  return Math.sqrt(error / size);
}
