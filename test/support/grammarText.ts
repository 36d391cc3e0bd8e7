// What a recogniser makes of texts, in the words that the tests of grammars are written in. Texts of a language stand in
// test/fixtures/grammar, a line each behind the word that is true of it; ⏎ is a line end, ⇥ a tab, ␣ a space at either end of
// the text, ⟨feff⟩ a character by its number, and ⟶ stands before what must follow.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { openGrammar } from '../../src/constraint/grammar/languages.ts';
import type { ParserState } from '../../src/constraint/grammar/parserState.ts';
import { Recogniser } from '../../src/constraint/grammar/recogniser.ts';
import type { ExternalScanner } from '../../src/constraint/grammar/scanner.ts';
import { loadGrammarModule } from '../../src/constraint/grammar/scanners/grammarModule.ts';
import { scannerFor } from '../../src/constraint/grammar/scanners/scannerFor.ts';
import { openSyntax, type Syntax } from '../../src/constraint/grammar/syntaxTree.ts';
import { grammarsPath } from './built.ts';

/** A language under test: its recogniser with the scanner that ships, and tree-sitter's own trees beside it. */
export interface Subject {
  readonly recogniser: Recogniser;
  readonly scanner: ExternalScanner | undefined;
  readonly syntax: Syntax;
}

const subjects = new Map<string, Promise<Subject>>();

/** One for each of the editor's names of languages, kept for the run. */
export function subjectFor(language: string): Promise<Subject> {
  let subject = subjects.get(language);
  if (subject === undefined) {
    subject = openSubject(language);
    subjects.set(language, subject);
  }
  return subject;
}

async function openSubject(language: string): Promise<Subject> {
  const grammar = await openGrammar(grammarsPath, language);
  if (grammar === undefined) throw new Error(`no grammar ships for ${language}`);
  const scanner = await scannerFor(grammar.name, async () => loadGrammarModule(await readFile(grammar.wasmPath)));
  const recogniser = new Recogniser(grammar.tables, scanner);
  return { recogniser, scanner, syntax: await openSyntax(grammar.wasmPath) };
}

/** A text that was fed character by character, as far as something could follow. */
export interface Taken {
  readonly taken: string;
  /** Undefined where nothing can follow. */
  readonly state: ParserState | undefined;
}

function typed(recogniser: Recogniser, text: string, from = recogniser.initial, strict = false): Taken {
  let state: ParserState | undefined = from;
  let taken = '';
  for (const character of text) {
    taken += character;
    state = recogniser.feed(state, character, strict);
    if (state === undefined) break;
  }
  return { taken, state };
}

/** The state after a text that something can follow wherever it is cut. */
export function stateAfter(recogniser: Recogniser, text: string, strict = false): ParserState {
  const { taken, state } = typed(recogniser, text, recogniser.initial, strict);
  return state ?? assert.fail(`nothing can follow ${shown(taken)} of ${shown(text)}`);
}

/** What can be said of a text. */
const words = {
  /** The file may end with it, and tree-sitter finds no error in it. */
  whole: ({ recogniser, syntax }, text) => {
    assert.ok(recogniser.mayEnd(stateAfter(recogniser, text)), `no file ends with ${shown(text)}`);
    assert.equal(syntax.errors(text), 0, `tree-sitter finds an error in ${shown(text)}`);
  },
  /** Something can follow it, but the file may not end with it, and tree-sitter finds an error if it does. */
  unfinished: ({ recogniser, syntax }, text) => {
    assert.ok(!recogniser.mayEnd(stateAfter(recogniser, text)), `a file ends with ${shown(text)}`);
    assert.notEqual(syntax.errors(text), 0, `tree-sitter finds no error in ${shown(text)}`);
  },
  /** Nothing can follow its last character, and something each before that. */
  dead: ({ recogniser }, text) => isDead(text, typed(recogniser, text)),
  /** Something can follow it that is laid out as the language wants it. */
  laid: ({ recogniser }, text) => void stateAfter(recogniser, text, true),
  /** Its last character, and none before, is not laid out as the language wants it. */
  mislaid: ({ recogniser }, text) => isDead(text, typed(recogniser, text, recogniser.initial, true)),
  /** What stands behind the arrow is all that can follow, but for blanks and comments. */
  forced: ({ recogniser }, text) => {
    const [before, rest] = text.split(' ⟶ ');
    assert.equal(recogniser.forced(stateAfter(recogniser, before!)), rest, shown(before!));
  },
  /** There is a choice of what follows. */
  unforced: ({ recogniser }, text) => assert.equal(recogniser.forced(stateAfter(recogniser, text)), '', shown(text)),
} as const satisfies Record<string, (subject: Subject, text: string) => void>;

function isDead(text: string, { taken, state }: Taken): void {
  assert.ok(state === undefined, `something can follow ${shown(text)}`);
  assert.equal(taken, text, 'nothing can follow earlier');
}

/** Texts under one head: a sentence of what they show. */
export interface TextGroup {
  readonly title: string;
  /** Throws for the first text that its word is not true of. */
  check(subject: Subject): void;
}

/** Reads the texts of a language. */
export function readTexts(source: string): readonly TextGroup[] {
  return source
    .split(/^# /m)
    .slice(1)
    .map((group) => {
      const [title, ...lines] = group.split('\n').filter((line) => line !== '');
      const check = (subject: Subject): void => {
        for (const line of lines) checkLine(subject, line);
      };
      return { title: title!, check };
    });
}

function checkLine(subject: Subject, line: string): void {
  const [, word, text] = /^(\w+) +(.*)$/.exec(line) ?? assert.fail(`no word and text: ${line}`);
  const plain = text!
    .replaceAll('⏎', '\n')
    .replaceAll('⇥', '\t')
    .replaceAll('␣', ' ')
    .replace(/⟨(\w+)⟩/g, (_, number: string) => String.fromCodePoint(Number.parseInt(number, 16)));
  if (!isWord(word!)) assert.fail(`unknown word: ${line}`);
  words[word](subject, plain);
}

const isWord = (word: string): word is keyof typeof words => Object.hasOwn(words, word);

const shown = (text: string): string => JSON.stringify(text);
