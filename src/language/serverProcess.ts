// A program and its arguments → a child process that speaks over its standard streams, can be measured, and is never left behind:
// it gets a moment to end by itself, and is killed at the latest with this process.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a server is started. */
export interface ServerProgram {
  readonly path: string;
  readonly words: readonly string[];
  /** Added to what it inherits. */
  readonly environment?: Environment;
  /** That of this process if it is left out. */
  readonly inherited?: Environment;
}

const alive = new Set<ChildProcessWithoutNullStreams>();
const killAll = (): void => {
  for (const child of alive) child.kill('SIGKILL');
};
const graceMs = 500;

/** Starts a server. A program that cannot be started reports by the process's `error` event. */
export function startServer(program: ServerProgram, folder: string): ChildProcessWithoutNullStreams {
  const { NODE_OPTIONS: _, ...own } = program.inherited ?? process.env;
  const child = spawn(program.path, program.words, {
    cwd: folder,
    env: { ...own, ...program.environment },
    stdio: 'pipe',
    windowsHide: true,
  });
  if (alive.size === 0) process.on('exit', killAll);
  alive.add(child);
  const gone = (): void => {
    if (alive.delete(child) && alive.size === 0) process.off('exit', killAll);
  };
  child.once('exit', gone);
  child.once('error', () => {
    if (child.pid === undefined) gone();
  });
  // A write to a process that has just gone reports here; its exit is what counts.
  child.stdin.on('error', () => {});
  return child;
}

/** Ends a server: asks it to by signal and by the end of its input, and kills it if it is still there a moment later. */
export function endServer(child: ChildProcessWithoutNullStreams): void {
  if (!alive.has(child)) return;
  child.stdin.end();
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.once('exit', () => clearTimeout(timer));
}

/** Bytes of memory a process holds; `undefined` where that cannot be found out. */
export async function residentBytes(processId: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') {
      const pages = Number((await readFile(`/proc/${processId}/statm`, 'utf8')).split(' ')[1]);
      return Number.isFinite(pages) ? pages * 4096 : undefined;
    }
    if (process.platform === 'win32') return undefined;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(processId)], { timeout: 2000 });
    const kilobytes = Number(stdout.trim());
    return Number.isFinite(kilobytes) ? kilobytes * 1024 : undefined;
  } catch {
    return undefined;
  }
}
