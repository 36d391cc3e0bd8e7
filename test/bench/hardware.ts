// One line that says where and on which code the figures were taken.

import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import { repositoryRoot } from './corpus.ts';

const run = promisify(execFile);

async function commit(): Promise<string> {
  try {
    const git = async (...command: string[]): Promise<string> =>
      (await run('git', command, { cwd: repositoryRoot })).stdout.trim();
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return `${await git('rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : ' + changes'}`;
  } catch {
    return 'unknown';
  }
}

/** Processor, cores, memory, load, system, Node and commit. */
export async function hardwareLine(): Promise<string> {
  const cpus = os.cpus();
  const memoryGiB = os.totalmem() / 2 ** 30;
  const load = (os.loadavg()[0] as number).toFixed(1);
  return [
    `${cpus[0]?.model.trim() ?? 'unknown processor'}, ${cpus.length} cores (load ${load})`,
    `${memoryGiB.toFixed(0)} GiB`,
    `${os.platform()}-${os.arch()}`,
    `Node ${process.versions.node}`,
    `commit ${await commit()}`,
  ].join(' · ');
}
