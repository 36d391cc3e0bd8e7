// The projects of `projects.ts` are there: fetched and unpacked, unless they were.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../corpus.ts';

/** @throws Error with what the script prints, where they cannot be fetched */
export async function fetchProjects(): Promise<void> {
  const script = path.join(repositoryRoot, 'scripts/fetchMonitorProjects.ts');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { cwd: repositoryRoot });
}
