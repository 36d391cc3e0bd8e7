// A small model as a hub has it, and what the folder of models looks like after it was installed or was not.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InstallOptions, installModel } from '../../src/model/store/installModel.ts';
import { installedModel } from '../../src/model/store/modelStore.ts';
import { ModelStoreError } from '../../src/model/store/storeError.ts';
import type { CatalogueModel, InstalledModel, StoreProblem } from '../../src/protocol/models.ts';
import { commitOf, type HubServer, sha256, withHub } from './hubServer.ts';
import { inTemporaryFolder } from './temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from './tinyModel.ts';

export const tinyEntry: CatalogueModel = {
  id: 'tiny',
  name: 'Tiny',
  licence: 'MIT',
  dialect: 'starcoder2',
  contextTokens: 512,
  languages: ['*'],
  fitness: 'For tests.',
  repository: 'someone/tiny',
  files: [{ name: 'tiny.gguf' }],
};

/** A model file, another for another seed. */
export function tinyGguf(seed = 1): Promise<Buffer> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'tiny.gguf');
    await writeTinyGguf(path, tinyModel(tinyConfig('llama'), seed));
    return readFile(path);
  });
}

export type UseHub = (hub: HubServer, modelsPath: string) => Promise<void>;

/** Runs `use` with a hub of `files` and a folder of models that does not exist yet. */
export function withHubAndStore(files: Readonly<Record<string, Buffer>>, use: UseHub): Promise<void> {
  return inTemporaryFolder((folder) => withHub(files, (hub) => use(hub, join(folder, 'models'))));
}

/** Installs from `hub`, quick to give up. */
export function installFrom(
  hub: HubServer,
  modelsPath: string,
  options: Partial<InstallOptions> = {},
  model = tinyEntry,
): Promise<InstalledModel> {
  return installModel(modelsPath, model, {
    signal: new AbortController().signal,
    mirror: hub.address,
    retryDelaysMs: [1, 1, 1],
    stallMs: 300,
    ...options,
  });
}

/** Nothing but the whole model is there, and it is the hub's. */
export async function assertInstalled(modelsPath: string, hub: HubServer): Promise<void> {
  assert.deepEqual(await readdir(modelsPath), ['tiny']);
  const folder = join(modelsPath, 'tiny');
  assert.deepEqual((await readdir(folder)).sort(), ['installed.json', ...Object.keys(hub.files)].sort());
  for (const [name, content] of Object.entries(hub.files))
    assert.ok(content.equals(await readFile(join(folder, name))), name);
  const record = JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8'));
  assert.equal(record.commit, commitOf(hub));
  for (const [name, content] of Object.entries(hub.files))
    assert.deepEqual(record.files[name], { bytes: content.length, sha256: sha256(content) });
  assert.equal((await installedModel(modelsPath, 'tiny'))?.path, folder);
}

/** It fails with a message that says what to do, and leaves `left` in the folder of models. */
export async function assertRefused(
  installing: Promise<unknown>,
  problem: StoreProblem,
  message: RegExp,
  modelsPath: string,
  left: readonly string[] = [],
): Promise<void> {
  const error = await installing.then(
    () => assert.fail('it was installed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ModelStoreError, String(error instanceof Error ? error.stack : error));
  assert.match(error.message, message);
  assert.match(error.message, /: .+\.$/);
  assert.equal(error.problem, problem);
  assert.deepEqual(await readdir(modelsPath).catch(() => []), left);
}
