import assert from 'node:assert/strict';
import { placeAnchor } from '../../../src/prompt/anchor.ts';

describe('placeAnchor', () => {
  const first = placeAnchor('a.ts', 'one\ntwo\n  th', '\nrest', undefined);

  it('starts at the cursor’s line', () => {
    assert.equal(first.above, 'one\ntwo\n');
  });

  it('stays while the user types on, Enter included', () => {
    assert.equal(placeAnchor('a.ts', 'one\ntwo\n  three();\n  four', '\nrest', first), first);
  });

  it('moves after eight lines, when the text above or below changes, and in another file', () => {
    const far = `one\ntwo\n${'x\n'.repeat(8)}y`;
    assert.equal(placeAnchor('a.ts', far, '\nrest', first).above, `one\ntwo\n${'x\n'.repeat(8)}`);
    assert.equal(placeAnchor('a.ts', 'one\n2\n  th', '\nrest', first).above, 'one\n2\n');
    assert.notEqual(placeAnchor('a.ts', 'one\ntwo\n  thr', '\nother', first), first);
    assert.notEqual(placeAnchor('b.ts', 'one\ntwo\n  thr', '\nrest', first), first);
  });
});
