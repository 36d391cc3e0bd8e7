// Names in a catalogue, in a hub's listing and in an index of shards never lead out of their folder.
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlainFileName } from '../../../../src/model/format/fileName.ts';
import { openWeights } from '../../../../src/model/format/openWeights.ts';
import { readCatalogue } from '../../../../src/model/store/catalogue.ts';
import { isModelId, modelIdOf } from '../../../../src/model/store/modelId.ts';
import { removeModel } from '../../../../src/model/store/modelStore.ts';
import { withHub } from '../../../support/hubServer.ts';
import { assertRefused, installFrom, tinyEntry } from '../../../support/storedModels.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinySafetensors } from '../../../support/tinyModel.ts';

const tricks: readonly string[] = [
  '',
  '.',
  '..',
  '../x.gguf',
  '../../x.gguf',
  'a/../../x.gguf',
  './x.gguf',
  'a/b.gguf',
  'a/',
  '/x.gguf',
  '/etc/passwd',
  '//host/share/x.gguf',
  '\\x.gguf',
  '..\\x.gguf',
  'a\\..\\..\\x.gguf',
  '\\\\host\\share\\x.gguf',
  'C:\\x.gguf',
  'C:x.gguf',
  'C:/x.gguf',
  'x.gguf:stream',
  'x.gguf\0',
  'x.gguf\0.txt',
  '\0',
  'x\n.gguf',
  '~/x.gguf',
  '%2e%2e%2fx.gguf',
  '.hidden.gguf',
  ' x.gguf',
  'x.gguf ',
  'x.gguf.',
  '-x.gguf',
  'con',
  'NUL.gguf',
  'com1.gguf',
  '\u2025/x.gguf',
  'ⅹ.gguf',
  `${'x'.repeat(300)}.gguf`,
];

describe('a file name', () => {
  it('may be any usual one', () => {
    for (const name of ['model.gguf', 'a', 'Q8_0', 'model-00001-of-00004.safetensors', 'x..gguf', 'config.json'])
      assert.ok(isPlainFileName(name), name);
  });

  it('that plays tricks is refused by the catalogue', () => {
    const { repository, files: _, ...model } = tinyEntry;
    const list = (changes: object, files: object) => ({
      embedded: 'tiny',
      dialects: [{ name: 'starcoder2', order: 'suffixFirst', tokens: { prefix: '<p>', suffix: '<s>' } }],
      models: [{ ...model, ...changes, files }],
    });
    assert.equal(readCatalogue('x', list({}, { 'x.gguf': {} })).models.length, 1);
    for (const name of [...tricks, 'installed.json', 'Download.JSON']) {
      const files = Object.fromEntries([[name, {}]]);
      assert.throws(() => readCatalogue('x', list({}, files)), /files names what cannot be a file/, name);
    }
    for (const id of [...tricks, 'A', 'x.partial', 'x.lock'])
      assert.throws(
        () => readCatalogue('x', list({ id }, { 'x.gguf': {} })),
        /id (cannot name a folder|is no text)/,
        id,
      );
    for (const owner of tricks)
      assert.throws(() => readCatalogue('x', list({ repository: `${owner}/x/y` }, { 'x.gguf': {} })), /repository/);
    for (const revision of ['..', '../main', 'a/b', '/main', 'a\\b', 'main\0', 'main?x', ''])
      assert.throws(() => readCatalogue('x', list({ repository, revision }, { 'x.gguf': {} })), /revision/, revision);
  });

  it('that plays tricks is refused in a hub’s listing', () =>
    inTemporaryFolder((folder) =>
      withHub({}, async (hub) => {
        const modelsPath = join(folder, 'models');
        const { files: _, ...model } = tinyEntry;
        for (const name of tricks) {
          hub.files = { [`${name}model.safetensors`]: Buffer.from('x'), [name]: Buffer.from('y') };
          const wanted = installFrom(hub, modelsPath, {}, model);
          await assertRefused(
            wanted,
            /[/\\\0]|^\.{0,2}$/.test(name) ? 'damaged' : 'missing',
            /check the mirror/,
            modelsPath,
          );
        }
        assert.deepEqual(await readdir(folder), ['models']);
      }),
    ));

  it('that plays tricks is refused in an index of shards', () =>
    inTemporaryFolder(async (folder) => {
      await writeTinySafetensors(folder, tinyModel(tinyConfig('llama')));
      for (const name of tricks) {
        const index = { weight_map: { 'model.norm.weight': name } };
        await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
        await assert.rejects(openWeights(folder), /names no file for model\.norm\.weight/, name);
      }
    }));

  it('that plays tricks removes nothing', () =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'x.gguf'), 'x');
      for (const name of tricks) await assert.rejects(removeModel(join(folder, 'models'), name), /no installed model/);
      assert.deepEqual(await readdir(folder), ['x.gguf']);
    }));
});

describe('an id', () => {
  it('is made of a file’s name', () => {
    assert.equal(modelIdOf('Qwen2.5 Coder (1.5B)_Q8_0.GGUF'), 'qwen2.5-coder-1.5b-_q8_0');
    assert.equal(modelIdOf('..gguf'), undefined);
    assert.equal(modelIdOf('ⅹ.gguf'), undefined);
    assert.equal(modelIdOf('nul.gguf'), undefined);
    assert.ok(isModelId(modelIdOf('x'.repeat(300))!));
  });
});
