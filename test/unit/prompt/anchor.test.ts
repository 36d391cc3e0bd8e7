import assert from 'node:assert/strict';
import { type Anchor, lastStart, placeAnchor as place, startOf } from '../../../src/prompt/anchor.ts';

const start = { at: 0, line: '' };
const placeAnchor = (path: string, prefix: string, suffix: string, previous: Anchor | undefined): Anchor =>
  place({ path, start, prefix, suffix }, previous);

describe('the start of a prompt', () => {
  const before = 'one\ntwo\nthree\nfour';
  const anchor = { ...placeAnchor('a.ts', '', '', undefined), start: startOf(before, 'two\nthree\nfour') };

  it('is where the last one was while its line is', () => {
    assert.deepEqual(anchor.start, { at: 4, line: 'two\n' });
    assert.equal(lastStart('a.ts', `${before} is typed on\n`, anchor), 4);
    assert.equal(lastStart('a.ts', 'one\ntwo\n', anchor), 4);
  });

  it('is none where the line is another, moved, or of another file', () => {
    for (const other of ['one\nno\nthree\n', 'onetwo\ntwo\nthree\n', 'one', 'a\nb\nc\ntwo\n'])
      assert.equal(lastStart('a.ts', other, anchor), undefined);
    assert.equal(lastStart('b.ts', before, anchor), undefined);
    assert.equal(lastStart('a.ts', before, undefined), undefined);
  });
});

describe('placeAnchor', () => {
  const first = placeAnchor('a.ts', 'one\ntwo\n  th', '\nrest', undefined);

  it('starts at the cursor’s line', () => {
    assert.equal(first.above, 'one\ntwo\n');
  });

  it('stays while the user types on, Enter included', () => {
    assert.deepEqual(placeAnchor('a.ts', 'one\ntwo\n  three();\n  four', '\nrest', first), first);
  });

  it('moves after eight lines, when the text above or below changes, and in another file', () => {
    const far = `one\ntwo\n${'x\n'.repeat(8)}y`;
    assert.equal(placeAnchor('a.ts', far, '\nrest', first).above, `one\ntwo\n${'x\n'.repeat(8)}`);
    assert.equal(placeAnchor('a.ts', 'one\n2\n  th', '\nrest', first).above, 'one\n2\n');
    assert.notDeepEqual(placeAnchor('a.ts', 'one\ntwo\n  thr', '\nother', first), first);
    assert.notDeepEqual(placeAnchor('b.ts', 'one\ntwo\n  thr', '\nrest', first), first);
  });
});
