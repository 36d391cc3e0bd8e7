// The catalogue, the folder of models and what was measured here → the list that a user chooses from. Asks nobody.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceFor, sessionTokens } from '../engine/loadModel.ts';
import { openWeights } from '../model/format/openWeights.ts';
import { packedBytes, packedBytesOf } from '../model/graph/packedSize.ts';
import { keptSpeeds, type MeasuredSpeed, speedOf, speedsFolder } from '../model/measuredSpeed.ts';
import { cacheNeed, weightsNeed } from '../model/memoryNeed.ts';
import { catalogue } from '../model/store/catalogue.ts';
import { isLocked } from '../model/store/modelLock.ts';
import { installedModels, partialBytes } from '../model/store/modelStore.ts';
import type { Device } from '../protocol/messages.ts';
import type { CatalogueModel, InstalledModel, ListedModel, ModelFolders } from '../protocol/models.ts';

export interface ListOptions extends ModelFolders {
  readonly cachePath: string;
  readonly device: Device;
  /** Address that the pages of repositories are found under. */
  readonly hub?: string | undefined;
}

/** The catalogue's models in its order, then those of the user's own. */
export async function listModels(options: ListOptions): Promise<readonly ListedModel[]> {
  const { modelsPath, cachePath } = options;
  const device = deviceFor(options.device);
  const [installed, speeds] = await Promise.all([installedModels(modelsPath), keptSpeeds(speedsFolder(cachePath))]);
  const isKnown = ({ id }: InstalledModel): boolean => catalogue.models.some((model) => model.id === id);
  const known = catalogue.models.map((model) =>
    listKnown(
      model,
      installed.find(({ id }) => id === model.id),
      options,
    ),
  );
  const own = installed.filter((model) => !isKnown(model)).map((model) => listInstalled(model, 'imported'));
  const listed = await Promise.all([...known, ...own]);
  return Promise.all(listed.map((model) => withNeeds(model, speeds, device)));
}

function listInstalled(installed: InstalledModel, state: 'installed' | 'imported'): ListedModel {
  const { id, name, bytes, path, isInPlace } = installed;
  return { id, name, state, bytes, path, ...(isInPlace && { isInPlace }) };
}

async function listKnown(
  model: CatalogueModel,
  installed: InstalledModel | undefined,
  { embeddedPath, modelsPath, hub }: ListOptions,
): Promise<ListedModel> {
  const { id, name, licence, languages, fitness, repository } = model;
  const page = hub === undefined || repository === undefined ? undefined : `${hub.replace(/\/+$/, '')}/${repository}`;
  const about = { name, licence, languages, fitness, ...(page !== undefined && { page }) };
  if (installed) return { ...listInstalled(installed, 'installed'), ...about };
  if (id === catalogue.embedded)
    return { id, ...about, state: 'embedded', bytes: await folderBytes(embeddedPath), path: embeddedPath };
  const [bytes, isBusy] = await Promise.all([partialBytes(modelsPath, id), isLocked(modelsPath, id)]);
  const downloadBytes = sizeOf(model);
  return {
    id,
    ...about,
    state: bytes > 0 ? 'begun' : 'available',
    bytes,
    ...(isBusy && { isBusy }),
    ...(downloadBytes !== undefined && { downloadBytes }),
  };
}

/** Bytes of all files of a model; undefined where nobody has said anything of them. */
function sizeOf({ files, parameters, storedBits }: CatalogueModel): number | undefined {
  const sizes = files?.map(({ bytes }) => bytes) ?? [undefined];
  if (sizes.every((bytes) => bytes !== undefined)) return sizes.reduce((sum, bytes) => sum + bytes, 0);
  return parameters === undefined || storedBits === undefined ? undefined : (parameters * storedBits) / 8;
}

/** Adds what using `model` takes: by its files, or by what the catalogue says of them. */
async function withNeeds(
  model: ListedModel,
  speeds: readonly MeasuredSpeed[],
  device: MeasuredSpeed['device'],
): Promise<ListedModel> {
  const { weightBytes, memoryBytes } = model.path === undefined ? estimated(model.id) : await read(model.path);
  const speed = speedOf({ ...(model.path !== undefined && { path: model.path }), weightBytes }, speeds, device);
  return { ...model, ...(memoryBytes !== undefined && { memoryBytes }), ...(speed && { speed }) };
}

interface Needs {
  readonly weightBytes: number | undefined;
  readonly memoryBytes: number | undefined;
}

const unknownNeeds: Needs = { weightBytes: undefined, memoryBytes: undefined };

function estimated(id: string): Needs {
  const { parameters, storedBits } = catalogue.models.find((model) => model.id === id) ?? {};
  if (parameters === undefined || storedBits === undefined) return unknownNeeds;
  const weightBytes = packedBytesOf(parameters, storedBits);
  return { weightBytes, memoryBytes: weightsNeed(weightBytes) };
}

async function read(path: string): Promise<Needs> {
  try {
    const weights = await openWeights(path);
    try {
      const weightBytes = packedBytes(weights.tensors.values());
      return { weightBytes, memoryBytes: weightsNeed(weightBytes) + cacheNeed(weights.config, sessionTokens) };
    } finally {
      await weights.close();
    }
  } catch {
    // files that were changed since are said to be when they are used
    return unknownNeeds;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
