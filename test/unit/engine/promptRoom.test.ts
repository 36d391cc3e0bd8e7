// How long a prompt may be on this machine, and when that is thought over: a cut that moves costs the cache.
import assert from 'node:assert/strict';
import type { Session } from '../../../src/engine/session.ts';
import { ask, requestFor, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';

const script = says({ 'const sum': ' = 1;\n' });
const declarations = Array.from({ length: 300 }, (_, i) => `const value${i} = ${i};\n`).join('');
const promptMs = 1000;

/** Lengths of the prompt of a text, and of what was computed of it, where a token takes so many milliseconds. */
async function promptOf(session: Session, tokenMs: number, typed: string, ahead = false) {
  session.runner.memory.at(-1)!.set([tokenMs]);
  const outcome = await ask(session, requestFor(`${typed}‸\n`, { promptMs, ahead }));
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  const { promptTokens, reusedTokens } = outcome.counters;
  return { length: promptTokens, computed: promptTokens - reusedTokens };
}

describe('the room for a prompt', () => {
  it('is what can be read in the time that the user gives', async () => {
    const fast = await promptOf((await scriptedSession(script)).session, 0.1, `${declarations}const sum`);
    const slow = await promptOf((await scriptedSession(script)).session, 2, `${declarations}const sum`);
    const slowest = await promptOf((await scriptedSession(script)).session, 100, `${declarations}const sum`);
    assert.ok(slow.length <= promptMs / 2 && slow.length < fast.length, `${slow.length} of ${fast.length} tokens`);
    assert.ok(slowest.length > 100 && slowest.length < slow.length);
  });

  it('stays as it is while the cache serves, and is another for another text', async () => {
    const { session } = await scriptedSession(script);
    const { length } = await promptOf(session, 2, `${declarations}const sum`);
    for (const ahead of [false, true]) {
      const next = await promptOf(session, 8, `${declarations}const sum = 1;\nconst su`, ahead);
      assert.ok(next.computed < 16, `${next.computed} tokens were computed`);
    }
    const other = await promptOf(session, 8, `${declarations.replaceAll('value', 'other')}const sum`);
    assert.ok(other.length < length, `${other.length} tokens behind ${length}`);
  });
});
