import assert from 'node:assert/strict';
import { argumentIndex, receiverStart } from '../../../src/language/backward.ts';

describe('reading backwards', () => {
  it('finds the expression that a member is asked of', () => {
    const receivers: readonly (readonly [string, string | undefined])[] = [
      ['x = shape.', 'shape'],
      ['return self.items[0].name.', 'self.items[0].name'],
      ['y + f(a, g(b))[1:2].', 'f(a, g(b))[1:2]'],
      ["x = ', '.", "', '"],
      ["f(')').", "f(')')"],
      ["print(f'{x}'.", "f'{x}'"],
      ['x = """a\nb""".', '"""a\nb"""'],
      ['x = [a for a in b].', '[a for a in b]'],
      ['return (a or b).', '(a or b)'],
      ['x = größe.', 'größe'],
      ['x = f(a.', 'a'],
      ['x = +.', undefined],
      ['a).', undefined],
      ['x', undefined],
    ];
    for (const [text, receiver] of receivers) {
      const start = receiverStart(text);
      assert.equal(start === undefined ? undefined : text.slice(start, -1), receiver, text);
    }
  });

  it('counts the arguments before a place', () => {
    const counts: readonly (readonly [string, number | undefined])[] = [
      ['f(', 0],
      ['f(a, ', 1],
      ['f(g(a, b), [c, d], {e, f}, ', 3],
      ['f(\'a, b\', "(", ', 2],
      ["f('it\\'s, ', ", 1],
      ['f(a, { b: [c, d, ', 1],
      ['f(a, (b, ', 1],
      ['f(a) + ', undefined],
      ['', undefined],
    ];
    for (const [text, count] of counts) assert.equal(argumentIndex(text), count, text);
  });

  it('is soon done with a long text without an end', () => {
    assert.equal(argumentIndex(','.repeat(1_000_000)), undefined);
    assert.equal(receiverStart(`${')'.repeat(1_000_000)}.`), undefined);
  });
});
