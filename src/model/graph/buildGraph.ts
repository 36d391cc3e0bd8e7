// Weights → a graph in the cache folder. Built once per weights, builder and precision: under a temporary name, then renamed,
// with a lock against a second process. A missing, half-written or damaged graph is built again.
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { findGguf, openWeights } from '../format/openWeights.ts';
import {
  type BuiltGraph,
  builtGraphIn,
  type GraphManifest,
  graphFiles,
  readBuiltGraph,
  sampledChecksum,
} from './builtGraph.ts';
import { decoderGraph } from './decoderGraph.ts';
import { type Precision, packWeights } from './packWeights.ts';

/** Raised with every change to what the builder writes. */
const builderVersion = 5;
/** Graphs of one builder version share a folder, so that an update can clear away those of the last. */
const shelfPrefix = 'builder-';
const partialSuffix = '.partial';
/** A lock whose holder has not touched it for this long belongs to a dead process. */
const staleLockMs = 20_000;
const lockRetryMs = 200;

export interface BuildOptions {
  /** Folder of built graphs; created if missing. */
  readonly cachePath: string;
  readonly precision?: Precision;
  readonly onProgress?: (fraction: number) => void;
}

/** What stopped a build, in one sentence that says what to do. */
export class GraphBuildError extends Error {
  override readonly name = 'GraphBuildError';
}

/**
 * The graph of the model at `modelPath` (a .gguf file or a model folder), from the cache if it is whole there.
 * @throws ModelFileError if the model is unusable, GraphBuildError if the cache folder is
 */
export async function buildGraph(modelPath: string, options: BuildOptions): Promise<BuiltGraph> {
  const { cachePath, precision = 'quantised' } = options;
  const shelf = join(cachePath, `${shelfPrefix}${builderVersion}`);
  await mkdir(shelf, { recursive: true }).catch((error: unknown) => {
    throw cacheError(cachePath, error);
  });
  const hash = await weightsHash(modelPath, cachePath);
  const folder = join(shelf, graphKey(hash, precision));
  const found = await readBuiltGraph(folder);
  if (found) return found;

  const release = await waitForLock(folder).catch((error: unknown) => {
    throw cacheError(cachePath, error);
  });
  try {
    // another process may have built it while this one waited
    const built =
      (await readBuiltGraph(folder)) ?? (await writeGraph(modelPath, folder, precision, options.onProgress));
    await removeOldShelves(cachePath, basename(shelf));
    return built;
  } catch (error) {
    throw cacheError(cachePath, error);
  } finally {
    await release();
  }
}

function graphKey(hash: string, precision: Precision): string {
  return createHash('sha256').update(`${hash} ${precision}`).digest('hex').slice(0, 32);
}

/** Removes the graph of the model that lay at `modelPath`, if there is one; what is still open elsewhere may stay. */
export async function forgetGraph(modelPath: string, cachePath: string): Promise<void> {
  const memo = memoPath(modelPath, cachePath);
  const known = await readMemo(memo);
  if (known === undefined) return;
  const folder = join(cachePath, `${shelfPrefix}${builderVersion}`, graphKey(known.hash, 'quantised'));
  for (const path of [folder, memo]) await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Waits as long as another process holds the lock, and for nothing else: what cannot be locked at all is an error at once. */
async function waitForLock(folder: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      return await lock(folder, { realpath: false, stale: staleLockMs });
    } catch (error) {
      if (errorCode(error) !== 'ELOCKED') throw error;
      await setTimeout(lockRetryMs);
    }
  }
}

async function writeGraph(
  modelPath: string,
  folder: string,
  precision: Precision,
  onProgress: (fraction: number) => void = () => {},
): Promise<BuiltGraph> {
  const partial = `${folder}${partialSuffix}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  const weights = await openWeights(modelPath);
  try {
    const dataPath = join(partial, graphFiles.data);
    const data = await open(dataPath, 'w');
    const packed = await packWeights(weights, data, precision, onProgress).finally(() => data.close());
    for (const side of ['host', 'device'] as const)
      await writeFile(join(partial, graphFiles[side]), decoderGraph(weights.config, packed, graphFiles.data, side));
    const files: Record<string, { size: number; checksum: number }> = {};
    for (const name of [graphFiles.host, graphFiles.device, graphFiles.data]) {
      const { size } = await stat(join(partial, name));
      files[name] = { size, checksum: await sampledChecksum(join(partial, name), size) };
    }
    const manifest: GraphManifest = { config: weights.config, files };
    await writeFile(join(partial, graphFiles.manifest), JSON.stringify(manifest));
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return builtGraphIn(folder, weights.config);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    await weights.close();
  }
}

/** Graphs of other builders are of no use any more. What is still open elsewhere may stay until the next time. */
async function removeOldShelves(cachePath: string, current: string): Promise<void> {
  const old = (await readdir(cachePath)).filter((name) => name.startsWith(shelfPrefix) && name !== current);
  await Promise.all(
    old.map((name) => rm(join(cachePath, name), { recursive: true, force: true }).catch(() => undefined)),
  );
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function cacheError(cachePath: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC')
    return new GraphBuildError(`The disk that holds ${cachePath} is full: free some space and try again.`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST')
    return new GraphBuildError(
      `${cachePath} cannot be written (${code}): choose another cache folder or mend its permissions.`,
    );
  return error;
}

interface HashedSource {
  readonly stamp: string;
  readonly hash: string;
}

/** The weights' hash, remembered by the sizes and times of the files it was taken from. */
async function weightsHash(modelPath: string, cachePath: string): Promise<string> {
  const stamp = await sourceStamp(modelPath);
  const memo = memoPath(modelPath, cachePath);
  const known = await readMemo(memo);
  if (known?.stamp === stamp) return known.hash;
  const weights = await openWeights(modelPath);
  try {
    const hash = await weights.hash();
    await writeFile(memo, JSON.stringify({ stamp, hash } satisfies HashedSource)).catch((error: unknown) => {
      throw cacheError(cachePath, error);
    });
    return hash;
  } finally {
    await weights.close();
  }
}

function memoPath(modelPath: string, cachePath: string): string {
  return join(cachePath, `${createHash('sha256').update(modelPath).digest('hex').slice(0, 16)}.source.json`);
}

async function readMemo(path: string): Promise<HashedSource | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as HashedSource;
  } catch {
    return undefined;
  }
}

async function sourceStamp(modelPath: string): Promise<string> {
  const gguf = await findGguf(modelPath);
  const files = gguf === undefined ? (await readdir(modelPath)).sort().map((name) => join(modelPath, name)) : [gguf];
  const parts = await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
  return parts.join('\n');
}
