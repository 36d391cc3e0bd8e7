import assert from 'node:assert/strict';
import { shownText, shownTexts } from '../../../src/extension/item.ts';

/** Draws what the editor would show at ‸: the inserted text in brackets, replaced text struck out with ~. */
function drawn(marked: string, text: string, replaces = 0): string | undefined {
  const [prefix = '', suffix = ''] = marked.split('‸');
  const item = shownText({ text, replaces }, { prefix, suffix, tabSize: 2 });
  if (item === undefined) return undefined;
  const struck = item.replaces > 0 ? `~${suffix.slice(0, item.replaces)}~` : '';
  return `${prefix}[${item.text}]${struck}${suffix.slice(item.replaces)}`;
}

describe('what is shown of a draft', () => {
  it('is the draft where nothing stands in its way', () => {
    assert.equal(drawn('let x = ‸\n', 'f(y);'), 'let x = [f(y);]\n');
  });

  it('leaves out a bracket or quote the line closes already', () => {
    assert.equal(drawn('f(‸)', 'a, b)'), 'f([a, b])');
    assert.equal(drawn('f(‸);', 'a, b);'), 'f([a, b]);');
    assert.equal(drawn("import x from '‸'", "node:fs'"), "import x from '[node:fs]'");
    assert.equal(drawn('if (a) {‸}', '\n  run();\n}'), 'if (a) {[\n  run();\n]}');
  });

  it('keeps a bracket that the line still lacks', () => {
    assert.equal(drawn('f(g(‸)', 'a)'), 'f(g([a)])');
    assert.equal(drawn('f(a,\n  ‸)', 'g(b)'), 'f(a,\n  [g(b)])');
  });

  it('replaces the closing rest of the line by a draft that goes on behind it', () => {
    assert.equal(drawn('f(‸)', 'a, b).then(run)'), 'f([a, b).then(run)]~)~');
  });

  it('hides a draft whose replaced text it does not bring', () => {
    assert.equal(drawn('f(‸)', 'a', 1), undefined);
  });

  it('never replaces past the end of the line', () => {
    assert.equal(drawn('x = ‸1\ny', '1 + 1', 9), 'x = [1 + 1]~1~\ny');
  });

  it('leaves out the lines that follow in the file', () => {
    assert.equal(drawn('  a();\n  ‸\n}\n', 'b();\n}'), '  a();\n  [b();]\n}\n');
    assert.equal(
      drawn('function f() {\n  ‸\n}\n\nfunction g() {\n', 'return 1;\n}\n\nfunction g() {'),
      'function f() {\n  [return 1;]\n}\n\nfunction g() {\n',
    );
  });

  it('keeps a closing line of another depth', () => {
    assert.equal(drawn('{\n  if (a) {\n    ‸\n}', 'b();\n  }'), '{\n  if (a) {\n    [b();\n  }]\n}');
  });

  it('says nothing when the next line says it', () => {
    assert.equal(drawn('  ‸\n  return total;\n', 'return total;'), undefined);
    assert.equal(drawn('x‸', '   '), undefined);
    assert.equal(drawn('x‸y', '', 0), undefined);
  });

  it('takes off indentation the code above does not call for', () => {
    assert.equal(drawn('{\n‸\n}', '      a();\n      b();'), '{\n[  a();\n  b();]\n}');
    assert.equal(drawn('  a();\n  ‸', '    b();'), '  a();\n  [b();]');
    assert.equal(drawn('{\n‸', '  a();'), '{\n[  a();]');
  });

  it('keeps the order of the drafts and none twice', () => {
    const drafts = ['a)', 'b', 'a'].map((text) => ({ text, replaces: 0, logProb: 0, tokens: 1, verified: true }));
    const texts = shownTexts(drafts, { prefix: 'f(', suffix: ')', tabSize: 2 }).map(({ text }) => text);
    assert.deepEqual(texts, ['a', 'b']);
  });
});
