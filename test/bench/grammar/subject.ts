// What is under test for a language: its recogniser with the scanner that ships, and tree-sitter's trees beside it.

import { readFile } from 'node:fs/promises';
import { openGrammar } from '../../../src/constraint/grammar/languages.ts';
import { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import type { ExternalScanner } from '../../../src/constraint/grammar/scanner.ts';
import { loadGrammarModule } from '../../../src/constraint/grammar/scanners/grammarModule.ts';
import { scannerFor } from '../../../src/constraint/grammar/scanners/scannerFor.ts';
import { openSyntax, type Syntax } from '../../../src/constraint/grammar/syntaxTree.ts';
import type { GrammarTables } from '../../../src/constraint/grammar/tables.ts';
import { grammarsFolder } from './corpus.ts';

export interface Subject {
  readonly tables: GrammarTables;
  readonly scanner: ExternalScanner | undefined;
  readonly recogniser: Recogniser;
  readonly syntax: Syntax;
}

/** @throws Error if no grammar ships for the language. */
export async function openSubject(languageId: string): Promise<Subject> {
  const grammar = await openGrammar(grammarsFolder, languageId);
  if (grammar === undefined) throw new Error(`there is no grammar of ${languageId}`);
  const scanner = await scannerFor(grammar.name, async () => loadGrammarModule(await readFile(grammar.wasmPath)));
  return {
    tables: grammar.tables,
    scanner,
    recogniser: new Recogniser(grammar.tables, scanner),
    syntax: await openSyntax(grammar.wasmPath),
  };
}
