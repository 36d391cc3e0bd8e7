// A model of the catalogue → its folder in the store: asked for at the hub, downloaded beside it, verified, renamed.
import { join } from 'node:path';
import type { CatalogueModel, DownloadProgress, InstalledModel } from '../../protocol/models.ts';
import { ModelFileError } from '../format/modelFileError.ts';
import { checkUsable } from './checkUsable.ts';
import { checkSpace, type Disk, realDisk } from './disk.ts';
import { fetchFile } from './fetchFile.ts';
import { type HubFile, type HubListing, listRepository } from './hub.ts';
import { type HubAccess, type HubClient, hubClient, throwIfStopped } from './hubFetch.ts';
import { lockModel } from './modelLock.ts';
import { type ModelRecord, writeRecord } from './modelRecord.ts';
import { installedModel, partialFolder } from './modelStore.ts';
import { PartialDownload } from './partialDownload.ts';
import { SpeedMeter } from './speedMeter.ts';
import { diskError, isDiskFull, ModelStoreError } from './storeError.ts';

export interface InstallOptions extends HubAccess {
  /** Address of a mirror of the hub. */
  readonly mirror?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called once where another process is at it already. */
  readonly onWait?: () => void;
  readonly disk?: Disk;
}

/**
 * Downloads `model` into the folder of models, unless it is there. What a failed, stopped or killed download has fetched is kept and
 * gone on from the next time, beside the models and never among them; where the disk is full it is removed.
 * @throws ModelStoreError, or ModelFileError where what the hub has is no model that can be used here
 */
export async function installModel(
  modelsPath: string,
  model: CatalogueModel,
  options: InstallOptions,
): Promise<InstalledModel> {
  const { id, repository } = model;
  const there = await installedModel(modelsPath, id);
  if (there) return there;
  if (repository === undefined)
    throw new ModelStoreError(
      'name',
      `${model.name} is part of the extension: choose it, there is nothing to download.`,
    );
  const { onWait, signal } = options;
  const lock = await lockModel(modelsPath, id, { mayWait: true, signal, ...(onWait && { onWait }) });
  try {
    // another process may have installed it while this one waited
    const made = await installedModel(modelsPath, id);
    return made ?? (await download(modelsPath, model, repository, options, lock.lost));
  } catch (error) {
    if (lock.lost.aborted)
      throw new ModelStoreError('busy', `Another window has taken over the download of ${id}: see how it goes there.`);
    throw diskError(modelsPath, error);
  } finally {
    await lock.release();
  }
}

async function download(
  modelsPath: string,
  model: CatalogueModel,
  repository: string,
  options: InstallOptions,
  lost: AbortSignal,
): Promise<InstalledModel> {
  const { mirror, token, disk = realDisk } = options;
  const signal = AbortSignal.any([options.signal, lost]);
  throwIfStopped(signal);
  const client = hubClient({ ...options, signal });
  const hasToken = token !== undefined;
  const place = { repository, revision: model.revision ?? 'main', ...(mirror !== undefined && { address: mirror }) };
  const listing = await listRepository(place, client.fetch, hasToken);
  const files = wantedFiles(model, repository, listing);

  const partial = await PartialDownload.open(partialFolder(modelsPath, model.id), files);
  try {
    await checkSpace(disk, modelsPath, await partial.missingBytes());
    const hashes = await fetchFiles(files, listing, partial, { ...options, signal }, { client, disk, hasToken });
    await checkUsable(partial.folder);
    throwIfStopped(signal);
    await writeRecord(partial.folder, { name: model.name, files: hashes, repository, commit: listing.commit });
    await partial.moveTo(join(modelsPath, model.id));
    return (await installedModel(modelsPath, model.id))!;
  } catch (error) {
    const problem = diskError(modelsPath, error);
    const isWorthless = problem instanceof ModelFileError || isDiskFull(problem);
    await partial.discard({ ifEmpty: !isWorthless });
    throw problem;
  }
}

interface Means {
  readonly client: HubClient;
  readonly disk: Disk;
  readonly hasToken: boolean;
}

async function fetchFiles(
  files: readonly HubFile[],
  { urlOf }: HubListing,
  partial: PartialDownload,
  { signal, onProgress }: InstallOptions,
  means: Means,
): Promise<ModelRecord['files']> {
  const meter = new SpeedMeter(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const hashes: Record<string, { bytes: number; sha256: string }> = {};
  let before = 0;
  for (const file of files) {
    const sha256 = await fetchFile(urlOf(file.name), file, partial.path(file.name), {
      ...means,
      signal,
      etag: partial.etag(file.name),
      onEtag: (etag) => partial.setEtag(file.name, etag),
      onBytes: (bytes) => {
        const progress = meter.progress(file.name, before + bytes);
        if (progress) onProgress?.(progress);
      },
    });
    before += file.bytes;
    hashes[file.name] = { bytes: file.bytes, sha256 };
  }
  return hashes;
}

/** The files of a model in safetensors, of which the repository may have one or several, and an index. */
const safetensorsFiles =
  /^(config\.json|tokenizer\.json|model(-\d+-of-\d+)?\.safetensors|model\.safetensors\.index\.json)$/;

/** What to fetch. @throws ModelStoreError where the hub has other files than the catalogue says */
function wantedFiles({ files, name }: CatalogueModel, repository: string, listing: HubListing): readonly HubFile[] {
  const missing = (what: string): ModelStoreError =>
    new ModelStoreError(
      'missing',
      `${repository} has no ${what} at ${listing.commit}: check the mirror's address, or update the extension.`,
    );
  if (files === undefined) {
    const found = listing.files.filter((file) => safetensorsFiles.test(file.name));
    for (const what of ['config.json', 'tokenizer.json', '.safetensors'])
      if (!found.some((file) => file.name.endsWith(what))) throw missing(what);
    return found;
  }
  return files.map((known) => {
    const found = listing.files.find((file) => file.name === known.name);
    if (found === undefined) throw missing(known.name);
    const { bytes = found.bytes, sha256 } = known;
    const isOther =
      bytes !== found.bytes || (found.digest.kind === 'sha256' && sha256 !== undefined && sha256 !== found.digest.hex);
    if (isOther)
      throw new ModelStoreError(
        'damaged',
        `${repository} has another ${known.name} than ${name} is known by: check the mirror's address, or update the extension.`,
      );
    return sha256 === undefined ? found : { ...found, digest: { kind: 'sha256', hex: sha256 } };
  });
}
