// grammars/sources.json → the packages it names, fetched with npm into .cache/grammars and held against their check sums.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A package and the grammars to take from it. */
export interface GrammarPackage {
  readonly name: string;
  readonly version: string;
  /** Of the archive that npm serves, in hexadecimal. */
  readonly sha256: string;
  readonly licence: string;
  readonly grammars: readonly GrammarFiles[];
}

export interface GrammarFiles {
  /** Name of the grammar, as its exported function has it. */
  readonly name: string;
  /** The editor's names of the languages. */
  readonly languageIds: readonly string[];
  /** Files in the package. */
  readonly parser: string;
  readonly wasm: string;
  /**
   * Characters that the sets of the source have and the compiled grammar has not, as `first-last` in hexadecimal: it was made
   * for an older Unicode. The tables follow the compiled grammar, which makes the trees of documents.
   */
  readonly notInWasm?: readonly string[];
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** Where the tables and the manifest lie. */
export const grammarsFolder = path.join(repository, 'grammars');
const cacheFolder = path.join(repository, '.cache', 'grammars');
const run = promisify(execFile);

export async function readPackages(): Promise<readonly GrammarPackage[]> {
  const { packages }: { packages: readonly GrammarPackage[] } = JSON.parse(
    await readFile(path.join(grammarsFolder, 'sources.json'), 'utf8'),
  );
  return packages;
}

/** The folder of the unpacked package, fetched if it is not there yet. Throws if the archive is not the one that is pinned. */
export async function fetchPackage(entry: GrammarPackage): Promise<string> {
  const target = path.join(cacheFolder, `${entry.name}-${entry.version}-${entry.sha256.slice(0, 16)}`);
  if (existsSync(target)) return target;
  await mkdir(cacheFolder, { recursive: true });
  const working = await mkdtemp(path.join(cacheFolder, '.fetch-'));
  try {
    const downloads = path.join(working, 'download');
    const unpacked = path.join(working, 'unpacked');
    await Promise.all([mkdir(downloads), mkdir(unpacked)]);
    await run('npm', ['pack', `${entry.name}@${entry.version}`, '--pack-destination', downloads, '--ignore-scripts']);
    const [file] = await readdir(downloads);
    if (file === undefined) throw new Error(`${entry.name}: nothing was downloaded`);
    const archive = path.join(downloads, file);
    const found = sha256(await readFile(archive));
    if (found !== entry.sha256)
      throw new Error(`${entry.name}@${entry.version}: sha256 is ${found}, not ${entry.sha256}`);
    await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1']);
    await rename(unpacked, target);
  } finally {
    await rm(working, { recursive: true, force: true });
  }
  return target;
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
