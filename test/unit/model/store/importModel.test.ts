// Models of the user's own: copied or used where they lie, listed, removed.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, realDisk } from '../../../../src/model/store/disk.ts';
import { type ImportOptions, importModel } from '../../../../src/model/store/importModel.ts';
import { lockModel } from '../../../../src/model/store/modelLock.ts';
import { installedModel, installedModels, knownModelAt, removeModel } from '../../../../src/model/store/modelStore.ts';
import { sha256 } from '../../../support/hubServer.ts';
import { assertRefused, tinyGguf } from '../../../support/storedModels.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinySafetensors } from '../../../support/tinyModel.ts';

describe('importModel', function () {
  this.timeout(60_000);
  let gguf: Buffer;
  before(async () => {
    gguf = await tinyGguf();
  });

  interface Place {
    readonly file: string;
    readonly modelsPath: string;
    readonly take: (path: string, options?: Partial<ImportOptions>) => ReturnType<typeof importModel>;
  }

  /** Runs `use` with a model file of the user's and a folder of models that does not exist yet. */
  const withFile = (use: (place: Place) => Promise<void>): Promise<void> =>
    inTemporaryFolder(async (folder) => {
      const file = join(folder, 'My Model.gguf');
      await writeFile(file, gguf);
      const modelsPath = join(folder, 'models');
      const signal = new AbortController().signal;
      await use({ file, modelsPath, take: (path, options) => importModel(modelsPath, path, { signal, ...options }) });
    });

  it('copies a file, and names it after it', () =>
    withFile(async ({ file, modelsPath, take }) => {
      const told: number[] = [];
      const model = await take(file, { onProgress: ({ doneBytes }) => told.push(doneBytes) });
      assert.equal(told.at(-1), gguf.length);
      await rm(file);
      const path = join(modelsPath, 'my-model');
      assert.deepEqual(model, { id: 'my-model', name: 'My Model', path, bytes: gguf.length });
      assert.deepEqual(await readdir(modelsPath), ['my-model']);
      assert.deepEqual((await readdir(path)).sort(), ['installed.json', 'model.gguf']);
      assert.ok(gguf.equals(await readFile(join(path, 'model.gguf'))));
      const record = JSON.parse(await readFile(join(path, 'installed.json'), 'utf8'));
      assert.deepEqual(record.files, { 'model.gguf': { bytes: gguf.length, sha256: sha256(gguf) } });
      assert.deepEqual(await installedModels(modelsPath), [model]);
    }));

  it('uses a file where it lies, and leaves it there', () =>
    withFile(async ({ file, modelsPath, take }) => {
      const model = await take(file, { inPlace: true });
      assert.deepEqual(model, { id: 'my-model', name: 'My Model', path: file, bytes: gguf.length, isInPlace: true });
      assert.deepEqual(await readdir(join(modelsPath, 'my-model')), ['installed.json']);
      await removeModel(modelsPath, 'my-model');
      assert.deepEqual(await readdir(modelsPath), []);
      assert.ok(gguf.equals(await readFile(file)));
    }));

  it('copies what makes up a model from a folder, and nothing else', () =>
    withFile(async ({ file, modelsPath, take }) => {
      const folder = `${file}-safetensors`;
      await writeTinySafetensors(folder, tinyModel(tinyConfig('qwen2')), 2);
      await writeFile(join(folder, 'notes.txt'), 'mine');
      const { path } = await take(folder);
      const names = ['config.json', 'installed.json', 'model-1-of-2.safetensors', 'model-2-of-2.safetensors'];
      assert.deepEqual((await readdir(path)).sort(), [...names, 'tokenizer.json']);
      await assert.rejects(take(folder), /There is a model my-model\.gguf-safetensors already: remove it first/);
      assert.equal((await readdir(modelsPath)).length, 1);
    }));

  it('is the model of the catalogue that it is named after', () =>
    withFile(async ({ file, take }) => {
      const known = join(file, '..', 'qwen2.5-coder-0.5b.gguf');
      await writeFile(known, gguf);
      const { path } = await take(known);
      assert.equal(await knownModelAt(path), 'qwen2.5-coder-0.5b');
      assert.equal(await knownModelAt((await take(file)).path), undefined);
    }));

  it('refuses what is no model, and leaves nothing', () =>
    withFile(async ({ file, modelsPath, take }) => {
      await assert.rejects(take(`${file}.none`), /does not exist: check the path/);
      await writeFile(`${file}.txt`, 'not a model');
      await assert.rejects(take(`${file}.txt`), /is not a GGUF file/);
      await mkdir(`${file}-empty`);
      await assert.rejects(take(`${file}-empty`), /config\.json does not exist/);
      await writeFile(file, gguf.subarray(0, 5000));
      await assert.rejects(take(file), /download it again/);
      await assert.rejects(readdir(modelsPath), /ENOENT/);
    }));

  it('leaves nothing where it is stopped or the disk is full', () =>
    withFile(async ({ file, modelsPath, take }) => {
      await assertRefused(take(file, { signal: AbortSignal.abort() }), 'cancelled', /was stopped/, modelsPath);
      const low: Disk = { ...realDisk, freeBytes: async () => 1000 };
      await assertRefused(take(file, { disk: low }), 'disk', /has 1 MB left/, modelsPath);
      const write = (): Promise<void> => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      await assertRefused(take(file, { disk: { ...realDisk, write } }), 'disk', /is full/, modelsPath);
      await take(file);
      assert.deepEqual(await readdir(modelsPath), ['my-model']);
    }));

  it('does not touch a model that another process is changing', () =>
    withFile(async ({ file, modelsPath, take }) => {
      await take(file);
      const lock = await lockModel(modelsPath, 'my-model', { mayWait: false });
      await assert.rejects(removeModel(modelsPath, 'my-model'), /Another window is changing my-model: wait/);
      await assert.rejects(take(file), /Another window is changing my-model: wait/);
      await lock.release();
      await removeModel(modelsPath, 'my-model');
    }));

  it('lists no model of which a file is missing or short, and none that was never finished', () =>
    withFile(async ({ file, modelsPath, take }) => {
      const { path } = await take(file);
      await mkdir(join(modelsPath, 'half.partial'));
      await mkdir(join(modelsPath, 'half'));
      await writeFile(join(modelsPath, 'half', 'installed.json'), '{"name":7}');
      assert.equal((await installedModels(modelsPath)).length, 1);
      await writeFile(join(path, 'model.gguf'), 'short');
      assert.equal(await installedModel(modelsPath, 'my-model'), undefined);
      await rm(join(path, 'model.gguf'));
      assert.deepEqual(await installedModels(modelsPath), []);
      await take(file);
      assert.equal((await installedModels(modelsPath)).length, 1);
    }));
});
