import assert from 'node:assert/strict';
import { cursorAfter, HeadStart, isKeystroke, type Underway } from '../../../src/extension/headStart.ts';
import type { Seen } from '../../../src/extension/resultCache.ts';

const seen = (prefix: string): Seen => ({ path: 'a.ts', language: 'typescript', prefix, suffix: '' });

describe('HeadStart', () => {
  /** Begins an answer for each prefix and tells which were given up. */
  function begun(...prefixes: string[]): { start: HeadStart<Underway<string>>; cancelled: string[] } {
    const start = new HeadStart<Underway<string>>();
    const cancelled: string[] = [];
    for (const prefix of prefixes)
      start.begin(seen(prefix), () => ({
        answer: Promise.resolve(`after ${prefix}`),
        cancel: () => cancelled.push(prefix),
      }));
    return { start, cancelled };
  }

  it('hands over what it began for the very question, once', async () => {
    const { start, cancelled } = begun('ab');
    assert.equal(await start.take(seen('ab'))?.answer, 'after ab');
    assert.equal(start.take(seen('ab')), undefined);
    assert.deepEqual(cancelled, []);
  });

  it('gives up what nobody asked for', () => {
    const { start, cancelled } = begun('a', 'ab');
    assert.deepEqual(cancelled, ['a']);
    assert.equal(start.take(seen('abc')), undefined);
    assert.deepEqual(cancelled, ['a', 'ab']);
  });
});

describe('a keystroke', () => {
  it('is a character, a pair, or Enter with its indentation', () => {
    for (const text of ['a', '(', '()', '""', '🎉', '\n', '\n    ', '\r\n\t'])
      assert.ok(isKeystroke(text), JSON.stringify(text));
    for (const text of ['', 'ab', '(]', 'a\n', '\n\n']) assert.ok(!isKeystroke(text), JSON.stringify(text));
  });

  it('moves the cursor behind what it typed', () => {
    assert.deepEqual(cursorAfter(3, 5, 'a'), { line: 3, character: 6 });
    assert.deepEqual(cursorAfter(3, 5, '🎉'), { line: 3, character: 7 });
    assert.deepEqual(cursorAfter(3, 5, '()'), { line: 3, character: 6 });
    assert.deepEqual(cursorAfter(3, 5, '\r\n    '), { line: 4, character: 4 });
  });
});
