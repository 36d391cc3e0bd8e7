import assert from 'node:assert/strict';
import { SlowPasses } from '../../../src/extension/slowPasses.ts';
import type { Counters } from '../../../src/protocol/messages.ts';

/** An answer that took `passes` passes of `passMs` milliseconds, among other things. */
const answer = (passMs: number, passes = 4) => ({
  timings: { queueMs: 5, contextMs: 10, prefillMs: 300, firstDraftMs: 310 + passes * passMs + 60, totalMs: 9000 },
  counters: { passes, monitorMs: 50, proposeMs: 5, constraintMs: 5 } as Counters,
});
const slowMs = 100;

describe('a device that has become slow', () => {
  it('is one whose passes were, in several answers in a row', () => {
    const passes = new SlowPasses();
    const said = Array.from({ length: 16 }, () => passes.isSlowAfter(answer(101), slowMs));
    assert.deepEqual(
      said.flatMap((isSlow, at) => (isSlow ? [at] : [])),
      [7, 15],
    );
  });

  it('is not one that was slow now and then, or busy with something else than passes', () => {
    const passes = new SlowPasses();
    for (let at = 0; at < 40; at++) assert.equal(passes.isSlowAfter(answer(at % 8 === 0 ? 99 : 500), slowMs), false);
    for (let at = 0; at < 40; at++) assert.equal(passes.isSlowAfter(answer(500, 0), slowMs), false);
  });
});
