// Several drafts of a place: each means something else, the model itself says every token, and the first is what it is alone.
import assert from 'node:assert/strict';
import { complete } from '../../../src/engine/complete.ts';
import type { Session } from '../../../src/engine/session.ts';
import { Speculation } from '../../../src/engine/speculation.ts';
import type { CompletionRequest, Outcome } from '../../../src/protocol/messages.ts';
import { CheapRows } from '../../support/cheapRows.ts';
import { ask, cut, requestFor, scriptedSession } from '../../support/check.ts';
import { type Script, says } from '../../support/scriptedModel.ts';

type Done = Extract<Outcome, { outcome: 'done' }>;

async function done(session: Session, request: CompletionRequest): Promise<Done> {
  const outcome = await ask(session, request);
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  return outcome;
}

const textsOf = ({ drafts }: Done): string[] => drafts.map(({ text }) => text);

/** The drafts at the ‸ of a source, where a model says what a script says. */
async function drafts(script: Script, source: string, changes: Partial<CompletionRequest> = {}): Promise<string[]> {
  const { session } = await scriptedSession(script);
  return textsOf(await done(session, requestFor(source, { drafts: 3, ...changes })));
}

const sums = says({ 'const sum': [' = a + b;\n', ' = sum(a, b);\n', ' = total;\n'] });

describe('several drafts', () => {
  it('are what the model says first, and what it could have said', async () => {
    assert.deepEqual(await drafts(sums, 'const sum =‸\n'), [' a + b;', ' sum(a, b);', ' total;']);
    assert.deepEqual(await drafts(sums, 'const sum =‸\n', { drafts: 2 }), [' a + b;', ' sum(a, b);']);
    assert.deepEqual(await drafts(sums, 'const sum =‸\n', { drafts: 1 }), [' a + b;']);
  });

  it('part wherever the first could have gone another way', async () => {
    const model = says({ return: [' left.price + right.price;\n', ' left.price * right.count;\n', ' left.name;\n'] });
    const source = 'function f(left: Item, right: Item) {\n  return ‸\n}\n';
    assert.deepEqual(await drafts(model, source), [
      'left.price + right.price;',
      'left.name;',
      'left.price * right.count;',
    ]);
  });

  it('part where they call or name something else, rather than further on', async () => {
    const rest = 'first, second, third, fourth, fifth, sixth);\n';
    const calls = [' = f(a, b, c);\n', ` = f(g, ${rest}`, ` = f(a, e, ${rest}`, ` = f(a, b, ${rest}`];
    assert.deepEqual(await drafts(says({ 'const sum': [...calls, ' = h;\n'] }), 'const sum =‸\n'), [
      ' f(a, b, c);',
      ' h;',
      ` f(g, ${rest.trimEnd()}`,
    ]);
  });

  it('are ordered by how sure their tokens are where they are blocks', async () => {
    const long = 'send(first);\n  send(second);\n';
    const model = says({
      '() {\n': ['  start();\n}\n', '  wait(first, second);\n}\n', `  ${long}}\n`],
    });
    const source = 'function f() {\n  ‸\n}\n';
    assert.deepEqual(await drafts(model, source, { drafts: 4, multiline: 'block' }), [
      'start();',
      long.trimEnd(),
      'wait(first, second);',
    ]);
  });

  it('are not shown where they are improbable blocks', async () => {
    const model = says({ '() {\n': ['  start();\n}\n', '  a();\n}\n', '  b();\n}\n', '  null\n}\n'] });
    const source = 'function f() {\n  ‸\n}\n';
    assert.deepEqual(await drafts(model, source, { drafts: 4, multiline: 'block' }), ['start();', 'a();']);
    assert.deepEqual(await drafts(model, source, { drafts: 4, multiline: 'line' }), [
      'start();',
      'a();',
      'b();',
      'null',
    ]);
  });

  it('mean something else each: none only goes on, is laid out or quoted otherwise', async () => {
    const quotes = says({ 'import a': [' from "a";\n', " from 'a';\n", ' from `a`;\n'] });
    assert.deepEqual(await drafts(quotes, 'import a from‸\n'), [' "a";']);
    const blanks = says({ 'x = f': ['(a, b);\n', '(a,b);\n', '(a , b)\n'] });
    assert.deepEqual(await drafts(blanks, 'x = f(‸\n'), ['a, b);']);
    const longer = says({ 'const sum': [' = one;\n', ' = one.two;\n', ' = one\n'] });
    assert.deepEqual(await drafts(longer, 'const sum =‸\n'), [' one;', ' one.two;']);
  });

  it('all follow the grammar', async () => {
    const model = says({ 'const sum': [' = one;\n', ' = );\n', ' = }two;\n', ' = three;\n'] });
    assert.deepEqual(await drafts(model, 'const sum =‸\n'), [' one;', ' three;']);
  });

  it('are none but the first where nothing else is probable', async () => {
    assert.deepEqual(await drafts(says({ 'const sum': ' = a + b;\n' }), 'const sum =‸\n'), [' a + b;']);
  });

  it('are none where there is no first', async () => {
    assert.deepEqual(await drafts(says({ 'const sum': [' =', ' = a;\n'] }), 'const sum =‸\n'), []);
  });

  it('begin with what was typed of a word', async () => {
    const model = says({ '  return': [' total;\n', ' totals.length;\n', ' other;\n'] });
    assert.deepEqual(await drafts(model, 'function f() {\n  return tot‸\n}\n'), ['al;', 'als.length;']);
  });

  it('are decoded together, the model asked about none of their common tokens twice', async () => {
    const script = says({ 'const sum': [' = one(a, b);\n', ' = two(a, b);\n', ' = three(a, b);\n'] });
    const { session, model } = await scriptedSession(script);
    const { counters } = await done(session, requestFor('const sum =‸\n', { speculate: false }));
    const alone = counters.passes;
    const { counters: all } = await done(session, requestFor('const sum =‸\n', { drafts: 3, speculate: false }));
    assert.ok(all.passes <= 2 * alone, `${all.passes} passes for three, ${alone} for one`);
    assert.equal(model.passes.slice(-1)[0], 2);
  });

  it('leave the cache what it is without them', async () => {
    const reused: number[] = [];
    for (const drafts of [1, 3]) {
      const { session, model } = await scriptedSession(sums);
      await done(session, requestFor('sum(a, b);\nconst sum =‸\n', { drafts }));
      const { length } = model.cache;
      const next = await done(session, requestFor('sum(a, b);\nconst sum = a‸\n'));
      reused.push(length, next.counters.reusedTokens);
    }
    assert.deepEqual(reused.slice(2), reused.slice(0, 2));
  });

  it('are learnt from: what one says is proposed for the next', async () => {
    const script = says({ 'const sum': [' = one(first, second, third);\n', ' = two(first, second, third);\n'] });
    const { session } = await scriptedSession(script);
    session.speculation = new Speculation(session.tokenizer, session.model.config.vocabulary, new CheapRows());
    session.speculation.sources = new Set(['guide']);
    const quick = await done(session, requestFor('const sum =‸\n', { drafts: 2 }));
    assert.deepEqual(textsOf(quick), [' one(first, second, third);', ' two(first, second, third);']);
    const { proposed, accepted } = quick.counters.proposals.guide!;
    assert.ok(accepted >= 4 && accepted <= proposed, `${accepted} of ${proposed}`);
  });

  it('are the same whatever is proposed', async () => {
    const script = says({ 'const sum': [' = one(a, b);\n', ' = two(b, a);\n', ' = one(a).two;\n'] });
    const { session } = await scriptedSession(script);
    const request = requestFor('const y = one(a, b);\nconst sum =‸\n', { drafts: 3 });
    const plain = await done(session, { ...request, speculate: false });
    session.speculation = new Speculation(session.tokenizer, session.model.config.vocabulary, new CheapRows());
    await session.speculation.learnDocument({ key: 'other', before: request.prefix, after: '' });
    const quick = await done(session, request);
    assert.deepEqual(textsOf(quick), textsOf(plain));
    assert.ok(quick.counters.passes < plain.counters.passes);
  });

  it('are the same where superposed decoding guesses at them, and were known before they were decoded', async () => {
    const script = says({ 'const sum': [' = one(a, b);\n', ' = two(b, a);\n', ' = one(a).two;\n'] });
    const source = 'const sum =‸\n';
    const { session } = await scriptedSession(script);
    const plain = await done(session, requestFor(source, { drafts: 3, superpose: false }));
    const { session: other, model } = await scriptedSession(script);
    const guessed = await done(other, requestFor(source, { drafts: 3, superpose: true }));
    assert.deepEqual(textsOf(guessed), textsOf(plain));
    assert.ok(Math.max(...model.passes.slice(1)) > 3);
    assert.equal(guessed.counters.rows > plain.counters.rows, true);
  });

  describe('come after the first', () => {
    it('which is told as soon as it is there', async () => {
      const { session, model } = await scriptedSession(sums);
      const firsts: { readonly outcome: Outcome; readonly passes: number }[] = [];
      const onFirst = (outcome: Outcome): void => void firsts.push({ outcome, passes: model.passes.length });
      const request = requestFor('const sum =‸\n', { drafts: 3 });
      const outcome = await complete(session, request, { signal: new AbortController().signal, onFirst });
      assert.ok(outcome.outcome === 'done');
      assert.equal(firsts.length, 1);
      const [{ outcome: first, passes }] = firsts as [(typeof firsts)[0]];
      assert.ok(first.outcome === 'done');
      assert.deepEqual(first.drafts, outcome.drafts.slice(0, 1));
      assert.ok(passes < model.passes.length);
      assert.ok(outcome.timings.firstDraftMs < outcome.timings.totalMs);
    });

    it('which stays when they are given up, and so does the cache', async () => {
      const { session, model } = await scriptedSession(sums);
      const controller = new AbortController();
      const told: Outcome[] = [];
      const onFirst = (outcome: Outcome): void => {
        told.push(outcome);
        const { length } = model.passes;
        model.onPass = () => {
          if (model.passes.length === length + 1) controller.abort();
        };
      };
      const request = requestFor('const sum =‸\n', { drafts: 3 });
      const outcome = await complete(session, request, { signal: controller.signal, onFirst });
      assert.deepEqual(outcome, { outcome: 'cancelled' });
      assert.equal(told.length, 1);
      model.onPass = () => {};
      const again = await done(session, requestFor('const sum =‸\n', { drafts: 3 }));
      assert.deepEqual(textsOf(again), [' a + b;', ' sum(a, b);', ' total;']);
    });
  });

  it('are vouched for', async () => {
    const { session } = await scriptedSession(says({ 'const sum': [' = one(a, b, c);\n', ' = two;\n'] }));
    const { prefix, suffix } = cut('const y = one(a, b, c);\nconst sum =‸\n');
    await session.speculation.learnDocument({ key: 'other', before: prefix, after: suffix });
    const { drafts: all } = await done(session, requestFor(`${prefix}‸${suffix}`, { drafts: 2 }));
    assert.deepEqual(
      all.map(({ vouchers }) => vouchers),
      [['syntax', 'seen'], ['syntax']],
    );
    const free = await done(session, requestFor(`${prefix}‸${suffix}`, { drafts: 2, grammar: false }));
    assert.deepEqual(free.drafts[1]?.vouchers, []);
  });
});
