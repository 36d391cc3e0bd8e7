import assert from 'node:assert/strict';
import type { Oracle, Place } from '../../../src/language/oracle.ts';
import { DelayedOracle } from '../../bench/monitor/delayedOracle.ts';

const place: Place = {
  document: { uri: 'file:///main.ts', folders: [], isTrusted: true },
  language: 'typescript',
  before: 'shape.',
  after: '',
  isWhole: true,
  typed: 0,
};

/** Gives another answer at each question. */
function counting(): { readonly oracle: Oracle; readonly asked: () => number } {
  let asked = 0;
  const oracle: Oracle = {
    knows: () => true,
    hasAnswered: () => true,
    names: async () => {
      asked += 1;
      return { names: [{ text: `name${asked}`, kind: 0, detail: undefined, importedFrom: undefined }], isClosed: true };
    },
    call: async () => {
      asked += 1;
      return { signatures: [], argument: asked };
    },
    importOf: async () => undefined,
    dispose: () => {},
  };
  return { oracle, asked: () => asked };
}

describe('an oracle that answers late', () => {
  const signal = new AbortController().signal;

  it('gives the same answer to the same question, at once or later', async () => {
    const { oracle, asked } = counting();
    const delayed = new DelayedOracle(oracle);
    const first = await delayed.names(place, 'member', signal);
    delayed.delayMs = 5;
    assert.deepEqual(await delayed.names(place, 'member', signal), first);
    assert.equal(asked(), 1);
    assert.notDeepEqual(await delayed.names({ ...place, before: 'shape?.' }, 'member', signal), first);
    assert.notDeepEqual(await delayed.names(place, 'scope', signal), first);
    assert.deepEqual(await delayed.call(place, signal), await delayed.call(place, signal));
  });

  it('knows nothing once nobody waits', async () => {
    const delayed = new DelayedOracle(counting().oracle);
    delayed.delayMs = Number.POSITIVE_INFINITY;
    const waiting = new AbortController();
    const answer = delayed.names(place, 'member', waiting.signal);
    waiting.abort();
    assert.equal(await answer, undefined);
    assert.equal(await delayed.names(place, 'member', waiting.signal), undefined);
  });

  it('answers those who still wait when another has given up', async () => {
    const delayed = new DelayedOracle(counting().oracle);
    delayed.delayMs = 5;
    const waiting = new AbortController();
    const given = delayed.names(place, 'member', waiting.signal);
    const kept = delayed.names(place, 'member', signal);
    waiting.abort();
    assert.equal(await given, undefined);
    assert.equal((await kept)?.names.length, 1);
  });
});
