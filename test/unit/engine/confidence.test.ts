// How drafts compare, and which are too improbable to be shown.
import assert from 'node:assert/strict';
import { confidenceIn, isUnsure } from '../../../src/engine/confidence.ts';

/** A draft of so many tokens, each so probable. */
const draft = (tokens: number, each: number) => ({ tokens, logProb: tokens * Math.log(each) });

describe('confidence in a draft', () => {
  it('is how probable a line is, whatever its length', () => {
    assert.ok(confidenceIn(draft(1, 0.4), 'line') > confidenceIn(draft(2, 0.6), 'line'));
    assert.ok(confidenceIn(draft(16, 0.95), 'line') > confidenceIn(draft(2, 0.6), 'line'));
  });

  it('is how probable the tokens of a block are, however many', () => {
    assert.ok(confidenceIn(draft(40, 0.9), 'block') > confidenceIn(draft(1, 0.8), 'block'));
    assert.ok(confidenceIn(draft(2, 0.9), 'block') > confidenceIn(draft(40, 0.8), 'block'));
  });

  it('has a floor under which a block is not shown, the same for all lengths', () => {
    for (const tokens of [1, 12]) {
      assert.equal(isUnsure(draft(tokens, 0.25), 'block'), true);
      assert.equal(isUnsure(draft(tokens, 0.35), 'block'), false);
    }
  });

  it('has none for a line, which may be the rest of a name', () => {
    assert.equal(isUnsure(draft(1, 0.05), 'line'), false);
  });

  it('is there for a draft that ends within its first token', () => {
    const within = { tokens: 0, logProb: 0 };
    assert.equal(isUnsure(within, 'block'), false);
    assert.equal(confidenceIn(within, 'block'), 0);
  });
});
