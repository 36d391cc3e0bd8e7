import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Language, Parser } from 'web-tree-sitter';
import { longestText, openSyntax, type Syntax } from '../../../../src/constraint/grammar/syntaxTree.ts';
import { loadGrammar } from '../../../../src/constraint/grammar/treeSitter.ts';

const wasmOf = (grammar: string): string =>
  fileURLToPath(new URL(`../../../../grammars/${grammar}/grammar.wasm`, import.meta.url));

const typescriptText = `import { a } from './a.ts';

export function one(x: number): number {
  if (x > a) {
    return 1;
  }
  return two(\`\${x} é 😀\`);
}

class Pair {
  left = 1;

  get right() { return this.left; }
}
`;

const pythonText = `import os


class A:
    """A class."""

    def f(self):
        x = os.name
        return x


def g():
    return 1
`;

describe('the trees of real documents', () => {
  let typescript: Syntax;
  let python: Syntax;
  before(async () => {
    typescript = await openSyntax(wasmOf('typescript'));
    python = await openSyntax(wasmOf('python'));
  });
  after(() => {
    typescript.dispose();
    python.dispose();
  });

  const linesAt = (text: string, items: readonly { offset: number }[] | undefined): string[] | undefined =>
    items?.map(({ offset }) => text.slice(offset, text.indexOf('\n', offset)));

  it('counts what is wrong and what is missing', () => {
    assert.equal(typescript.errors(typescriptText), 0);
    assert.equal(typescript.errors(''), 0);
    assert.equal(typescript.errors('function f() {\n'), 1);
    assert.equal(typescript.errors('let x = 1 +;\nfoo(;\n'), 2);
  });

  it('counts a missing symbol that has no node of its own', () => {
    assert.equal(python.errors('import a as b\n'), 0);
    assert.equal(python.errors('import a a as b\n'), 1);
  });

  it('counts the same after an edit as from scratch', async () => {
    for (const [syntax, grammar, text] of [
      [typescript, 'typescript', typescriptText],
      [python, 'python', pythonText],
    ] as const) {
      const parser = new Parser().setLanguage(await Language.load(wasmOf(grammar)));
      const isSound = (whole: string): boolean => {
        const tree = parser.parse(whole);
        const { hasError } = tree!.rootNode;
        tree!.delete();
        return !hasError;
      };
      const place = fc.nat(text.length);
      const inserted = fc.oneof(
        fc.constantFrom('{', '}', '(', ')', '`', '\n', '    ', ':', 'x = 1\n', ' return', '"""', '😀', '\ud83d', '\0'),
        fc.tuple(place, fc.nat(30)).map(([from, length]) => text.slice(from, from + length)),
      );
      fc.assert(
        fc.property(place, fc.nat(12), inserted, (start, removed, piece) => {
          const end = Math.min(text.length, start + removed);
          const errors = syntax.errorsAfter(text, { start, end, text: piece });
          assert.equal(errors === 0, isSound(text.slice(0, start) + piece + text.slice(end)));
        }),
        { numRuns: 300 },
      );
      parser.delete();
    }
  });

  it('finds statements, declarations and members on lines of their own', () => {
    const from = typescriptText.indexOf('export');
    assert.deepEqual(linesAt(typescriptText, typescript.items(typescriptText, from)), [
      '  if (x > a) {',
      '    return 1;',
      typescriptText.split('\n')[6],
      'class Pair {',
      '  left = 1;',
      '  get right() { return this.left; }',
    ]);
    assert.deepEqual(linesAt(pythonText, python.items(pythonText, 20, 2)), ['    """A class."""', '    def f(self):']);
  });

  it('gives with an item the heads of what is around it', () => {
    const seedOf = (syntax: Syntax, text: string, line: string): string | undefined =>
      syntax.items(text, 0)?.find(({ offset }) => text.startsWith(line, offset))?.seed;
    assert.equal(seedOf(typescript, typescriptText, 'class Pair'), '');
    assert.equal(seedOf(typescript, typescriptText, '  left'), 'class Pair {\n');
    assert.equal(
      seedOf(typescript, typescriptText, '    return 1;'),
      'export function one(x: number): number {\n  if (x > a) {\n',
    );
    assert.equal(seedOf(python, pythonText, '        return x'), 'class A:\n    def f(self):\n');
  });

  it('finds items behind and within what is broken, and nothing of the broken line', () => {
    const text = `const a = ;\nfunction f( {\n  return a\n}\n${typescriptText}`;
    const lines = linesAt(text, typescript.items(text, 0));
    assert.ok(lines?.includes('class Pair {'), String(lines));
    assert.ok(!lines?.includes('function f( {'), String(lines));
    assert.deepEqual(
      typescript.items(text, 0)?.filter(({ offset, seed }) => offset === text.indexOf('class Pair') && seed === '')
        .length,
      1,
    );
  });

  it('finds members of a class that is an error as a whole, with its head', () => {
    const brokenIn = (open: string): string =>
      `class Outer${open}  one( ] {\n    return 1;\n  }\n\n  two()${open.replaceAll('\n', '\n  ')}  return 2;\n  }\n\n  three() {\n    ret`;
    for (const open of [' {\n', '\n{\n']) {
      const text = brokenIn(open);
      const items = typescript.items(text, text.indexOf('return 1'));
      const two = items?.find(({ offset }) => text.startsWith('  two', offset));
      assert.equal(two?.seed, `class Outer${open}`, JSON.stringify(items));
    }
  });

  it('answers for any text', () => {
    const odd = [
      '\0',
      '\ud800',
      '\ufeff\u2028',
      '((((((((('.repeat(200),
      '`${'.repeat(500),
      '\t\r\n',
      'é'.repeat(5000),
    ];
    for (const text of odd) {
      for (const syntax of [typescript, python]) {
        assert.equal(typeof syntax.errors(text), 'number', JSON.stringify(text.slice(0, 9)));
        assert.ok(syntax.items(text, 0));
        assert.equal(typeof syntax.errorsAfter(text, { start: 1, end: 1, text: '\udc00' }), 'number');
      }
    }
  });

  it('has no answer for a text that is too long', () => {
    const text = ';'.repeat(longestText + 1);
    assert.equal(typescript.errors(text), undefined);
    assert.equal(typescript.items(text, 0), undefined);
    assert.equal(typescript.errorsAfter('', { start: 0, end: 0, text }), undefined);
    assert.equal(typescript.errors('a;'), 0);
  });

  it('says what it cannot open', async () => {
    await assert.rejects(openSyntax(wasmOf('cobol')), /ENOENT/);
    await assert.rejects(openSyntax(fileURLToPath(import.meta.url)), /WebAssembly|wasm|magic/i);
  });

  it('comes back after a fault in WebAssembly', async () => {
    // (module (func (export "f") unreachable))
    const code = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
    ];
    const fault = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)), {}).exports.f as () => void;
    let forgotten = 0;
    const grammar = await loadGrammar(wasmOf('json'), () => {
      forgotten += 1;
    });
    assert.equal(typescript.errors(typescriptText), 0);
    assert.equal(grammar.run(fault), undefined);
    assert.equal(forgotten, 1);
    assert.equal(typescript.errors(typescriptText), undefined);
    while (typescript.errors(typescriptText) === undefined || grammar.run(() => true) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(typescript.errors(typescriptText), 0);
    assert.equal(typescript.errors('let = ;'), 1);
    grammar.dispose();
  });
});
