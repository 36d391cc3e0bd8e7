import assert from 'node:assert/strict';
import { fitToSuffix, repeatsSuffix } from '../../../src/engine/overlap.ts';
import { cut } from '../../support/check.ts';

/** The document after insertion at ‸, the inserted text in brackets, replaced text struck out with ~. */
function fitted(marked: string, text: string): string {
  const { prefix, suffix } = cut(marked);
  const { text: inserted, replaces } = fitToSuffix(text, prefix.slice(prefix.lastIndexOf('\n') + 1), suffix);
  const struck = replaces > 0 ? `~${suffix.slice(0, replaces)}~` : '';
  return `${prefix}[${inserted}]${struck}${suffix.slice(replaces)}`;
}

describe('fitToSuffix', () => {
  it('leaves out what the editor has closed already', () => {
    assert.equal(fitted('f(‸)', 'a, b)'), 'f([a, b])');
    assert.equal(fitted('f(‸);', 'a, b);'), 'f([a, b]);');
    assert.equal(fitted('f({‸})', ' a })'), 'f({[ a ]})');
    assert.equal(fitted("import x from '‸'", "node:fs'"), "import x from '[node:fs]'");
    assert.equal(fitted('f("‸")', 'name")'), 'f("[name]")');
    assert.equal(fitted('if (a) {‸}', '\n  run();\n}'), 'if (a) {[\n  run();\n]}');
    assert.equal(fitted('function f(‸) {', 'a, b)'), 'function f([a, b]) {');
    assert.equal(fitted('f(a,\n  ‸)', 'b)'), 'f(a,\n  [b])');
  });

  it('keeps brackets that belong to the completion itself', () => {
    assert.equal(fitted('f(‸)', 'bar(x)'), 'f([bar(x)])');
    assert.equal(fitted('f(‸)', 'bar(x))'), 'f([bar(x)])');
    assert.equal(fitted('f(‸)', "get('a)')"), "f([get('a)')])");
    assert.equal(fitted('f(a,\n  ‸)', 'g(b)'), 'f(a,\n  [g(b)])');
  });

  it('keeps a bracket that the line still lacks', () => {
    assert.equal(fitted('f(g(‸)', 'a)'), 'f(g([a)])');
    assert.equal(fitted('f(g(‸)', 'a))'), 'f(g([a))]~)~');
  });

  it('replaces closers the completion goes on after', () => {
    assert.equal(fitted('f(‸)', 'a, b);'), 'f([a, b);]~)~');
    assert.equal(fitted('f(‸)', 'a).then(b)'), 'f([a).then(b)]~)~');
    assert.equal(fitted('f("‸")', 'name", 1);'), 'f("[name", 1);]~")~');
    assert.equal(fitted('f("‸")', 'name", 1'), 'f("[name", 1]~"~)');
  });

  it('leaves out other text after the cursor that the completion ends with', () => {
    assert.equal(fitted('a + ‸ + d;', 'b + c + d;'), 'a + [b + c] + d;');
    assert.equal(fitted('a + ‸ + d;', 'b'), 'a + [b] + d;');
    assert.equal(fitted('function f(‸) {', 'a) {'), 'function f([a]) {');
  });

  it('does nothing at the end of a line', () => {
    assert.equal(fitted('f(‸\n)', 'a)'), 'f([a)]\n)');
  });
});

describe('repeatsSuffix', () => {
  it('knows the next line that is not blank', () => {
    assert.ok(repeatsSuffix('return x;', '  ', '\n\n  return x;\n'));
    assert.ok(repeatsSuffix('return x;', '    ', '\n\n  return x;\n'));
    assert.ok(!repeatsSuffix('return y;', '  ', '\n\n  return x;\n'));
    assert.ok(!repeatsSuffix('}', '', '\n}\n'));
  });

  it('tells closers at one depth from those at another', () => {
    assert.ok(!repeatsSuffix('});', '  ', '\n});\n'));
    assert.ok(!repeatsSuffix('  });', '', '\n});\n'));
    assert.ok(repeatsSuffix('});', '', '\n});\n'));
    assert.ok(repeatsSuffix('});', 'f(() => {', '\n});\n'));
  });
});
