// What tree-sitter itself says of a text: the judge of what the grammar constraint lets through.
import assert from 'node:assert/strict';
import { openGrammar } from '../../src/constraint/grammar/languages.ts';
import { openSyntax, type Syntax } from '../../src/constraint/grammar/syntaxTree.ts';
import { grammarsPath } from './built.ts';

const opened = new Map<string, Promise<Syntax>>();

/** Number of errors in `text`, by the editor's name of the language. */
export async function syntaxErrors(language: string, text: string): Promise<number> {
  let opening = opened.get(language);
  if (opening === undefined) {
    opening = open(language);
    opened.set(language, opening);
  }
  const errors = (await opening).errors(text);
  assert.ok(errors !== undefined);
  return errors;
}

async function open(language: string): Promise<Syntax> {
  const grammar = await openGrammar(grammarsPath, language);
  assert.ok(grammar !== undefined, `there is no grammar for ${language}`);
  return openSyntax(grammar.wasmPath);
}
