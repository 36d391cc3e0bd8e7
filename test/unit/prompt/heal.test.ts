import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { healStart } from '../../../src/prompt/heal.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

describe('healStart', () => {
  let tokenizer: Tokenizer;
  before(async () => {
    tokenizer = await embeddedTokenizer();
  });

  /** Draws the typed text with the healed part in brackets. */
  function draw(typed: string): string {
    const start = healStart(typed, tokenizer);
    return `${typed.slice(0, start)}[${typed.slice(start)}]`;
  }

  it('takes back the last run of word characters or of punctuation', () => {
    assert.equal(draw('items.'), 'items[.]');
    assert.equal(draw('items.fi'), 'items.[fi]');
    assert.equal(draw('foo()?.'), 'foo[()?.]');
    assert.equal(draw('\tret'), '\t[ret]');
    assert.equal(draw('snake_case2'), '[snake_case2]');
    assert.equal(draw('größe'), '[größe]');
  });

  it('takes back what the tokenizer joins to it, so that no token begins where none would', () => {
    assert.equal(draw('  const ret'), '  const[ ret]');
    assert.equal(draw('if x:\n    ret'), 'if x:\n   [ ret]');
    assert.equal(draw('let größe'), 'let[ größe]');
    assert.equal(draw('// 日本'), '//[ 日本]');
    assert.equal(draw('a =='), 'a[ ==]');
    assert.equal(draw('self._na'), 'self[._na]');
    assert.equal(draw("f('te"), "f('[te]");
    assert.equal(draw("\n'te"), "\n['te]");
  });

  it('takes back only the last of a run of blanks', () => {
    assert.equal(draw('    '), '   [ ]');
    assert.equal(draw('return '), 'return[ ]');
    assert.equal(draw('a =\n'), 'a =[\n]');
    assert.equal(draw('\t\t'), '\t[\t]');
  });

  it('leaves an empty text alone', () => {
    assert.equal(draw(''), '[]');
  });

  it('leaves a text whose tokens are the first ones of the whole', () => {
    const word = fc.constantFrom('return', 'x', 'größe', '_id', 'a1', '日本');
    const gap = fc.constantFrom(' ', '\n    ', '\t', '.', '(', ' = ', ', ', '?.', '::', ' && !', ' "');
    const text = fc.array(fc.tuple(word, gap)).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, word, (before, last) => {
        const whole = before + last;
        const kept = tokenizer.encode(whole.slice(0, healStart(whole, tokenizer)));
        assert.deepEqual(tokenizer.encode(whole).slice(0, kept.length), kept);
      }),
    );
  });

  it('never splits a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        assert.ok(typed.slice(0, healStart(typed, tokenizer)).isWellFormed());
      }),
    );
  });
});
