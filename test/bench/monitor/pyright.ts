// Asks pyright about many versions of a project's files in one run: each version lies beside its original under a name of its own.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A file with another text. `file` is relative to the project's folder. */
export interface Version {
  readonly file: string;
  readonly text: string;
}

/** A name that its receiver does not have. `start` and `end` are offsets into the version's text. */
export interface MissingName {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface PyrightOptions {
  /** Folder of the project, with its pyrightconfig.json. It is copied, not written to. */
  readonly folder: string;
  /** Folder for the copy. */
  readonly scratch: string;
}

/** Versions that one process looks at: it keeps all of them in memory. */
const batch = 400;

interface Output {
  readonly generalDiagnostics: readonly {
    readonly file: string;
    readonly message: string;
    readonly rule?: string;
    readonly range: { readonly start: Position; readonly end: Position };
  }[];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** The missing names of each version, in the order of `versions`. */
export async function missingNames(versions: readonly Version[], options: PyrightOptions): Promise<MissingName[][]> {
  const found: MissingName[][] = [];
  for (let at = 0; at < versions.length; at += batch)
    found.push(...(await runBatch(versions.slice(at, at + batch), options)));
  return found;
}

async function runBatch(versions: readonly Version[], { folder, scratch }: PyrightOptions): Promise<MissingName[][]> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(path.dirname(scratch), { recursive: true });
  await cp(folder, scratch, { recursive: true });
  const names = versions.map(({ file }, number) => file.replace(/\.py$/, `__version${number}.py`));
  for (const [number, { text }] of versions.entries()) await writeFile(path.join(scratch, names[number]!), text);
  const configurationPath = path.join(scratch, 'pyrightconfig.json');
  const configuration = JSON.parse(await readFile(configurationPath, 'utf8')) as { readonly extraPaths?: string[] };
  const extraPaths = (configuration.extraPaths ?? []).map((each) => path.resolve(folder, each));
  await writeFile(configurationPath, JSON.stringify({ ...configuration, extraPaths, include: names }));
  const numbers = new Map(names.map((name, number) => [path.join(scratch, name), number]));
  const found: MissingName[][] = versions.map(() => []);
  for (const { file, rule, message, range } of (await check(scratch)).generalDiagnostics) {
    const number = numbers.get(file);
    if (number === undefined || rule !== 'reportAttributeAccessIssue' || !saysMissing(message)) continue;
    const offset = offsets(versions[number]!.text);
    found[number]!.push({ start: offset(range.start), end: offset(range.end), message: message.split('\n', 1)[0]! });
  }
  return found;
}

/** The same rule reports assignments of a wrong type. */
function saysMissing(message: string): boolean {
  return / is unknown\b| is not a known attribute of /.test(message);
}

async function check(folder: string): Promise<Output> {
  const require = createRequire(import.meta.url);
  const program = require.resolve('pyright/index.js');
  const output = await new Promise<string>((resolve, reject) => {
    const words = [program, '--project', folder, '--outputjson'];
    execFile(process.execPath, words, { maxBuffer: 2 ** 29 }, (error, stdout, stderr) => {
      // 1 says that there are errors in what was looked at
      if (error !== null && error.code !== 1) reject(new Error(`pyright: ${stderr || stdout || error.message}`));
      else resolve(stdout);
    });
  });
  return JSON.parse(output) as Output;
}

/** From lines and characters to offsets. */
function offsets(text: string): (position: Position) => number {
  const starts = [0];
  for (const found of text.matchAll(/\r\n|\n|\r/g)) starts.push(found.index + found[0].length);
  return ({ line, character }) => (starts[line] ?? text.length) + character;
}
