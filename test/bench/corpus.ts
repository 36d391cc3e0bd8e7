// The evaluation corpus: source files of pinned, permissively licensed packages that scripts/fetchCorpus.ts unpacked, or of
// any folder. None of their repositories is among the model's training sources (models/palimpsest-135m/SOURCES.md).

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line of corpus.json. `include` and `exclude` are path prefixes and path fragments inside the package. */
export interface CorpusPackage {
  readonly registry: 'npm' | 'pypi';
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly repository: string;
  readonly language: Language;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly sha256: string;
}

export type Language = 'typescript' | 'python';

/** A file to cut holes into. `group` is the package it comes from: holes are spread evenly over groups. */
export interface SourceFile {
  readonly group: string;
  readonly path: string;
  readonly language: Language;
  readonly text: string;
}

const here = path.dirname(fileURLToPath(import.meta.url));
export const repositoryRoot = path.resolve(here, '../..');
const corpusFolder = path.join(repositoryRoot, '.cache/corpus');

/** Files outside these sizes are left out: too short to leave context, or generated tables. */
const minimumCharacters = 600;
const maximumCharacters = 150_000;

export async function listCorpus(): Promise<readonly CorpusPackage[]> {
  return JSON.parse(await readFile(path.join(here, 'corpus.json'), 'utf8')) as readonly CorpusPackage[];
}

export function packageFolder(entry: CorpusPackage): string {
  return path.join(corpusFolder, `${entry.name.replace('@', '').replace('/', '-')}-${entry.version}`);
}

function languageOf(filePath: string): Language | undefined {
  if (filePath.endsWith('.d.ts')) return undefined;
  if (/\.[cm]?tsx?$/.test(filePath)) return 'typescript';
  return filePath.endsWith('.py') ? 'python' : undefined;
}

/** Reads the source files below `folder` in path order, leaving out dependency folders and unusual sizes. */
export async function readFolder(
  folder: string,
  group: string,
  wanted: (relativePath: string) => boolean = () => true,
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const names = await readdir(folder, { recursive: true });
  for (const name of names.map((each) => each.split(path.sep).join('/')).sort()) {
    const language = languageOf(name);
    if (language === undefined || /(^|\/)(node_modules|\.git|\.cache|dist)\//.test(name) || !wanted(name)) continue;
    const text = await readFile(path.join(folder, name), 'utf8');
    if (text.length < minimumCharacters || text.length > maximumCharacters) continue;
    files.push({ group, path: `${group}/${name}`, language, text });
  }
  return files;
}

/** The fetched packages' files, and the names of packages that are listed but not fetched. */
export async function readCorpus(): Promise<{ files: SourceFile[]; missing: string[] }> {
  const files: SourceFile[] = [];
  const missing: string[] = [];
  for (const entry of await listCorpus()) {
    const folder = packageFolder(entry);
    if (!existsSync(folder)) {
      missing.push(`${entry.name}@${entry.version}`);
      continue;
    }
    const wanted = (name: string): boolean =>
      entry.include.some((prefix) => name.startsWith(prefix)) && !entry.exclude.some((part) => name.includes(part));
    files.push(...(await readFolder(folder, entry.name, wanted)));
  }
  return { files, missing };
}
