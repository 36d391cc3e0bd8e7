// web-tree-sitter as a service that may be lost and comes back: one runtime for all languages, and a parser per language.
// What traps in WebAssembly (a grammar's scanner, memory that is used up) leaves the runtime in a state nobody knows, so it is
// given up with all that lives in it and started again.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';

/** Losses after which the runtime stays down: what breaks it may be in a file that is open all day. */
const restartLimit = 3;

/** A grammar in the runtime. */
export interface LoadedGrammar {
  /**
   * What `use` makes of the grammar's parser, or undefined where there is none: the runtime was just lost, by `use` or before,
   * and is not back yet. What `use` allocates is its caller's to delete, until `forget`.
   */
  run<Result>(use: (parser: Parser) => Result): Result | undefined;
  dispose(): void;
}

interface Entry {
  readonly wasmPath: string;
  readonly forget: () => void;
  parser: Parser | undefined;
}

const entries = new Set<Entry>();
const languages = new Map<string, Promise<Language>>();
let starting: Promise<void> | undefined;
let losses = 0;

/**
 * @param wasmPath the grammar as a WebAssembly module, ABI 13 to 15
 * @param forget called when the runtime is lost: every tree has to be deleted, as if it still worked, and let go of
 * @throws Error if the file is not there or is no grammar, or if the runtime is down for good
 */
export async function loadGrammar(wasmPath: string, forget: () => void): Promise<LoadedGrammar> {
  const entry: Entry = { wasmPath, forget, parser: undefined };
  starting ??= start();
  await starting;
  entries.add(entry);
  try {
    await openParser(entry);
  } catch (error) {
    entries.delete(entry);
    throw error;
  }
  return {
    run: (use) => {
      if (entry.parser === undefined) return undefined;
      try {
        return use(entry.parser);
      } catch (error) {
        if (!isTrap(error)) throw error;
        lose();
        return undefined;
      }
    },
    dispose: () => {
      entries.delete(entry);
      entry.parser?.delete();
      entry.parser = undefined;
    },
  };
}

async function start(): Promise<void> {
  await Parser.init({ wasmBinary: await readFile(runtimePath()) });
}

/** Beside the bundle that this file became part of, or in the package. */
function runtimePath(): string {
  const beside = fileURLToPath(new URL('./web-tree-sitter.wasm', import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm');
}

async function openParser(entry: Entry): Promise<void> {
  let loading = languages.get(entry.wasmPath);
  if (loading === undefined) {
    loading = readFile(entry.wasmPath).then((bytes) => Language.load(bytes));
    languages.set(entry.wasmPath, loading);
  }
  const language = await loading;
  // Disposed of, opened by a restart or out of date by one since.
  if (!entries.has(entry) || entry.parser !== undefined || languages.get(entry.wasmPath) !== loading) return;
  entry.parser = new Parser().setLanguage(language);
}

/** Out of bounds, unreachable, abort; or a recursion in WebAssembly that was too deep. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

function lose(): void {
  // Deleted though it may trap again: what is not would be freed on collection, in the memory of the next runtime.
  for (const entry of entries) {
    entry.forget();
    attempt(() => entry.parser?.delete());
    entry.parser = undefined;
  }
  languages.clear();
  losses += 1;
  starting = losses > restartLimit ? Promise.reject(new Error('the parser of grammars broke too often')) : start();
  // A grammar that cannot be loaded again is one that stays away.
  starting.then(() => Promise.all([...entries].map(openParser))).catch(() => {});
}

/** For deletions while a runtime is lost. */
export function attempt(deletion: () => void): void {
  try {
    deletion();
  } catch {
    // the memory it was in is given up anyway
  }
}
