import assert from 'node:assert/strict';
import { Tally } from '../../../src/extension/tally.ts';

describe('the tally', () => {
  it('counts what is shown, and what did not take the engine', () => {
    const tally = new Tally();
    tally.answered('engine', true);
    tally.answered('memory', true);
    tally.answered('memory', false);
    assert.deepEqual(tally.counts, { shown: 2, accepted: 0, fromMemory: 2, followed: 0, prepared: 0 });
  });

  it('counts an acceptance as prepared for when the next suggestion was there before it was asked for', () => {
    const tally = new Tally();
    tally.answered('prepared', true);
    tally.accepted();
    // nothing to say at the end of the line, then a suggestion behind Enter
    tally.answered('prepared', false);
    tally.answered('prepared', true);
    tally.answered('prepared', true);
    tally.accepted();
    tally.answered('engine', true);
    tally.accepted();
    assert.deepEqual(tally.counts, { shown: 4, accepted: 3, fromMemory: 4, followed: 2, prepared: 1 });
  });
});
