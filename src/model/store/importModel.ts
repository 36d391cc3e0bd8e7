// A .gguf file or a model folder of the user's → a model of the store: copied, or used where it lies.
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DownloadProgress, InstalledModel } from '../../protocol/models.ts';
import { isPlainFileName } from '../format/fileName.ts';
import { unreadable } from '../format/modelFile.ts';
import { findGguf } from '../format/openWeights.ts';
import { tensorFiles } from '../format/safetensorsWeights.ts';
import { checkUsable } from './checkUsable.ts';
import { checkSpace, type Disk, realDisk } from './disk.ts';
import { modelIdOf } from './modelId.ts';
import { lockModel } from './modelLock.ts';
import { isOwnFile, type ModelRecord, writeRecord } from './modelRecord.ts';
import { installedModel, partialFolder } from './modelStore.ts';
import { SpeedMeter } from './speedMeter.ts';
import { diskError, ModelStoreError } from './storeError.ts';

export interface ImportOptions {
  readonly signal: AbortSignal;
  /** Leaves the files where they are; the model is gone when they are. */
  readonly inPlace?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly disk?: Disk;
}

/**
 * Its id is made of the file's or folder's name, so a file named after a model of the catalogue is that model.
 * @throws ModelFileError if it is no model that can be used here, ModelStoreError
 */
export async function importModel(modelsPath: string, path: string, options: ImportOptions): Promise<InstalledModel> {
  const source = resolve(path);
  await checkUsable(source);
  const id = modelIdOf(basename(source));
  if (id === undefined)
    throw new ModelStoreError('name', `${source} has no letters or digits to name the model by: rename it.`);
  const lock = await lockModel(modelsPath, id, { mayWait: false });
  const partial = partialFolder(modelsPath, id);
  const folder = join(modelsPath, id);
  try {
    if (await installedModel(modelsPath, id))
      throw new ModelStoreError('name', `There is a model ${id} already: remove it first, or rename ${source}.`);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const files = await sourceFiles(source);
    const name = basename(source).replace(/\.gguf$/i, '');
    const record: ModelRecord = options.inPlace
      ? { name, files: sizesOf(files), path: source }
      : { name, files: await copyFiles(files, partial, options) };
    await writeRecord(partial, record);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return (await installedModel(modelsPath, id))!;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw diskError(modelsPath, error);
  } finally {
    await lock.release();
  }
}

interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** The files that make up the model at `source`, and no others. */
async function sourceFiles(source: string): Promise<readonly SourceFile[]> {
  const gguf = await findGguf(source);
  const isFolder = gguf !== source;
  const weights = gguf === undefined ? [join(source, 'config.json'), ...(await tensorFiles(source))] : [gguf];
  const paths = isFolder ? [...weights, join(source, 'tokenizer.json')] : weights;
  const files = await Promise.all(
    paths.map(async (path) => {
      const { size } = await stat(path).catch((error: unknown) => {
        // a .gguf file has a tokenizer of its own
        if (path.endsWith('tokenizer.json')) return { size: undefined };
        throw unreadable(path, error);
      });
      const name = basename(path);
      const fits = isPlainFileName(name) && !isOwnFile(name);
      return size === undefined ? [] : [{ path, name: fits ? name : 'model.gguf', bytes: size }];
    }),
  );
  return files.flat();
}

function sizesOf(files: readonly SourceFile[]): ModelRecord['files'] {
  return Object.fromEntries(files.map(({ name, bytes }) => [name, { bytes }]));
}

const copyBytes = 1 << 22;

async function copyFiles(
  files: readonly SourceFile[],
  folder: string,
  { signal, onProgress, disk = realDisk }: ImportOptions,
): Promise<ModelRecord['files']> {
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  await checkSpace(disk, dirname(folder), totalBytes);
  const meter = new SpeedMeter(totalBytes);
  const record: Record<string, { bytes: number; sha256: string }> = {};
  let done = 0;
  for (const { path, name, bytes } of files) {
    const hash = createHash('sha256');
    const source = await open(path, 'r');
    const target = await open(join(folder, name), 'wx').catch(async (error: unknown) => {
      await source.close();
      throw error;
    });
    try {
      const buffer = new Uint8Array(copyBytes);
      for (let offset = 0; offset < bytes; ) {
        if (signal.aborted)
          throw new ModelStoreError('cancelled', 'The import was stopped: nothing of it is left, start it again.');
        const { bytesRead } = await source.read(buffer, 0, Math.min(copyBytes, bytes - offset), offset);
        if (bytesRead === 0)
          throw new ModelStoreError('damaged', `${path} became shorter while it was copied: try again.`);
        const piece = buffer.subarray(0, bytesRead);
        await disk.write(target, piece, offset);
        hash.update(piece);
        offset += bytesRead;
        done += bytesRead;
        const progress = meter.progress(name, done);
        if (progress) onProgress?.(progress);
      }
      await target.sync();
    } finally {
      await source.close();
      await target.close();
    }
    record[name] = { bytes, sha256: hash.digest('hex') };
  }
  return record;
}
