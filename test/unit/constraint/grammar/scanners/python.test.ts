import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openGrammar } from '../../../../../src/constraint/grammar/languages.ts';
import { Recogniser } from '../../../../../src/constraint/grammar/recogniser.ts';
import { pythonScanner } from '../../../../../src/constraint/grammar/scanners/python.ts';
import { checkOnRandomTexts, shippedGrammar } from './agreement.ts';

const repository = new URL('../../../../../', import.meta.url);

const pieces = [
  ...['"', "'", '`', '"""', "'''", 'f"', "rb'", 'b"', 'r"""', "F'''", 'u', 't"', 'br', '{', '}', '{{', '}}'],
  ...['\\', '\\\n', '\\\r\n', '\\\r', '\\N', '\\u', '\\U', '\\x', 'x', 'foo', '0', 'é', '𝒳', '\ud835', '\0'],
  ...['\n', '\n', '\n    ', '\n        ', '\n  ', '\n\t', '\n \t', '\r\n', '\r', '\f', ' ', '    ', '\t'],
  ...['#', '# c\n', '\n# c', '\n    # c\n', 'if x:', 'return', 'else', 'except'],
];

describe('pythonScanner', () => {
  it('says what the scanner of python says, however the text comes', async () => {
    const module = await shippedGrammar('python');
    const source = await readFile(new URL('scripts/goldenQuants.py', repository), 'utf8');
    const found = checkOnRandomTexts(pythonScanner(), module, { pieces, source }, { cases: 40000, seed: 43 });
    const [newline, indent, dedent, stringStart, stringContent, escapedBrace, stringEnd] = [0, 1, 2, 3, 4, 5, 6];
    for (const token of [newline, indent, dedent, stringStart, stringContent, escapedBrace, stringEnd])
      assert.ok(found.has(token), `${token}`);
  });

  describe('strict', () => {
    let recogniser: Recogniser;
    before(async () => {
      const grammar = await openGrammar(fileURLToPath(new URL('grammars', repository)), 'python');
      recogniser = new Recogniser(grammar!.tables, pythonScanner());
    });

    /** How much of what stands behind the cursor is taken, when a character comes at a time. */
    const taken = (source: string): string => {
      const [before, generated] = source.split('‸') as [string, string];
      let state = recogniser.feed(recogniser.initial, before)!;
      assert.ok(state, 'what stands before the cursor is Python');
      for (let i = 0; i < generated.length; i++) {
        const next = recogniser.feed(state, generated[i]!, true);
        if (next === undefined) return generated.slice(0, i);
        state = next;
      }
      return generated;
    };
    const alive = (source: string) => assert.equal(taken(source), source.split('‸')[1], source);
    /** Alive until its last character. */
    const deadAtEnd = (source: string) => assert.equal(taken(source), source.split('‸')[1]!.slice(0, -1), source);

    it('wants a block deeper than its head', () => {
      alive('if x:‸\n    y');
      alive('if x:\n‸ y');
      alive('if x:\n    if y:‸\n     z');
      deadAtEnd('if x:‸\ny');
      deadAtEnd('if x:\n    if y:‸\n    z');
      deadAtEnd('class A:‸\n\n# comment\nd');
      deadAtEnd('match x:‸\nc');
      alive('if x: ‸y\nz');
    });

    it('wants every other line at an open level', () => {
      alive('if x:\n    y‸\n    z');
      alive('if x:\n    if y:\n        z‸\nw');
      alive('if x:\n    if y:\n        z‸\n    w');
      deadAtEnd('if x:\n    if y:\n        z‸\n      w');
      deadAtEnd('if x:\n    y‸\n      z');
      deadAtEnd('x = 1‸\n  y');
      deadAtEnd('if x:\n    y\n‸  z');
      deadAtEnd('if x:\n    y;‸\n  z');
      deadAtEnd('if x:\n    y # comment‸\n  z');
      deadAtEnd('if x: y‸\n  z');
    });

    it('lets other parts of a statement stand at its level alone', () => {
      alive('if x:\n    y‸\nelse:');
      deadAtEnd('if x:\n    y‸\n  e');
      alive('try:\n    if x:\n        y‸\nexcept');
      deadAtEnd('try:\n    if x:\n        y‸\n  e');
      alive('def f():\n    @a‸\n    def g');
      deadAtEnd('def f():\n    @a‸\n  d');
    });

    it('leaves blank lines and comments free', () => {
      alive('if x:‸\n\n  \n# comment\n   # comment\n    y');
      alive('if x:\n    y‸\n  # comment\n\n   \n    z');
      alive('if x:\n    y‸\n        # comment\n    z');
    });

    it('leaves lines free in brackets, in strings and behind a backslash', () => {
      alive('if x:\n    y = [‸\n  1,\n        2,\n      3\n ]');
      alive('if x:\n    y(a ‸+\n                b)');
      alive('if x:\n    y = """‸\nz\n  z"""');
      alive('if x:\n    y = 1 + \\‸\n  2');
    });

    it('takes no mixture of tabs and spaces that depends on the width of a tab', () => {
      alive('if x:‸\n\ty\n\tz');
      alive('if x:\n\tif y:‸\n\t    z');
      deadAtEnd('if x:\n\ty‸\n        z');
      deadAtEnd('if x:\n        y‸\n\tz');
      deadAtEnd('if x:\n    if y:‸\n\tz');
      deadAtEnd('if x:\n        y\n        if z:\n            w‸\n\tv');
    });

    it('does not hold what stands before the cursor to that', () => {
      alive('if x:\n    y\n  z\n‸w');
      alive('if x:\ny‸\nz');
    });

    it('takes every line of a real file', async () => {
      const source = await readFile(new URL('scripts/goldenQuants.py', repository), 'utf8');
      alive(`‸${source}`);
    });
  });
});
