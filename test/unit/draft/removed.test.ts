// What an edit took out of a document.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { removedTokens } from '../../../src/draft/removed.ts';

const distinct = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

describe('removed text', () => {
  it('is what stood in one place and stands there no more, with what leads to it', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 4, max: 20 }), fc.nat(30), fc.nat(5), (above, gone, below, came) => {
        const [head, removed, tail] = [distinct(0, above), distinct(100, gone), distinct(200, below)];
        const found = removedTokens([...head, ...removed, ...tail], [...head, ...distinct(300, came), ...tail]);
        assert.deepEqual(found, [...head.slice(-8), ...removed]);
      }),
    );
  });

  it('is none where little or nothing went, or too much for one edit', () => {
    assert.equal(removedTokens([1, 2, 3], [1, 2, 3]), undefined);
    assert.equal(removedTokens([1, 2, 3], [1, 2, 9, 9, 3]), undefined);
    assert.equal(removedTokens([1, 2, 3], [1, 3]), undefined);
    assert.equal(removedTokens(distinct(0, 1000), []), undefined);
  });
});
