// The folder of models: one folder each, named after its id. What is being made lies beside it under another name until it is whole.
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type InstalledModel, partialEnding } from '../../protocol/models.ts';
import { catalogue } from './catalogue.ts';
import { bytesAt } from './disk.ts';
import { isModelId } from './modelId.ts';
import { lockModel } from './modelLock.ts';
import { isOwnFile, type ModelRecord, readRecord, recordPath } from './modelRecord.ts';
import { diskError, ModelStoreError } from './storeError.ts';

/** Installed models by id. A folder that does not hold a whole model is none. */
export async function installedModels(modelsPath: string): Promise<readonly InstalledModel[]> {
  const names = await readdir(modelsPath).catch(() => []);
  const models = await Promise.all(names.filter(isModelId).map((id) => installedModel(modelsPath, id)));
  return models.flatMap((model) => model ?? []).sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function installedModel(modelsPath: string, id: string): Promise<InstalledModel | undefined> {
  if (!isModelId(id)) return undefined;
  const folder = join(modelsPath, id);
  const record = await readRecord(folder);
  return record && describe(id, folder, record);
}

/** The id of the catalogue's model whose folder in a store `path` is; undefined where it is none. */
export async function knownModelAt(path: string): Promise<string | undefined> {
  const found = await installedModel(dirname(path), basename(path));
  return catalogue.models.find(({ id }) => id === found?.id)?.id;
}

function describe(id: string, folder: string, record: ModelRecord): InstalledModel {
  const { name, files, path, repository, commit } = record;
  return {
    id,
    name,
    path: path ?? folder,
    bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
    ...(path !== undefined && { isInPlace: true }),
    ...(repository !== undefined && { repository }),
    ...(commit !== undefined && { commit }),
  };
}

/** Bytes of the model `id` that a download has left for the next one to go on from. */
export async function partialBytes(modelsPath: string, id: string): Promise<number> {
  const partial = partialFolder(modelsPath, id);
  const names = await readdir(partial).catch(() => []);
  const sizes = await Promise.all(names.filter((name) => !isOwnFile(name)).map((name) => bytesAt(join(partial, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

export function partialFolder(modelsPath: string, id: string): string {
  return join(modelsPath, `${id}${partialEnding}`);
}

/**
 * Removes the model `id`, and what a download of it has left. Files that were imported in place stay.
 * @throws ModelStoreError where there is no such model, or it is at work elsewhere
 */
export async function removeModel(modelsPath: string, id: string): Promise<void> {
  const folder = join(modelsPath, id);
  const isThere = async (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    );
  if (!isModelId(id) || !((await isThere(folder)) || (await isThere(partialFolder(modelsPath, id)))))
    throw new ModelStoreError('name', `There is no installed model ${id}: see which there are in the list of models.`);
  const lock = await lockModel(modelsPath, id, { mayWait: false });
  try {
    // first what makes it a model: half of one must not look whole
    await rm(recordPath(folder), { force: true });
    await rm(folder, { recursive: true, force: true });
    await rm(partialFolder(modelsPath, id), { recursive: true, force: true });
  } catch (error) {
    throw diskError(folder, error);
  } finally {
    await lock.release();
  }
}
