import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFileError } from '../../../../src/model/format/modelFileError.ts';
import { openWeights } from '../../../../src/model/format/openWeights.ts';
import { type GgufTensorData, type GgufValue, ggmlTypes, writeGguf } from '../../../support/ggufWriter.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import {
  configJson,
  ggufMetadata,
  ggufTensors,
  tinyConfig,
  tinyModel,
  writeTinySafetensors,
} from '../../../support/tinyModel.ts';

const model = tinyModel(tinyConfig('llama'));

/** Opening must fail with one sentence that names `path` and matches `message`. */
async function refused(path: string, message: RegExp): Promise<void> {
  await assert.rejects(openWeights(path), (error: unknown) => {
    assert.ok(error instanceof ModelFileError, String(error));
    assert.ok(error.message.includes(path), error.message);
    assert.match(error.message, message);
    assert.match(error.message, /^[^\n]+: [^\n]+\.$/);
    return true;
  });
}

function changedGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  change: (tensors: GgufTensorData[]) => GgufTensorData[],
  message: RegExp,
): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'm.gguf');
    await writeGguf(path, { ...ggufMetadata(model.config), ...metadata }, change(ggufTensors(model)));
    await refused(path, message);
  });
}

const same = (tensors: GgufTensorData[]): GgufTensorData[] => tensors;

describe('a GGUF file that cannot be used', function () {
  this.timeout(60_000);

  it('is missing', () => inTemporaryFolder((folder) => refused(join(folder, 'no.gguf'), /does not exist/)));

  it('is something else', () =>
    inTemporaryFolder(async (folder) => {
      for (const contents of ['', 'GG', 'PK\u0003\u0004 not a model at all']) {
        await writeFile(join(folder, 'm.gguf'), contents);
        await refused(join(folder, 'm.gguf'), /is not a GGUF file/);
      }
    }));

  it('is cut off anywhere', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'm.gguf');
      await writeGguf(path, ggufMetadata(model.config), ggufTensors(model));
      const { length } = await readFile(path);
      // Padding after the last tensor may go; its data may not.
      for (const kept of [length - 64, length >> 1, 2000, 1200, 700, 100, 24, 9, 5]) {
        await truncate(path, kept);
        await refused(path, /ends|damaged GGUF header/);
      }
    }));

  it('has a tensor beyond its end', () =>
    changedGguf(
      {},
      (tensors) => tensors.map((t, i) => (i === tensors.length - 1 ? { ...t, data: t.data.subarray(64) } : t)),
      /ends before its data/,
    ));

  it('is of another architecture', () =>
    changedGguf({ 'general.architecture': 'mamba' }, same, /architecture mamba.*llama, qwen2 or starcoder2/));

  it('is quantised in a way that is not supported', () =>
    changedGguf({}, (tensors) => tensors.map((t, i) => (i === 0 ? { ...t, type: ggmlTypes.Q2_K } : t)), /Q2_K.*Q4_K/));

  it('has a tensor type nobody knows', () =>
    changedGguf({}, (tensors) => tensors.map((t, i) => (i === 0 ? { ...t, type: 999 } : t)), /unknown type 999/));

  it('has quantised rows that are not whole blocks', () =>
    changedGguf(
      { 'llama.feed_forward_length': { u32: 100 } },
      (tensors) =>
        tensors.map((t) => {
          if (/ffn_(gate|up)/.test(t.name)) return { ...t, shape: [100, 64], data: new Uint8Array(100 * 64 * 4) };
          return /ffn_down/.test(t.name)
            ? { ...t, type: ggmlTypes.Q4_0, shape: [64, 100], data: new Uint8Array(6400) }
            : t;
        }),
      /not whole blocks/,
    ));

  it('lacks a tensor', () =>
    changedGguf(
      {},
      (tensors) => tensors.filter(({ name }) => name !== 'blk.1.ffn_up.weight'),
      /lacks the tensor model\.layers\.1\.mlp\.up_proj/,
    ));

  it('has a tensor of a wrong shape', () => changedGguf({ 'llama.embedding_length': { u32: 32 } }, same, /shape/));

  it('has a tensor that does not belong', () =>
    changedGguf(
      {},
      (tensors) => [
        ...tensors,
        { name: 'blk.0.ffn_gate_exps.weight', type: 0, shape: [4, 4], data: new Uint8Array(64) },
      ],
      /ffn_gate_exps/,
    ));

  it('uses a rotary scaling that is not supported', () =>
    changedGguf({ 'llama.rope.scaling.type': 'yarn', 'llama.rope.scaling.factor': { f32: 4 } }, same, /"yarn"/));
});

describe('a safetensors folder that cannot be used', function () {
  this.timeout(60_000);

  const withFolder = (use: (folder: string) => Promise<void>): Promise<void> =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'model');
      await writeTinySafetensors(folder, model);
      await use(folder);
    });

  it('is empty', () =>
    inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'model'));
      await refused(join(folder, 'model'), /config\.json does not exist/);
      await writeFile(join(folder, 'model', 'config.json'), '{}');
      await refused(join(folder, 'model'), /no \.gguf or \.safetensors/);
    }));

  it('holds several GGUF files', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.gguf'), '');
      await writeFile(join(folder, 'b.gguf'), '');
      await refused(folder, /2 \.gguf files/);
    }));

  it('has a damaged or foreign config.json', () =>
    withFolder(async (folder) => {
      const change = (json: string): Promise<void> => writeFile(join(folder, 'config.json'), json);
      const changed = (changes: Record<string, unknown>): string =>
        JSON.stringify({ ...configJson(model.config), ...changes });
      await change('{"model_type": "lla');
      await refused(folder, /damaged JSON/);
      await change('[]');
      await refused(folder, /JSON object/);
      await change(changed({ model_type: 'gemma3' }));
      await refused(folder, /architecture gemma3/);
      await change(changed({ hidden_size: null }));
      await refused(folder, /lacks "hidden_size"/);
      await change(changed({ hidden_act: 'gelu' }));
      await refused(folder, /gelu/);
      await change(changed({ rope_scaling: { rope_type: 'yarn', factor: 4 } }));
      await refused(folder, /"yarn"/);
      await change(changed({ num_hidden_layers: 3 }));
      await refused(folder, /lacks the tensor model\.layers\.2/);
    }));

  it('is cut off anywhere', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      const { length } = await readFile(path);
      for (const kept of [length - 1, length >> 1, 1000, 8, 3, 0]) {
        await truncate(path, kept);
        await refused(folder, /ends before|damaged JSON/);
      }
    }));

  it('has a shard missing, or an index that leads elsewhere', () =>
    withFolder(async (folder) => {
      const index = (file: string): Promise<void> =>
        writeFile(
          join(folder, 'model.safetensors.index.json'),
          JSON.stringify({ weight_map: { 'model.norm.weight': file } }),
        );
      await index('model-00002.safetensors');
      await refused(folder, /model-00002\.safetensors does not exist/);
      await index('../elsewhere.safetensors');
      await refused(folder, /names no file/);
    }));
});
