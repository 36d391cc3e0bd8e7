// Fetches the pinned packages of test/bench/corpus.json, through npm and pip, into .cache/corpus, checks each against its
// sha256 and unpacks it. Run: npx tsx scripts/fetchCorpus.ts

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type CorpusPackage, corpusFolder, listCorpus, packageFolder } from '../test/bench/corpus.ts';

const run = promisify(execFile);

/** Downloads one package into `folder` with the registry's ordinary client; returns the archive's path. */
async function download(entry: CorpusPackage, folder: string): Promise<string> {
  if (entry.registry === 'npm') {
    await run('npm', ['pack', `${entry.name}@${entry.version}`, '--pack-destination', folder, '--ignore-scripts']);
  } else {
    const wanted = ['--no-deps', '--only-binary', ':all:', '--dest', folder, `${entry.name}==${entry.version}`];
    await run('python3', ['-m', 'pip', 'download', '--quiet', ...wanted]);
  }
  const [archive] = await readdir(folder);
  if (archive === undefined) throw new Error(`${entry.name}: nothing was downloaded`);
  return path.join(folder, archive);
}

/** Throws when the archive is not the one the list names: holes of another version would be other holes. */
async function check(entry: CorpusPackage, archive: string): Promise<void> {
  const found = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (found !== entry.sha256)
    throw new Error(`${entry.name}@${entry.version}: sha256 is ${found}, not ${entry.sha256}`);
}

async function fetchPackage(entry: CorpusPackage): Promise<void> {
  const target = packageFolder(entry);
  if (existsSync(target)) return;
  await mkdir(corpusFolder, { recursive: true });
  const working = await mkdtemp(path.join(corpusFolder, '.fetch-'));
  try {
    const downloads = path.join(working, 'download');
    const unpacked = path.join(working, 'unpacked');
    await mkdir(downloads);
    await mkdir(unpacked);
    const archive = await download(entry, downloads);
    await check(entry, archive);
    if (entry.registry === 'npm') await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1']);
    else await run('python3', ['-m', 'zipfile', '-e', archive, unpacked]);
    await rename(unpacked, target);
  } finally {
    await rm(working, { recursive: true, force: true });
  }
}

let failures = 0;
for (const entry of await listCorpus()) {
  try {
    await fetchPackage(entry);
    process.stdout.write(`${entry.name}@${entry.version} ready\n`);
  } catch (error) {
    failures += 1;
    process.stderr.write(`${entry.name}@${entry.version}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
