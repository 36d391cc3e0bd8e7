// The whole flow on a scripted model: what a user sees for what a model says.
import assert from 'node:assert/strict';
import { ask, requestFor, screen, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';

describe('complete', () => {
  it('completes the rest of a line and stops there', async () => {
    const model = says({ 'const sum =': ' a + b;\nconst more = 1;\n' });
    assert.equal(await screen(model, 'const sum =‸\n'), 'const sum =[ a + b;]\n');
  });

  it('continues the characters of a half-typed word, not its tokens', async () => {
    const model = says({ '  ': 'return total;\n' });
    assert.equal(await screen(model, 'function f() {\n  retu‸\n}\n'), 'function f() {\n  retu[rn total;]\n}\n');
  });

  it('continues punctuation that one token spells with what follows', async () => {
    const model = says({ items: '.map((item) => item.name);\n' });
    assert.equal(await screen(model, 'items.‸\n'), 'items.[map((item) => item.name);]\n');
  });

  it('continues after a character of several bytes', async () => {
    const model = says({ 'const größe': ' = 3;\n' });
    assert.equal(await screen(model, 'const größe‸\n'), 'const größe[ = 3;]\n');
  });

  it('does not repeat a byte order mark in the middle of a file', async () => {
    const model = says({ 'const a =': '\uFEFF 1;\n' });
    assert.equal(await screen(model, 'const a =\uFEFF‸\n'), 'const a =\uFEFF[ 1;]\n');
  });

  it('does not take a marker typed by the user for the marker', async () => {
    const model = says({ 'const tag = "': '<fim_suffix>";\n' });
    assert.equal(await screen(model, 'const tag = "<‸\n'), 'const tag = "<[fim_suffix>";]\n');
  });

  it('keeps the indentation that is typed', async () => {
    const model = says({ '{\n': '    return 1;\n}\n' });
    assert.equal(await screen(model, 'function f() {\n    ‸\n}\n'), 'function f() {\n    [return 1;]\n}\n');
  });

  it('does not repeat closing brackets the editor has typed', async () => {
    const model = says({ 'print(': 'a, b)\n' });
    assert.equal(await screen(model, 'print(‸)\n'), 'print([a, b])\n');
  });

  it('ends where the model would close what is not open', async () => {
    const model = says({ 'f(b(': 'a)));\n', 'x = [': '1]]\n' });
    assert.equal(await screen(model, 'f(b(‸));\n'), 'f(b([a]));\n');
    assert.equal(await screen(model, 'const x = [‸]\n'), 'const x = [[1]]\n');
  });

  it('replaces closing brackets where the completion goes on after them', async () => {
    const model = says({ 'print(': 'a, b);\n' });
    assert.equal(await screen(model, 'print(‸)\n'), 'print([a, b);]~)~\n');
  });

  it('says nothing of a line in which the model goes round in circles, and what comes before it', async () => {
    const model = says({ 'f(': 'item, '.repeat(40), '{\n  ': `a();\n  b(${'0, '.repeat(40)}` });
    assert.equal(await screen(model, 'f(‸\n'), 'f(‸\n');
    assert.equal(await screen(model, 'function g() {\n  ‸\n}\n'), 'function g() {\n  [a();]\n}\n');
    const { session } = await scriptedSession(model);
    const outcome = await ask(session, requestFor('f(‸\n', { speculate: false }));
    assert.ok(outcome.outcome === 'done' && outcome.drafts.length === 0);
    assert.ok(outcome.counters.passes < 40, `${outcome.counters.passes} passes`);
  });

  it('stops a block where it begins to reproduce the text after the cursor', async () => {
    const model = says({ '{\n  ': 'a();\n  b();\n  rest();\n}\n' });
    assert.equal(
      await screen(model, 'function f() {\n  ‸\n  rest();\n}\n'),
      'function f() {\n  [a();\n  b();]\n  rest();\n}\n',
    );
  });

  it('leaves out a last line that the document goes on with, though the model ends there', async () => {
    const model = says({ '{\n  ': 'a();\n}' });
    assert.equal(await screen(model, 'function f() {\n  ‸\n}\n'), 'function f() {\n  [a();]\n}\n');
  });

  it('closes a block it opened and stops', async () => {
    const model = says({ 'function f() {': '\n  return 1;\n}\n\nfunction g() {}\n' });
    assert.equal(await screen(model, 'function f() {‸'), 'function f() {[\n  return 1;\n}]');
  });

  it('ends a Python block at the dedent', async () => {
    const model = says({ 'def f(x):': '\n    y = x + 1\n    return y\ndef g():\n    pass\n' });
    assert.equal(
      await screen(model, 'def f(x):‸\n', { language: 'python', path: 'a.py' }),
      'def f(x):[\n    y = x + 1\n    return y]\n',
    );
  });

  it('shows nothing where the model has nothing to say', async () => {
    assert.equal(await screen(says({}), 'const a = 1;‸\n'), 'const a = 1;‸\n');
  });

  it('shows nothing where the next line says it already', async () => {
    const model = says({ '{\n  ': 'return total;\n' });
    assert.equal(await screen(model, 'f() {\n  ‸\n  return total;\n}\n'), 'f() {\n  ‸\n  return total;\n}\n');
  });

  it('gives line ends back as the document has them', async () => {
    const model = says({ 'function f() {': '\n  return 1;\n}\n' });
    assert.equal(
      await screen(model, 'let a;\r\nfunction f() {‸\r\n'),
      'let a;\r\nfunction f() {[\r\n  return 1;\r\n}]\r\n',
    );
  });

  it('takes an empty file, a byte order mark, lone surrogates and emoji', async () => {
    const model = says({ 'x =': ' 1;\n' });
    assert.equal(await screen(model, '‸'), '‸');
    assert.equal(await screen(model, '\uFEFFx =‸\n'), '\uFEFFx =[ 1;]\n');
    assert.equal(await screen(model, '// \uD800 🎉\nx =‸\n// \uDC00'), '// \uD800 🎉\nx =[ 1;]\n// \uDC00');
  });

  it('honours the token cap', async () => {
    const { session } = await scriptedSession(says({ 'x =': ' one + two + three + four;\n' }));
    const outcome = await ask(session, requestFor('x =‸\n', { maxTokens: 3 }));
    assert.ok(outcome.outcome === 'done');
    assert.equal(outcome.counters.emitted, 3);
  });

  it('computes only what a keystroke adds', async () => {
    const { session, model } = await scriptedSession(says({ 'const sum': ' = left + right;\n' }));
    const before = 'function f(left: number, right: number) {\n  const sum';
    await ask(session, requestFor(`${before}‸\n}\n`));
    const prefillPasses = model.passes.length;
    const typed = await ask(session, requestFor(`${before} =‸\n}\n`));
    assert.ok(typed.outcome === 'done');
    assert.equal(typed.drafts[0]?.text, ' left + right;');
    const { promptTokens, reusedTokens } = typed.counters;
    assert.ok(promptTokens - reusedTokens <= 2, `${promptTokens - reusedTokens} tokens were computed again`);
    assert.ok(model.passes[prefillPasses]! <= 2);
  });

  it('stops between passes when cancelled, and answers the next request as if nothing had been', async () => {
    const script = says({ 'const sum =': ' a + b + c;\n' });
    const { session, model } = await scriptedSession(script);
    const controller = new AbortController();
    model.onPass = () => {
      if (model.passes.length === 2) controller.abort();
    };
    assert.deepEqual(await ask(session, requestFor('const sum =‸\n'), controller.signal), { outcome: 'cancelled' });
    assert.equal(model.passes.length, 3);
    const again = await ask(session, requestFor('const sum =‸\n'));
    assert.ok(again.outcome === 'done');
    assert.equal(again.drafts[0]?.text, ' a + b + c;');
  });

  it('answers a failing model with its reason', async () => {
    const { session, model } = await scriptedSession(says({}));
    model.onPass = () => {
      throw new Error('the device was lost');
    };
    assert.deepEqual(await ask(session, requestFor('x =‸\n')), { outcome: 'failed', reason: 'the device was lost' });
  });
});
