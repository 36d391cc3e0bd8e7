import assert from 'node:assert/strict';
import { AnswerCache } from '../../../src/language/answerCache.ts';

describe('remembered answers', () => {
  const waiting = new AbortController().signal;

  it('are given again, until they are old or something changed', async () => {
    const cache = new AnswerCache(10, 20);
    let asked = 0;
    const get = (): Promise<number | undefined> => cache.get('key', () => Promise.resolve(++asked), waiting);
    assert.deepEqual([await get(), await get()], [1, 1]);
    cache.clear();
    assert.deepEqual([await get(), await get()], [2, 2]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(await get(), 3);
  });

  it('are shared by those who ask at once, and given up when the last of them goes', async () => {
    const cache = new AnswerCache(10, 1000);
    const signals: AbortSignal[] = [];
    const ask = (signal: AbortSignal): Promise<undefined> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [cache.get('key', ask, first.signal), cache.get('key', ask, second.signal)];
    first.abort();
    assert.equal(await answers[0], undefined);
    assert.deepEqual([signals.length, signals[0]?.aborted], [1, false]);
    second.abort();
    assert.equal(await answers[1], undefined);
    assert.equal(signals[0]?.aborted, true);
  });

  it('are still worked on for a while where somebody may ask the same again', async () => {
    const cache = new AnswerCache(10, 1000);
    let answer = (_: string): void => {};
    let asked: AbortSignal | undefined;
    const ask = (signal: AbortSignal): Promise<string> => {
      asked = signal;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const first = new AbortController();
    const given = cache.get('key', ask, first.signal, 50);
    first.abort();
    assert.equal(await given, undefined);
    const again = cache.get('key', ask, waiting, 50);
    answer('kept');
    assert.equal(await again, 'kept');
    const second = new AbortController();
    const lost = cache.get('other', ask, second.signal, 5);
    second.abort();
    await lost;
    assert.equal(asked?.aborted, false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(asked?.aborted, true);
  });

  it('are not remembered where nothing was known', async () => {
    const cache = new AnswerCache(10, 1000);
    assert.equal(await cache.get('key', () => Promise.resolve(undefined), waiting), undefined);
    assert.equal(await cache.get('key', () => Promise.resolve(1), waiting), 1);
  });

  it('are forgotten when others are asked for more', async () => {
    const cache = new AnswerCache(2, 1000);
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key, () => Promise.resolve(key), waiting);
    const again = (key: string): Promise<string | undefined> => cache.get(key, () => Promise.resolve('new'), waiting);
    assert.deepEqual([await again('a'), await again('c'), await again('b')], ['a', 'c', 'new']);
  });
});
