import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KvCache } from '../../../src/model/kvCache.ts';
import { tinyConfig } from '../../support/tinyModel.ts';

const config = tinyConfig('llama', { layers: 1, kvHeads: 2, headSize: 2 });
const buffers = 2 * config.layers;

/** The rows of tokens numbered `ids`, as the graph yields them: every number tells its token, buffer, head and dimension. */
function newRows(ids: readonly number[]): Float32Array {
  const { kvHeads, headSize } = config;
  const values: number[] = [];
  for (let buffer = 0; buffer < buffers; buffer++)
    for (let head = 0; head < kvHeads; head++)
      for (const id of ids) for (let i = 0; i < headSize; i++) values.push(valueAt(id, buffer, head, i));
  return Float32Array.from(values);
}

const valueAt = (id: number, buffer: number, head: number, i: number): number =>
  id * 100 + buffer * 10 + head * config.headSize + i;

/** Which tokens the cache holds, read back from every buffer and head. */
function heldIds(cache: KvCache): number[] {
  const ids = Array.from({ length: cache.length }, (_, row) => (cache.buffers[0]?.[row * config.headSize] ?? -1) / 100);
  for (const [buffer, values] of cache.buffers.entries())
    for (let head = 0; head < config.kvHeads; head++)
      for (const [row, id] of ids.entries())
        for (let i = 0; i < config.headSize; i++) {
          const value = values[(head * cache.capacity + row) * config.headSize + i];
          assert.equal(value, valueAt(id, buffer, head, i), `buffer ${buffer}, head ${head}, row ${row}`);
        }
  return ids;
}

type Step = { readonly type: 'append'; readonly rows: number } | { readonly type: 'truncate'; readonly share: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ type: fc.constant('truncate' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
  { maxLength: 25 },
);

/** Applies one step to the cache and to the plain list of what it should hold. */
function apply(cache: KvCache, list: { ids: number[]; next: number }, step: Step): void {
  if (step.type === 'append') {
    const ids = Array.from({ length: step.rows }, () => list.next++);
    if (list.ids.length + step.rows > cache.maxLength) {
      assert.throws(() => cache.append(newRows(ids), step.rows), RangeError);
      return;
    }
    cache.append(newRows(ids), step.rows);
    list.ids.push(...ids);
  } else {
    const length = Math.round(step.share * list.ids.length);
    cache.truncate(length);
    list.ids.length = length;
  }
}

describe('the KV cache', function () {
  this.timeout(60_000);

  it('holds what a plain list of rows holds after any appends and rewinds', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1500 }), (sequence, maxLength) => {
        const cache = new KvCache(config, maxLength);
        const list = { ids: [] as number[], next: 1 };
        for (const step of sequence) {
          apply(cache, list, step);
          assert.equal(cache.length, list.ids.length);
          assert.ok(cache.capacity >= cache.length && cache.capacity <= maxLength);
          assert.deepEqual(heldIds(cache), list.ids);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its buffers while the capacity lasts, and grows by no more than one step beyond the need', () => {
    const cache = new KvCache(config, 2000);
    const first = cache.buffers;
    cache.append(newRows([1, 2, 3]), 3);
    cache.truncate(1);
    cache.append(newRows([4]), 1);
    assert.equal(cache.buffers, first);
    cache.append(newRows(Array.from({ length: 600 }, (_, i) => i + 10)), 600);
    assert.notEqual(cache.buffers, first);
    assert.ok(cache.capacity < 602 + 256, `${cache.capacity}`);
  });

  it('never grows beyond the context', () => {
    const cache = new KvCache(config, 300);
    cache.append(newRows(Array.from({ length: 300 }, (_, i) => i + 1)), 300);
    assert.equal(cache.capacity, 300);
    assert.throws(() => cache.append(newRows([301]), 1), RangeError);
    assert.equal(cache.length, 300);
  });

  for (const length of [-1, 4])
    it(`refuses to truncate three tokens to ${length}`, () => {
      const cache = new KvCache(config, 300);
      cache.append(newRows([1, 2, 3]), 3);
      assert.throws(() => cache.truncate(length), RangeError);
      assert.deepEqual(heldIds(cache), [1, 2, 3]);
    });
});
