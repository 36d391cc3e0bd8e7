import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutPrefix, cutSuffix } from '../../../src/prompt/budget.ts';

/** A token a word: enough to count by. */
const count = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
const lines = fc.array(fc.stringMatching(/^ {0,4}[a-z]{1,6}( [a-z]{1,6}){0,5}$/), { minLength: 1, maxLength: 80 });

describe('cutPrefix', () => {
  it('keeps a text that fits', () => {
    assert.equal(cutPrefix('a b\nc', 3, count), 'a b\nc');
  });

  it('keeps a text that begins with line breaks', () => {
    assert.equal(cutPrefix('\n', 3, count), '\n');
    assert.equal(cutPrefix('\n\na b', 3, count), '\n\na b');
  });

  it('keeps within the budget, from a line start, the end untouched', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 7, max: 60 }), (all, budget) => {
        const text = all.join('\n');
        const kept = cutPrefix(text, budget, count);
        assert.ok(count(kept) <= budget);
        assert.ok(text.endsWith(kept));
        assert.ok(kept.length === text.length || text[text.length - kept.length - 1] === '\n');
        if (kept.length < text.length) assert.ok(count(kept) >= 0.75 * budget - 6, 'it kept too little');
      }),
    );
  });

  it('stays put while the user types, for most keystrokes', () => {
    const file = Array.from({ length: 200 }, (_, i) => `  line ${i} of the file`).join('\n');
    let moves = 0;
    let start = -1;
    const typed = Array.from({ length: 60 }, (_, i) => `  typed ${i}\n`).join('');
    for (let i = 0; i < typed.length; i++) {
      const text = `${file}\n${typed.slice(0, i)}`;
      const from = text.length - cutPrefix(text, 300, count).length;
      if (from !== start) moves++;
      start = from;
    }
    assert.ok(moves < 10, `the cut moved ${moves} times in ${typed.length} keystrokes`);
  });

  it('stays where it was while that is within the budget and leaves half of it', () => {
    const file = Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join('');
    const cut = (text: string, there?: number): number => text.length - cutPrefix(text, 100, count, there).length;
    const first = cut(file);
    const next = file.indexOf('\n', first) + 1;
    assert.equal(cut(file, next), next);
    const within = file.lastIndexOf('line 151\n');
    const beyond = file.lastIndexOf('line 149\n');
    assert.equal(cut(file, within), within);
    assert.equal(cut(file, beyond), first);
    assert.equal(cut(file, file.lastIndexOf('line 180\n')), first);
    assert.equal(cut(file, within + 2), first);
    assert.equal(cutPrefix('a b\nc', 3, count, 4), 'a b\nc');
  });

  it('keeps nothing of a line that alone exceeds the budget', () => {
    assert.equal(cutPrefix('a b c d e', 3, count), '');
  });
});

describe('cutSuffix', () => {
  it('keeps whole lines from the start', () => {
    assert.equal(cutSuffix(')\nb c\nd e f', 3, count), ')\nb c\n');
    assert.equal(cutSuffix('a\nb', 2, count), 'a\nb');
    assert.equal(cutSuffix('', 2, count), '');
  });
});
