import assert from 'node:assert/strict';
import type { CharacterSets } from '../../../../scripts/grammars/characterTests.ts';
import { CReader } from '../../../../scripts/grammars/cReader.ts';
import { readLexerFunction } from '../../../../scripts/grammars/lexerFunction.ts';
import { readParserSource } from '../../../../scripts/grammars/parserSource.ts';
import { runLexer } from '../../../../scripts/grammars/runLexer.ts';
import type { LexerTables } from '../../../../src/constraint/grammar/tables.ts';

const symbols = new Map([
  ['word', 1],
  ['mark', 2],
  ['end', 3],
]);
const sets: CharacterSets = new Map([
  [
    'letters',
    [
      [97, 122],
      [0x3b1, 0x3c9],
    ],
  ],
]);

/** The lexer whose states are `cases`, in C. */
function lexer(...cases: readonly string[]): LexerTables {
  const body = cases.map((text, state) => `case ${state}: ${text} END_STATE();`).join('\n');
  const text = `{ START_LEXER(); eof = lexer->eof(lexer); switch (state) { ${body} default: return false; } }`;
  return readLexerFunction(new CReader(text, 'parser.c'), sets, symbols);
}

/** `start-end symbol` of the token at the start of a text. */
function lex(tables: LexerTables, text: string): string {
  const token = runLexer(
    tables,
    0,
    Array.from(text, (character) => character.codePointAt(0)!),
  );
  return token.symbol === undefined ? 'none' : `${token.start}-${token.end} ${token.symbol}`;
}

const word = 'ACCEPT_TOKEN(word);';
const mark = 'ACCEPT_TOKEN(mark);';

describe('the source of a parser', () => {
  it('gives the longest token, after what is skipped', () => {
    const tables = lexer(
      "if (lookahead == ' ') SKIP(0); if (set_contains(letters, 2, lookahead)) ADVANCE(1);",
      `${word} if (set_contains(letters, 2, lookahead)) ADVANCE(1);`,
    );
    assert.equal(lex(tables, '  abc;'), '2-5 1');
    assert.equal(lex(tables, 'αβω'), '0-3 1');
    assert.equal(lex(tables, 'Α'), 'none');
  });

  it('asks conditions in their order', () => {
    const tables = lexer("if (lookahead == 'a') ADVANCE(1); if (lookahead != 'b') ADVANCE(2);", word, mark);
    assert.deepEqual(
      ['a', 'b', 'c', '\u{10ffff}'].map((text) => lex(tables, text)),
      ['0-1 1', 'none', '0-1 2', '0-1 2'],
    );
  });

  it('reads parentheses, negations and bounds on either side', () => {
    const tables = lexer(
      "if ((!eof && lookahead > '#') && (lookahead < 'A' || 'Z' < lookahead) && ('\\\\' != lookahead)) ADVANCE(1);",
      word,
    );
    assert.deepEqual(
      ['#', '$', 'A', 'Z', '[', '\\', ']', '\u0394', ''].map((text) => lex(tables, text) !== 'none'),
      [false, true, false, false, true, false, true, true, false],
    );
  });

  it('reads literals of characters that look like C', () => {
    const tables = lexer(
      "ADVANCE_MAP( ';', 1, '\\'', 1, '\\\\', 1, '\"', 1, ')', 1, '{', 1, 0xfeff, 2, );",
      word,
      mark,
    );
    for (const text of [';', "'", '\\', '"', ')', '{']) assert.equal(lex(tables, text), '0-1 1', text);
    assert.equal(lex(tables, '\ufeff'), '0-1 2');
  });

  it('tells a zero character from the end of the input', () => {
    const tables = lexer('if (eof) ADVANCE(1); if (lookahead == 0) ADVANCE(2);', 'ACCEPT_TOKEN(end);', mark);
    assert.equal(lex(tables, ''), '0-0 3');
    assert.equal(lex(tables, '\0'), '0-1 2');
    assert.equal(lex(lexer('if ((!eof && lookahead == 00)) ADVANCE(1);', mark), ''), 'none');
  });

  it('leaves a token that the state accepts without a character', () => {
    assert.equal(lex(lexer(`${word} if (lookahead == 'a') ADVANCE(1);`, mark), 'b'), '0-0 1');
  });

  it('refuses a lexer that would never end', () => {
    assert.throws(() => lexer("if (lookahead != 'a') ADVANCE(0);"), /never ends from state 0 at the end of the input/);
  });

  for (const [what, text, message] of [
    ['a statement', 'case 0:\n  goto next;', /parser\.c:2: expected "if", at word "goto"/],
    ['a condition', "case 0:\n\n  if (lookahead % 2 == 'a') ADVANCE(1);", /parser\.c:3: unknown character.*"%"/],
    ['a set', 'case 0: if (set_contains(digits, 1, lookahead)) ADVANCE(1);', /parser\.c:1: unknown set/],
    ['an escape', "case 0: if (lookahead == '\\x') ADVANCE(1);", /parser\.c:1: unknown escape/],
    ['a target', "case 0: if (lookahead == 'a') ADVANCE(7); END_STATE(); default: return false; } }", /state 7/],
  ] as const)
    it(`is refused, with the line, for ${what} it does not know`, () => {
      const source = `{ START_LEXER(); eof = lexer->eof(lexer); switch (state) { ${text}`;
      assert.throws(() => readLexerFunction(new CReader(source, 'parser.c'), sets, symbols), message);
    });

  for (const [what, text, message] of [
    ['a directive', '#include "tree_sitter/parser.h"\n#include <stdio.h>\n', /parser\.c:2: unknown directive/],
    ['an array', '\nstatic const uint16_t ts_news[] = {\n  1,\n};', /parser\.c:2: unknown declaration ts_news/],
    ['a function', '\n\nint main(void) {}', /parser\.c:3: expected "static"/],
  ] as const)
    it(`is refused, with the line, for ${what} it does not know`, () => {
      assert.throws(() => readParserSource(text, 'parser.c'), message);
    });
});
