// The cache is brought to texts a pass after another; the last may ask about more.
import assert from 'node:assert/strict';
import { chainOf } from '../../../src/draft/drafter.ts';
import { Cancelled, ModelRunner } from '../../../src/engine/modelRunner.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';
import { says, scriptedModel } from '../../support/scriptedModel.ts';

const { signal } = new AbortController();

describe('a model runner', () => {
  let tokenizer: Tokenizer;
  let text: readonly number[];

  before(async () => {
    tokenizer = await embeddedTokenizer();
    text = tokenizer.encode('let total = 0;\n'.repeat(40));
  });

  const runner = () => {
    const model = scriptedModel(tokenizer, says({ 'let ': 'total = 0;\n' }));
    return { model, runner: new ModelRunner(model) };
  };

  it('leaves one pass to a text, which asks about what is proposed, too', async () => {
    const { model, runner: it } = runner();
    const rows = await it.approach(text, signal);
    assert.ok(rows > 0 && rows < text.length);
    assert.equal(model.cache.length, text.length - rows);
    const before = model.passes.length;
    const proposed = chainOf(tokenizer.encode('let'));
    const answers = await it.verify(text, proposed, signal);
    assert.deepEqual(model.passes.slice(before), [rows + proposed.length]);
    assert.equal(answers.length, 1 + proposed.length);
    assert.equal(it.reusable([...text, ...tokenizer.encode('let'), 1]), text.length + proposed.length);
    assert.deepEqual(answers[0], await it.prefill(text, signal, false));
  });

  it('asks about texts beside each other in the same pass, and keeps the first of them', async () => {
    const { model, runner: it } = runner();
    const [first, second, other] = [10, 11, 12];
    const tree = [
      { token: first, parent: -1 },
      { token: second, parent: 0 },
      { token: other, parent: -1 },
      { token: first, parent: 2 },
    ];
    const prompt = text.slice(0, 8);
    const answers = await it.verify(prompt, tree, signal);
    assert.deepEqual(model.passes, [prompt.length + tree.length]);
    assert.equal(model.cache.length, prompt.length + 2);
    assert.equal(it.reusable([...prompt, first, second, 1]), prompt.length + 2);
    for (const [row, said] of [[], [first], [first, second], [other], [other, first]].entries())
      assert.deepEqual(answers[row], await it.prefill([...prompt, ...said], signal, false), String(said));
  });

  it('stops before a pass when it is cancelled, and goes on from there', async () => {
    const { model, runner: it } = runner();
    const controller = new AbortController();
    model.onPass = () => controller.abort();
    await assert.rejects(it.approach(text, controller.signal), Cancelled);
    model.onPass = () => {};
    assert.equal(model.passes.length, 1);
    const rows = await it.approach(text, signal);
    await assert.rejects(it.verify(text, chainOf([1]), controller.signal), Cancelled);
    assert.equal(model.cache.length, text.length - rows);
    assert.equal(it.reusable(text), text.length - rows);
  });

  it('learns what rows cost from passes that ask about all of theirs', async () => {
    const { runner: it } = runner();
    await it.verify(text.slice(0, 5), chainOf([1]), signal);
    await it.verify(text.slice(0, 6), chainOf([1]), signal, true);
    assert.equal(it.cost.rowMs, undefined);
    await it.verify(text.slice(0, 7), chainOf([1, 2]), signal);
    assert.ok(it.cost.rowMs !== undefined);
  });
});
