// Reading where the cursor rests: it leaves next to nothing of the prompt to the first key there, and answers stay what they are without.
import assert from 'node:assert/strict';
import { readAhead } from '../../../src/engine/readAhead.ts';
import type { Session } from '../../../src/engine/session.ts';
import { anchoredSession, ask, requestFor, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';

const script = says({ 'const sum': ' = left + right;\n', 'const area': ' = width * height;\n' });
const other = 'const one = 1;\n'.repeat(60);
const before = `${'let left = right + 1;\n'.repeat(9)}function f(left: number, right: number) {\n  const su‸\n}\n`;
const typed = before.replace('su‸', 'sum‸');
const elsewhere = `${other}const area‸\n`;

/** Text of the draft, and how many tokens of the prompt were computed for it. */
async function answer(session: Session, source: string): Promise<{ text: string | undefined; computed: number }> {
  const outcome = await ask(session, requestFor(source));
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  const { promptTokens, reusedTokens } = outcome.counters;
  return { text: outcome.drafts[0]?.text, computed: promptTokens - reusedTokens };
}

const read = (session: Session, source: string, signal = new AbortController().signal): Promise<number> =>
  readAhead(session, requestFor(source), signal);

describe('reading where the cursor rests', () => {
  for (const [name, open] of [
    ['the suffix first', () => scriptedSession(script)],
    ['an anchor', () => anchoredSession(script)],
  ] as const)
    it(`leaves little to the first key, and changes no answer: prompts with ${name}`, async () => {
      const plain = (await open()).session;
      await answer(plain, elsewhere);
      const without = await answer(plain, typed);
      const { session } = await open();
      await answer(session, elsewhere);
      assert.ok((await read(session, before)) >= 60);
      const first = await answer(session, typed);
      assert.equal(first.text, ' = left + right;');
      assert.equal(without.text, first.text);
      assert.ok(without.computed >= 60, `${without.computed}`);
      assert.ok(first.computed <= 2, `${first.computed} tokens were computed again`);
    });

  it('computes nothing where the model has read everything', async () => {
    const { session, model } = await scriptedSession(script);
    await answer(session, typed);
    const passes = model.passes.length;
    assert.equal(await read(session, typed), 0);
    assert.equal(model.passes.length, passes);
  });

  it('stops between passes when it is called off, and keeps what it has read', async () => {
    const { session, model } = await scriptedSession(script);
    const controller = new AbortController();
    model.onPass = () => controller.abort();
    const count = await read(session, elsewhere, controller.signal);
    assert.equal(model.passes.length, 1);
    model.onPass = () => {};
    const whole = (await answer((await scriptedSession(script)).session, elsewhere)).computed;
    assert.ok(count > 0 && count < whole, `${count} of ${whole}`);
    assert.deepEqual(await answer(session, elsewhere), { text: ' = width * height;', computed: whole - count });
  });
});
