// Requests ahead of need: what they find is what the document's own request would, and the next keystroke pays nothing for them.
import assert from 'node:assert/strict';
import type { Session } from '../../../src/engine/session.ts';
import { anchoredSession, ask, requestFor, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';
import { scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';

const script = says({ 'const sum': ' = left + right;\n', 'right;\n  ': 'return sum;\n', 'const sun': ' = 1;\n' });
const above = 'function f(left: number, right: number) {\n';
const typed = `${above}  const sum‸\n}\n`;
const accepted = `${above}  const sum = left + right;\n  ‸\n}\n`;

/** Text of the draft, and how many tokens of the prompt were computed for it. */
async function answer(session: Session, source: string, ahead = false): Promise<{ text?: string; computed: number }> {
  const outcome = await ask(session, requestFor(source, { ahead }));
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  const { promptTokens, reusedTokens } = outcome.counters;
  return { ...(outcome.drafts[0] && { text: outcome.drafts[0].text }), computed: promptTokens - reusedTokens };
}

describe('a request ahead of need', () => {
  it('is answered as it is once the document has the text', async () => {
    const prepared = (await scriptedSession(script)).session;
    await answer(prepared, typed);
    const ahead = await answer(prepared, accepted, true);
    const plain = (await scriptedSession(script)).session;
    await answer(plain, typed);
    assert.equal(ahead.text, 'return sum;');
    assert.deepEqual(ahead, await answer(plain, accepted));
  });

  for (const [name, open] of [
    ['the suffix first', () => scriptedSession(script)],
    ['an anchor', () => anchoredSession(script)],
  ] as const)
    it(`costs the next keystroke nothing, accepted or not: prompts with ${name}`, async () => {
      const { session } = await open();
      await answer(session, typed);
      const { anchor } = session;
      await answer(session, accepted, true);
      assert.equal(session.anchor, anchor);
      const dismissed = await answer(session, typed.replace('sum‸', 'sun‸'));
      assert.ok(dismissed.computed <= 2, `${dismissed.computed} tokens were computed again`);
      await answer(session, typed);
      await answer(session, accepted, true);
      const typedOn = await answer(session, accepted.replace('‸', 'r‸'));
      assert.ok(typedOn.computed <= 2, `${typedOn.computed} tokens were computed again`);
    });

  it('leaves the cache good when it is called off', async () => {
    const { session, model } = await scriptedSession(script);
    await answer(session, typed);
    const controller = new AbortController();
    const passes = model.passes.length;
    model.onPass = () => {
      if (model.passes.length === passes + 1) controller.abort();
    };
    const ahead = ask(session, requestFor(accepted, { ahead: true }), controller.signal);
    assert.deepEqual(await ahead, { outcome: 'cancelled' });
    const next = await answer(session, typed.replace('sum‸', 'sun‸'));
    assert.ok(next.computed <= 2, `${next.computed} tokens were computed again`);
    assert.equal(next.text, ' = 1;');
  });

  it('is declined where it would cost the cache what the document needs', async () => {
    const { session, model } = await scriptedSession(script);
    await answer(session, `${typed}const other = 1;\n`);
    const passes = model.passes.length;
    const ahead = await ask(session, requestFor(accepted, { ahead: true }));
    assert.deepEqual(ahead, { outcome: 'cancelled' });
    assert.equal(model.passes.length, passes);
  });

  it('is declined where the anchor would move away from a text below', async () => {
    const { session } = await anchoredSession(script);
    const place = `${typed}${'function g() {}\n'.repeat(4)}`;
    await answer(session, place);
    const near = place.replace('‸', ' = 1;\n  ‸');
    const far = place.replace('‸', `${' = 1;\n'.repeat(9)}  ‸`);
    const outcomeOf = async (source: string) => (await ask(session, requestFor(source, { ahead: true }))).outcome;
    assert.equal(await outcomeOf(near), 'done');
    assert.equal(await outcomeOf(far), 'cancelled');
  });

  it('leaves the cache good when what passes cost is measured behind it', async () => {
    const { session } = await scriptedSession(script);
    await answer(session, typed);
    const { length } = session.model.cache;
    await session.runner.measureAgain(new AbortController().signal);
    assert.equal(session.model.cache.length, length);
    assert.ok(session.runner.cost.isKnown);
    assert.equal((await answer(session, typed)).computed, 1);
  });

  it('asks for names at no cursor of the editor', async () => {
    const oracle = scriptedOracle({ names: { 'left.': ['size'] } });
    const { session } = await scriptedSession(says({ 'left.': 'size;\n' }), oracle);
    const place = requestFor(`${above}  return left.‸\n}\n`, { document: somewhere });
    await ask(session, place);
    await ask(session, { ...place, ahead: true });
    const [typedAlong, ahead] = [oracle.places.at(0), oracle.places.at(-1)];
    assert.equal(typedAlong?.before, ahead?.before);
    assert.ok(typedAlong!.typed >= 0 && ahead!.typed < 0);
  });

  it('teaches the session nothing of a text that is in no document', async () => {
    const { session } = await scriptedSession(script);
    await answer(session, typed);
    const learnt: string[] = [];
    session.speculation.learnDocument = async ({ before }) => void learnt.push(before);
    await answer(session, accepted, true);
    assert.deepEqual(learnt, []);
  });
});
