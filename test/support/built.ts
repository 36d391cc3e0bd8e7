// The bundles as users run them, built once per test run, and the command line among them.
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Graphs built by tests are kept between runs, as a user's are. */
export const testCachePath = fileURLToPath(new URL('../../.cache/test-graphs', import.meta.url));

/** The grammars that ship. */
export const grammarsPath = fileURLToPath(new URL('../../grammars', import.meta.url));

let building: Promise<unknown> | undefined;

/** Path of a file in dist/, up to date. */
export async function built(name: 'cli.js' | 'engine.js' | 'models.js'): Promise<string> {
  building ??= promisify(execFile)(process.execPath, ['--import=tsx', 'scripts/build.ts'], { cwd: root });
  await building;
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `palimpsest` with `words`, `input` on its standard input and `environment` beside what is set here. */
export async function runCli(
  words: readonly string[],
  input = '',
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return runProgram(await built('cli.js'), words, input, environment);
}

/** As `runCli`, with the bundle at `path`. */
export async function runProgram(
  path: string,
  words: readonly string[],
  input = '',
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [path, ...words], {
    cwd: root,
    env: { ...process.env, PALIMPSEST_CACHE: testCachePath, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // a program that refuses its arguments does not read its input
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}
