// The corpus of the grammar benches: source files in many languages of the pinned packages that scripts/fetchGrammarCorpus.ts
// unpacked, without those in which tree-sitter itself finds an error.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGrammar } from '../../../src/constraint/grammar/languages.ts';
import { openSyntax } from '../../../src/constraint/grammar/syntaxTree.ts';
import { repositoryRoot } from '../corpus.ts';

/** One package of corpus.json. */
export interface GrammarPackage {
  readonly registry: 'npm' | 'pypi' | 'maven' | 'go' | 'cargo';
  readonly name: string;
  readonly version: string;
  readonly classifier?: string;
  readonly licence: string;
  readonly sha256: string;
  /** A zip file in the package whose files count, too, as a folder of its name. */
  readonly innerArchive?: string;
  readonly take: readonly Taking[];
}

/** Files to take from a package: at most `limit` of those of a language below the folder `under`, evenly over their paths. */
interface Taking {
  readonly language: string;
  readonly under?: string;
  readonly limit: number;
}

export interface GrammarFile {
  readonly path: string;
  /** The editor's name of the language. */
  readonly language: string;
  readonly text: string;
}

export interface GrammarCorpus {
  /** In the order of corpus.json, then by path. */
  readonly files: readonly GrammarFile[];
  /** Language → number of files that were left out because tree-sitter reports an error in them. */
  readonly withErrors: ReadonlyMap<string, number>;
}

export const grammarsFolder = path.join(repositoryRoot, 'grammars');
const corpusFolder = path.join(repositoryRoot, '.cache/grammar-corpus');
const listFile = fileURLToPath(new URL('./corpus.json', import.meta.url));

/** Bytes; what is longer is generated or data. */
const longestFile = 100_000;

/** A line beyond this many characters stands in a file that a machine wrote. */
const longestLine = 2000;

const languageOfEnding: Readonly<Record<string, string>> = {
  ts: 'typescript',
  mts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  py: 'python',
  json: 'json',
  java: 'java',
  go: 'go',
  rs: 'rust',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  cs: 'csharp',
  php: 'php',
  rb: 'ruby',
  sh: 'shellscript',
  bash: 'shellscript',
  css: 'css',
  html: 'html',
};

export async function listGrammarCorpus(): Promise<readonly GrammarPackage[]> {
  return JSON.parse(await readFile(listFile, 'utf8')) as readonly GrammarPackage[];
}

export function grammarPackageFolder({ name, version, classifier }: GrammarPackage): string {
  return path.join(
    corpusFolder,
    [name.replace(/^@/, '').replace(/[/:]+/g, '-'), version, classifier ?? []].flat().join('-'),
  );
}

/**
 * The corpus, or what of it is in `languages`; at most `perLanguage` files of each.
 * @throws Error if a package is not there
 */
export async function grammarCorpus(
  languages: ReadonlySet<string> | undefined = undefined,
  perLanguage = Number.POSITIVE_INFINITY,
): Promise<GrammarCorpus> {
  const found: GrammarFile[] = [];
  for (const entry of await listGrammarCorpus()) {
    const folder = grammarPackageFolder(entry);
    if (!existsSync(folder)) throw new Error(`${entry.name} is not fetched (npx tsx scripts/fetchGrammarCorpus.ts)`);
    const names = (await readdir(folder, { recursive: true })).map((each) => each.split(path.sep).join('/')).sort();
    for (const taking of entry.take) {
      if (languages !== undefined && !languages.has(taking.language)) continue;
      found.push(...(await takeFiles(folder, names, taking)));
    }
  }
  const files: GrammarFile[] = [];
  const withErrors = new Map<string, number>();
  for (const language of new Set(found.map((file) => file.language))) {
    const grammar = await openGrammar(grammarsFolder, language);
    if (grammar === undefined) continue;
    const syntax = await openSyntax(grammar.wasmPath);
    const all = found.filter((file) => file.language === language);
    const kept = evenly(all, perLanguage).filter(({ text }) => syntax.errors(text) === 0);
    syntax.dispose();
    files.push(...kept);
    withErrors.set(language, Math.min(all.length, perLanguage) - kept.length);
  }
  return { files, withErrors };
}

async function takeFiles(folder: string, names: readonly string[], taking: Taking): Promise<GrammarFile[]> {
  const { language, under = '', limit } = taking;
  const wanted = names.filter(
    (name) =>
      languageOfEnding[path.extname(name).slice(1)] === language &&
      name.startsWith(under) &&
      !/\.d\.[cm]?ts$|\.min\.|(^|\/)(node_modules|testdata|__pycache__)\//.test(name),
  );
  const files: GrammarFile[] = [];
  for (const name of wanted) {
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    if (bytes === undefined || bytes.length === 0 || bytes.length > longestFile) continue;
    const text = decode(bytes);
    if (text === undefined || text.split('\n').some((line) => line.length > longestLine)) continue;
    files.push({ path: `${path.basename(folder)}/${name}`, language, text });
  }
  return evenly(files, limit);
}

/** Undefined where the bytes are not UTF-8. As in an editor, a byte order mark is not part of the text and lines end in \n. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n');
  } catch {
    return undefined;
  }
}

function evenly<T>(values: readonly T[], limit: number): T[] {
  if (values.length <= limit) return [...values];
  return Array.from({ length: limit }, (_, index) => values[Math.floor((index * values.length) / limit)] as T);
}
