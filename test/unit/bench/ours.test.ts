// The product's engine as the benches drive it: both prompts are made and answered.
import assert from 'node:assert/strict';
import type { Item } from '../../bench/items.ts';
import { openOurs } from '../../bench/ours.ts';
import type { OursEngine } from '../../bench/oursEngine.ts';
import { testCachePath } from '../../support/built.ts';
import { embeddedModelPath, embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

const item: Item = {
  id: 'area',
  path: 'area.ts',
  language: 'typescript',
  prefix: 'export function area(width: number, height: number): number {\n  ret',
  suffix: '\n}\n',
  kind: 'line',
  target: 'urn width * height;',
  maxTokens: 16,
};

describe('the engine of the benches', function () {
  this.timeout(120_000);
  let ours: OursEngine;

  before(async () => {
    ours = await openOurs({ modelPath: embeddedModelPath, cachePath: testCachePath, threads: 1 });
  });
  after(() => ours?.dispose());

  it('answers as a user would be answered', async () => {
    const { drafts } = await ours.complete(item, 'shipped');
    assert.match(drafts[0]?.text ?? '', /^urn \S/);
    const { ids, healBytes } = await ours.promptTokens(item, 'shipped');
    assert.ok(ids.length > 20);
    assert.match(new TextDecoder().decode(healBytes), /^ *ret$/);
  });

  it('answers behind a mark of the middle, which the layout of the model does without', async () => {
    const { specialId } = await embeddedTokenizer();
    const { ids, healBytes } = await ours.promptTokens(item, 'holeAtCursor');
    assert.equal(ids.at(-1), specialId('<fim_middle>'));
    assert.equal(healBytes.length, 0);
    assert.equal((await ours.complete(item, 'holeAtCursor')).outcome, 'done');
  });
});
