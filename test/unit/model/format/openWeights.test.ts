import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWeights } from '../../../../src/model/format/openWeights.ts';
import type { DecoderConfig, Weights } from '../../../../src/model/format/weights.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import {
  configJson,
  graniteLike,
  type TinyModel,
  tinyConfig,
  tinyModel,
  writeTinyGguf,
  writeTinySafetensors,
} from '../../../support/tinyModel.ts';

const embedded = 'models/palimpsest-135m';

async function using<T>(path: string, use: (weights: Weights) => Promise<T>): Promise<T> {
  const weights = await openWeights(path);
  try {
    return await use(weights);
  } finally {
    await weights.close();
  }
}

async function assertHolds(path: string, model: TinyModel, config: DecoderConfig = model.config): Promise<void> {
  await using(path, async (weights) => {
    assert.deepEqual(weights.config, config);
    assert.deepEqual([...weights.tensors.keys()].sort(), [...model.tensors.keys()].sort());
    for (const [name, { shape, values }] of model.tensors) {
      assert.deepEqual(weights.tensors.get(name)?.shape, shape, name);
      assert.deepEqual(await weights.readFloats(name), values, name);
    }
  });
}

const models: readonly DecoderConfig[] = [
  tinyConfig('llama'),
  tinyConfig('llama', { tiedHead: true, headSize: 32, kvHeads: 4, ropeScaling: { type: 'linear', factor: 4 } }),
  tinyConfig('llama', { attentionBias: true }),
  tinyConfig('llama', graniteLike),
  tinyConfig('qwen2'),
  tinyConfig('qwen2', { tiedHead: false, ropeTheta: 1_000_000, normEpsilon: 1e-6 }),
  tinyConfig('starcoder2'),
  tinyConfig('starcoder2', {
    tiedHead: false,
    attentionBias: false,
    attentionOutputBias: false,
    feedForwardBias: false,
  }),
];

describe('openWeights', function () {
  this.timeout(60_000);

  for (const config of models) {
    const kind = `${config.name}, ${config.tiedHead ? 'tied' : 'own'} head, ${config.attentionBias ? '' : 'no '}biases`;

    it(`reads the same ${kind} from GGUF and from safetensors`, () =>
      inTemporaryFolder(async (folder) => {
        const model = tinyModel(config);
        await writeTinyGguf(join(folder, 'm.gguf'), model);
        await writeTinySafetensors(join(folder, 'whole'), model);
        await writeTinySafetensors(join(folder, 'shards'), model, 3);
        await assertHolds(join(folder, 'm.gguf'), model);
        await assertHolds(join(folder, 'whole'), model, { ...config, name: 'whole' });
        await assertHolds(join(folder, 'shards'), model, { ...config, name: 'shards' });
      }));
  }

  it('reads any range of rows like a slice of the whole', () =>
    inTemporaryFolder(async (folder) => {
      const model = tinyModel(tinyConfig('llama'));
      await writeTinyGguf(join(folder, 'm.gguf'), model);
      await using(join(folder, 'm.gguf'), async (weights) => {
        const name = 'model.layers.1.self_attn.q_proj.weight';
        const values = model.tensors.get(name)?.values ?? new Float32Array();
        for (let first = 0; first < 64; first += 7) {
          for (const count of [0, 1, Math.min(5, 64 - first), 64 - first]) {
            assert.deepEqual(
              await weights.readFloats(name, first, count),
              values.slice(first * 64, (first + count) * 64),
              `${first}+${count}`,
            );
          }
        }
        await assert.rejects(weights.readFloats(name, 60, 5), RangeError);
      });
    }));

  it('keeps llama3 rotary scaling, as parameters or as factors', () =>
    inTemporaryFolder(async (folder) => {
      const factors = tinyConfig('llama', { ropeScaling: { type: 'factors', factors: [1, 1, 1, 1.5, 2, 4, 8, 8] } });
      await writeTinyGguf(join(folder, 'm.gguf'), tinyModel(factors));
      await assertHolds(join(folder, 'm.gguf'), tinyModel(factors));
      const parameters = tinyConfig('llama', {
        ropeScaling: {
          type: 'llama3',
          factor: 8,
          lowFrequencyFactor: 1,
          highFrequencyFactor: 4,
          originalContext: 8192,
        },
      });
      await writeTinySafetensors(join(folder, 'tiny-llama'), tinyModel(parameters));
      await assertHolds(join(folder, 'tiny-llama'), tinyModel(parameters));
    }));

  it('lets a context be no longer than the window that attention slides over', () =>
    inTemporaryFolder(async (folder) => {
      const model = tinyModel(tinyConfig('starcoder2', { contextTokens: 16384 }));
      const contextOf = (path: string): Promise<number> => using(path, async ({ config }) => config.contextTokens);
      const file = join(folder, 'm.gguf');
      await writeTinyGguf(file, model);
      assert.equal(await contextOf(file), 4096, 'the window of all that were published');
      await writeTinyGguf(file, model, { 'starcoder2.attention.sliding_window': { u32: 1000 } });
      assert.equal(await contextOf(file), 1000);
      const sources = join(folder, 'sources');
      await writeTinySafetensors(sources, model);
      for (const [window, context] of [
        [null, 16384],
        [4096, 4096],
        [40960, 16384],
      ] as const) {
        const json = { ...configJson(model.config), sliding_window: window };
        await writeFile(join(sources, 'config.json'), JSON.stringify(json));
        assert.equal(await contextOf(sources), context);
      }
    }));

  it('finds the only .gguf of a folder, and prefers model.gguf', () =>
    inTemporaryFolder(async (folder) => {
      await writeTinyGguf(join(folder, 'a.gguf'), tinyModel(tinyConfig('llama', { name: 'a' })));
      assert.equal(await using(folder, async ({ config }) => config.name), 'a');
      await writeTinyGguf(join(folder, 'model.gguf'), tinyModel(tinyConfig('llama', { name: 'b' })));
      assert.equal(await using(folder, async ({ config }) => config.name), 'b');
    }));

  it('hashes contents: equal for a copy, different for a changed weight or configuration', () =>
    inTemporaryFolder(async (folder) => {
      const hashOf = (path: string): Promise<string> => using(path, (weights) => weights.hash());
      const write = async (name: string, model: TinyModel): Promise<string> => {
        await writeTinySafetensors(join(folder, name), model);
        return hashOf(join(folder, name));
      };
      const first = await write('a', tinyModel(tinyConfig('llama'), 1));
      assert.equal(await write('b', tinyModel(tinyConfig('llama'), 1)), first);
      assert.notEqual(await write('c', tinyModel(tinyConfig('llama'), 2)), first);
      assert.notEqual(await write('d', tinyModel(tinyConfig('llama', { ropeTheta: 20000 }), 1)), first);
      const gguf = join(folder, 'm.gguf');
      await writeTinyGguf(gguf, tinyModel(tinyConfig('llama')));
      await copyFile(gguf, join(folder, 'copy.gguf'));
      assert.equal(
        await hashOf(gguf),
        createHash('sha256')
          .update(await readFile(gguf))
          .digest('hex'),
      );
      assert.equal(await hashOf(join(folder, 'copy.gguf')), await hashOf(gguf));
    }));
});

describe('the embedded model', function () {
  this.timeout(60_000);

  it('has the shape its config.json states', () =>
    using(embedded, async ({ config, tensors }) => {
      const stated = JSON.parse(await readFile(join(embedded, 'config.json'), 'utf8')) as Record<string, unknown>;
      assert.deepEqual(config, {
        architecture: stated.model_type,
        name: 'palimpsest-135m',
        layers: stated.num_hidden_layers,
        hidden: stated.hidden_size,
        heads: stated.num_attention_heads,
        kvHeads: stated.num_key_value_heads,
        headSize: stated.head_dim,
        intermediate: stated.intermediate_size,
        vocabulary: stated.vocab_size,
        contextTokens: stated.max_position_embeddings,
        norm: 'rms',
        normEpsilon: stated.rms_norm_eps,
        feedForward: 'gated',
        activation: stated.hidden_act,
        ropeTheta: stated.rope_theta,
        attentionBias: stated.attention_bias,
        attentionOutputBias: stated.attention_bias,
        feedForwardBias: false,
        tiedHead: stated.tie_word_embeddings,
      });
      assert.equal(tensors.size, 30 * 9 + 2);
      assert.deepEqual(tensors.get('model.embed_tokens.weight')?.shape, [49152, 576]);
      assert.deepEqual(tensors.get('model.layers.29.mlp.down_proj.weight')?.shape, [576, 1536]);
      assert.deepEqual(tensors.get('model.layers.0.self_attn.k_proj.weight')?.shape, [192, 576]);
      assert.equal(tensors.get('model.embed_tokens.weight')?.type, 'Q4_0');
    }));

  it('holds finite weights of ordinary size', () =>
    using(embedded, async (weights) => {
      for (const [name, limit] of [
        ['model.layers.12.self_attn.q_proj.weight', 10],
        ['model.norm.weight', 1000],
      ] as const) {
        const values = await weights.readFloats(name);
        assert.ok(
          values.every((value) => Math.abs(value) < limit),
          name,
        );
        assert.ok(
          values.some((value) => value !== 0),
          name,
        );
      }
    }));
});
