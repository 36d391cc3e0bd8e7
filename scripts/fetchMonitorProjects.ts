// Makes the projects of test/bench/monitor/projects.ts in .cache/monitor-projects: sources of pinned packages, what they depend on
// (versions and hashes are pinned too), and a configuration. Run: npx tsx scripts/fetchMonitorProjects.ts

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageFolder } from '../test/bench/corpus.ts';
import {
  configuration,
  listProjects,
  listsFolder,
  monitorFolder,
  type Project,
  pythonPackagesFolder,
  wantedState,
} from '../test/bench/monitor/projects.ts';
import { unpackPackage } from './packageArchive.ts';

const run = promisify(execFile);
const stampPath = path.join(monitorFolder, 'made-from');

async function installDependencies(): Promise<void> {
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(path.join(listsFolder, name), path.join(monitorFolder, name));
  const quiet = ['--ignore-scripts', '--omit=peer', '--no-audit', '--no-fund'];
  await run('npm', ['ci', ...quiet], { cwd: monitorFolder });
  // files for a type checker to read, the same on any machine
  const target = ['--platform', 'manylinux2014_x86_64', '--python-version', '3.11', '--implementation', 'cp'];
  const pinned = ['--only-binary', ':all:', '--no-deps', '--require-hashes'];
  const list = path.join(listsFolder, 'requirements.txt');
  const words = ['--quiet', ...target, ...pinned, '--target', pythonPackagesFolder, '-r', list];
  await run('python3', ['-m', 'pip', 'install', ...words]);
}

async function makeProject(project: Project): Promise<void> {
  const { entry, folder } = project;
  const unpacked = packageFolder(entry);
  await unpackPackage(entry, unpacked);
  await mkdir(folder, { recursive: true });
  const copied = [...entry.include, ...(entry.language === 'typescript' ? ['package.json'] : [])];
  for (const name of copied) await cp(path.join(unpacked, name), path.join(folder, name), { recursive: true });
  if (entry.language === 'typescript') await useLineFeeds(folder);
  const { name, text } = configuration(project);
  await writeFile(path.join(folder, name), text);
}

/** Holes are cut from text with the line ends that the engine works with. */
async function useLineFeeds(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    if (text.includes('\r\n')) await writeFile(file, text.replaceAll('\r\n', '\n'));
  }
}

const wanted = createHash('sha256')
  .update(await wantedState())
  .digest('hex');
const found = await readFile(stampPath, 'utf8').catch(() => '');
if (found !== wanted) {
  await rm(monitorFolder, { recursive: true, force: true });
  await mkdir(monitorFolder, { recursive: true });
  await installDependencies();
  for (const project of await listProjects()) await makeProject(project);
  await writeFile(stampPath, wanted);
}
process.stdout.write(`${monitorFolder} ready\n`);
