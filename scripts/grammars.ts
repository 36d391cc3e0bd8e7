// Pinned packages of tree-sitter grammars → grammars/: packed tables, the compiled grammar and the manifest of both. Fails on
// any difference between a parser's source and its compiled form. Run: npm run grammars

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GrammarEntry } from '../src/constraint/grammar/languages.ts';
import { loadGrammarModule } from '../src/constraint/grammar/scanners/grammarModule.ts';
import { packTables, unpackTables } from '../src/constraint/grammar/tableFile.ts';
import { buildTables } from './grammars/buildTables.ts';
import type { CharacterRange } from './grammars/characterTests.ts';
import { checkSameSource } from './grammars/grammarSource.ts';
import {
  fetchPackage,
  type GrammarFiles,
  type GrammarPackage,
  grammarsFolder,
  readPackages,
  sha256,
} from './grammars/packages.ts';
import { readParserSource } from './grammars/parserSource.ts';
import { verifyGrammar } from './grammars/verifyGrammar.ts';
import { readWasmSource } from './grammars/wasmSource.ts';

const thoroughness = { everyCharacter: true, walksPerState: 4000 };

async function buildGrammar(entry: GrammarPackage, folder: string, files: GrammarFiles): Promise<GrammarEntry> {
  const [parser, wasm] = await Promise.all([
    readFile(path.join(folder, files.parser), 'utf8'),
    readFile(path.join(folder, files.wasm)),
  ]);
  const leftOut = (files.notInWasm ?? []).map((range): CharacterRange => {
    const [first, last] = range.split('-', 2).map((end) => Number.parseInt(end, 16));
    return [first!, last!];
  });
  const { source, lexer, keywords, exportName } = readParserSource(
    parser,
    path.join(entry.name, files.parser),
    leftOut,
  );
  if (exportName !== `tree_sitter_${files.name}`) throw new Error(`the grammar is ${exportName}`);
  const module = await loadGrammarModule(wasm);
  checkSameSource(source, readWasmSource(module));
  const tables = buildTables(files.name, source, lexer, keywords);
  const { singleMoves, walks } = verifyGrammar(module, tables, thoroughness);

  const packed = packTables(tables);
  const started = performance.now();
  unpackTables(packed);
  const loadMs = performance.now() - started;
  const paths = {
    tables: path.posix.join(files.name, 'tables.bin'),
    wasm: path.posix.join(files.name, 'grammar.wasm'),
  };
  await mkdir(path.join(grammarsFolder, files.name), { recursive: true });
  await writeFile(path.join(grammarsFolder, paths.tables), packed);
  await writeFile(path.join(grammarsFolder, paths.wasm), wasm);
  await copyFile(path.join(folder, 'LICENSE'), path.join(grammarsFolder, files.name, 'LICENSE'));
  console.log(
    `${files.name.padEnd(12)} ${String(tables.stateCount).padStart(5)} states ${String(tables.rowSymbols.length).padStart(7)} ` +
      `cells  ${String(singleMoves).padStart(7)} moves and ${String(walks).padStart(7)} texts alike  ` +
      `${(packed.length / 1024).toFixed(1).padStart(6)} KiB  loaded in ${loadMs.toFixed(1)} ms`,
  );
  return {
    name: files.name,
    languageIds: files.languageIds,
    package: { name: entry.name, version: entry.version, sha256: entry.sha256, licence: entry.licence },
    abi: module.language.abiVersion,
    files: {
      tables: { path: paths.tables, sha256: sha256(packed) },
      wasm: { path: paths.wasm, sha256: sha256(wasm) },
    },
  };
}

const grammars: GrammarEntry[] = [];
for (const entry of await readPackages()) {
  const folder = await fetchPackage(entry);
  const { license }: { license?: string } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  if (license !== entry.licence) throw new Error(`${entry.name}: the licence is ${license}, not ${entry.licence}`);
  for (const files of entry.grammars) grammars.push(await buildGrammar(entry, folder, files));
}
await writeFile(path.join(grammarsFolder, 'manifest.json'), `${JSON.stringify({ grammars }, undefined, 2)}\n`);
