// Texts beside each other in the cache: what the model says of each is what it says of that text alone.
import assert from 'node:assert/strict';
import { chainOf } from '../../../src/draft/drafter.ts';
import { Branches } from '../../../src/engine/branches.ts';
import { LogitsNode } from '../../../src/engine/logitsTree.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { RowLogits } from '../../../src/model/model.ts';
import { ask, requestFor } from '../../support/check.ts';
import { embeddedSession } from '../../support/embeddedSession.ts';

const { signal } = new AbortController();

describe('branches with the embedded model', function () {
  this.timeout(120_000);
  let session: Session;

  before(async () => {
    session = await embeddedSession();
  });
  after(() => session.runner.close());

  const encode = (text: string): readonly number[] => session.tokenizer.encode(text);

  /** The place behind a text. */
  const at = (root: LogitsNode, text: string): LogitsNode =>
    encode(text).reduce((node, token) => node.child(token), root);

  /** Products in 8 bits make much of last bits, which strangers in the cache change. */
  const tolerance = 0.5;

  function assertClose(actual: RowLogits | undefined, expected: RowLogits): void {
    assert.ok(actual !== undefined);
    assert.equal(actual.topIds[0], expected.topIds[0]);
    for (const [i, logit] of actual.topLogits.slice(0, 8).entries())
      assert.ok(Math.abs(logit - expected.topLogits[i]!) < tolerance, `${logit} and not ${expected.topLogits[i]}`);
  }

  it('are asked about as if each were alone, pass after pass', async () => {
    const prompt = encode('function area(width: number, height: number) {\n  return');
    const main = ' width * height;\n}\n';
    const root = new LogitsNode([], await session.runner.prefill(prompt, signal, false));
    await session.runner.prefill([...prompt, ...encode(main)], signal, false);
    const branches = new Branches(session, prompt, root, encode(main), signal);
    const ask = (texts: readonly (readonly [string, string])[]): Promise<number> =>
      branches.ask(
        texts.map(([text, more]) => ({ node: at(root, text), all: false, proposals: chainOf(encode(more)) })),
      );
    await ask([
      [' width +', ' height;'],
      [' Math', '.max(width'],
    ]);
    const rows = await ask([
      [' width + height', ''],
      [' Math.max(width', ', height)'],
      [' width * two', ';'],
    ]);
    // a row for each place and each token before or behind it that was not there
    assert.equal(rows, 7);
    await branches.ask([{ node: at(root, ' Math.max'), all: true, proposals: [] }]);
    assert.equal(at(root, ' Math.max').logits?.logits?.length, session.model.config.vocabulary);
    const texts = [
      ' width +',
      ' width + height',
      ' Math.max(',
      ' Math.max(width, height',
      ' width * two;',
      ' Math.max',
    ];
    const found = texts.map((text) => at(root, text).logits);
    branches.close();
    assert.equal(session.model.cache.length, session.runner.reusable([...prompt, ...encode(main), 0]));
    for (const [i, text] of texts.entries())
      assertClose(found[i], await session.runner.prefill([...prompt, ...encode(text)], signal, false));
  });

  it('leave the first draft and the cache as they are without them', async () => {
    const sources = [
      'export class Shape {\n  constructor(readonly width: number, readonly height: number) {}\n\n  area() {\n    ‸\n  }\n}\n',
      'const names = ["a", "b"];\nfor (const name of names) {\n  con‸\n}\n',
      'function total(items: { price: number; count: number }[]) {\n  let sum = 0;\n  for (const item of items) {\n    sum += item.‸\n  }\n  return sum;\n}\n',
    ];
    for (const source of sources) {
      const alone = await ask(session, requestFor(source));
      const together = await ask(session, requestFor(source, { drafts: 3 }));
      const after = await ask(session, requestFor(source));
      assert.ok(alone.outcome === 'done' && together.outcome === 'done' && after.outcome === 'done');
      assert.deepEqual(together.drafts.slice(0, 1), alone.drafts);
      assert.deepEqual(after.drafts, alone.drafts);
      assert.ok(together.drafts.length > 1, JSON.stringify(together.drafts));
    }
  });
});
