import assert from 'node:assert/strict';
import fc from 'fast-check';
import { healStart } from '../../../src/prompt/heal.ts';

/** Draws the typed text with the healed part in brackets. */
const draw = (typed: string): string => `${typed.slice(0, healStart(typed))}[${typed.slice(healStart(typed))}]`;

describe('healStart', () => {
  it('takes back the last run of word characters or of punctuation', () => {
    assert.equal(draw('  const ret'), '  const [ret]');
    assert.equal(draw('items.'), 'items[.]');
    assert.equal(draw('foo()?.'), 'foo[()?.]');
    assert.equal(draw('snake_case2'), '[snake_case2]');
    assert.equal(draw('let größe'), 'let [größe]');
    assert.equal(draw('// 日本'), '// [日本]');
  });

  it('takes back only the last of a run of blanks', () => {
    assert.equal(draw('    '), '   [ ]');
    assert.equal(draw('a =\n'), 'a =[\n]');
    assert.equal(draw('\t\t'), '\t[\t]');
  });

  it('leaves an empty text alone', () => {
    assert.equal(draw(''), '[]');
  });

  it('never splits a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        assert.ok(typed.slice(0, healStart(typed)).isWellFormed());
      }),
    );
  });
});
