// A language of the editor → the grammar that ships for it, as grammars/manifest.json lists them.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { unpackTables } from './tableFile.ts';
import type { GrammarTables } from './tables.ts';

export interface Grammar {
  /** Name of the grammar: `typescript`, `tsx`, `c_sharp`. */
  readonly name: string;
  readonly tables: GrammarTables;
  /** The compiled grammar, for the trees of documents and for scanners that run in it. */
  readonly wasmPath: string;
}

/** One grammar of grammars/manifest.json. */
export interface GrammarEntry {
  readonly name: string;
  /** The editor's names of the languages that are parsed with it. */
  readonly languageIds: readonly string[];
  /** Files by what they are, below the folder of grammars: path and SHA-256. */
  readonly files: { readonly [file in 'tables' | 'wasm']: { readonly path: string; readonly sha256: string } };
  /** Version of tree-sitter's binary interface in the wasm. */
  readonly abi: number;
  readonly package: {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    readonly licence: string;
  };
}

/** Loads under way, by file. */
const loading = new Map<string, Promise<GrammarTables>>();

/**
 * The grammar of a language, or undefined where none ships. `folder` is the one of the manifest, `languageId` the editor's name
 * (`typescriptreact`). Every call reads the files anew, except that calls at the same time share the tables. Rejects with the
 * name of the file where one is missing or damaged.
 */
export async function openGrammar(folder: string, languageId: string): Promise<Grammar | undefined> {
  const entry = (await readManifest(folder)).find(({ languageIds }) => languageIds.includes(languageId));
  if (entry === undefined) return undefined;
  const file = path.join(folder, entry.files.tables.path);
  let tables = loading.get(file);
  if (tables === undefined) {
    tables = readTables(file, entry.name).finally(() => loading.delete(file));
    loading.set(file, tables);
  }
  return { name: entry.name, tables: await tables, wasmPath: path.join(folder, entry.files.wasm.path) };
}

/** The grammars that ship in a folder. */
export async function readManifest(folder: string): Promise<readonly GrammarEntry[]> {
  const file = path.join(folder, 'manifest.json');
  try {
    const { grammars }: { grammars: readonly GrammarEntry[] } = JSON.parse(await readFile(file, 'utf8'));
    if (!Array.isArray(grammars)) throw new Error('it lists no grammars');
    return grammars;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

async function readTables(file: string, name: string): Promise<GrammarTables> {
  try {
    const tables = unpackTables(await readFile(file));
    if (tables.name !== name) throw new Error(`the tables are those of ${tables.name}`);
    return tables;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
