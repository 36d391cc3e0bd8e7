import assert from 'node:assert/strict';
import { choicesOf, shownText } from '../../../src/extension/item.ts';

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

  it('hides a draft whose replaced text it does not bring', () => {
    assert.equal(drawn('f(‸)', 'a', 1), undefined);
  });

  it('never replaces past the end of the line', () => {
    assert.equal(drawn('x = ‸1\ny', '1 + 1', 9), 'x = [1 + 1]~1~\ny');
  });

  it('says nothing of a blank draft', () => {
    assert.equal(drawn('x‸', '   '), undefined);
    assert.equal(drawn('x‸y', '', 0), undefined);
  });

  it('takes off indentation the code above does not call for', () => {
    assert.equal(drawn('{\n‸\n}', '      a();\n      b();'), '{\n[  a();\n  b();]\n}');
    assert.equal(drawn('  a();\n  ‸', '    b();'), '  a();\n  [b();]');
    assert.equal(drawn('{\n‸', '  a();'), '{\n[  a();]');
  });

  it('keeps the order of the drafts and none twice', () => {
    const drafts = ['a', 'b', 'a'].map((text) => ({
      text,
      replaces: 0,
      logProb: 0,
      logLegalMass: 0,
      tokens: 1,
      verified: true,
      vouchers: [],
    }));
    const texts = choicesOf(drafts, { prefix: 'f(', suffix: ')', tabSize: 2 }).map(({ text }) => text);
    assert.deepEqual(texts, ['a', 'b']);
  });
});
