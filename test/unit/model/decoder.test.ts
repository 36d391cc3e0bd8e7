import assert from 'node:assert/strict';
import type { Decoder } from '../../../src/model/decoder.ts';
import { type RowLogits, topCount } from '../../../src/model/model.ts';
import { logSumExp, plainInputs, referenceForward } from '../../support/referenceDecoder.ts';
import { largestError, openTinyDecoder, randomTokens, rowOf, type TinyDecoder } from '../../support/tinyDecoder.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from '../../support/tinyModel.ts';

const vocabulary = 1003;
/** What sums of floats in another order may differ by at logits of about this size. */
const tolerance = 1e-5;

const logitsAt = (out: RowLogits, row: number): Float32Array => rowOf(out.logits, row, vocabulary);

/** Logits of each token fed one by one after what the cache holds. */
async function oneByOne(decoder: Decoder, tokens: readonly number[]): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const token of tokens)
    rows.push(logitsAt(await decoder.forward({ tokens: [token], fetch: { logits: true } }), 0));
  return rows;
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, limit = tolerance): void {
  const error = largestError(actual, expected);
  assert.ok(error <= limit, `off by ${error}`);
}

/** The places of the highest values, the higher first. */
const sortedIds = (logits: Float32Array): number[] =>
  Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);

describe('the decoder', function () {
  this.timeout(60_000);

  let tiny: TinyDecoder;
  let decoder: Decoder;
  const tokens = randomTokens(600, vocabulary, 11);
  before(async () => {
    const config = tinyConfig('qwen2', { vocabulary, contextTokens: 1024 });
    tiny = await openTinyDecoder((path) => writeTinyGguf(path, tinyModel(config)), { maxTokens: 640 });
    decoder = tiny.decoder;
  });
  after(() => tiny.close());
  beforeEach(() => decoder.cache.truncate(0));

  describe('over a chain', () => {
    it('gives the same logits in chunks as at once, across the growth of the cache', async () => {
      const whole = await decoder.forward({ tokens, fetch: { logits: true } });
      assert.equal(decoder.cache.length, tokens.length);
      for (const size of [1, 7, 64, 255, 256, 257]) {
        decoder.cache.truncate(0);
        for (let start = 0; start < tokens.length; start += size) {
          const chunk = tokens.slice(start, start + size);
          const out = await decoder.forward({ tokens: chunk, fetch: { logits: true } });
          assert.equal(out.logSumExp.length, chunk.length);
          assertClose(out.logits!, whole.logits!.subarray(start * vocabulary, (start + chunk.length) * vocabulary));
        }
      }
    });

    it('gives the same logits after a rewind as without what was forgotten', async () => {
      const [kept, forgotten, next] = [tokens.slice(0, 250), tokens.slice(250, 300), tokens.slice(300, 320)];
      await decoder.forward({ tokens: kept, wanted: [] });
      const expected = await decoder.forward({ tokens: next, fetch: { logits: true } });
      decoder.cache.truncate(0);
      await decoder.forward({ tokens: [...kept, ...forgotten], wanted: [] });
      decoder.cache.truncate(kept.length);
      const actual = await decoder.forward({ tokens: next, fetch: { logits: true } });
      assertClose(actual.logits!, expected.logits!);
    });
  });

  describe('over a tree', () => {
    // two roots; a path of four, branches at every depth
    const parents = [-1, -1, 0, 0, 1, 2, 2, 5, 4];
    const nodes = tokens.slice(100, 100 + parents.length);
    const parentsAfter = (past: number): number[] => parents.map((parent) => past + parent);
    const pathTo = (row: number): number[] => (row < 0 ? [] : [...pathTo(parents[row]!), row]);

    for (const past of [0, 1, 40, 253])
      it(`gives every node after ${past} tokens the logits it has at the end of its path`, async () => {
        if (past > 0) await decoder.forward({ tokens: tokens.slice(0, past), wanted: [] });
        const tree = await decoder.forward({ tokens: nodes, parents: parentsAfter(past), fetch: { logits: true } });
        for (const row of parents.keys()) {
          decoder.cache.truncate(past);
          const chain = await oneByOne(
            decoder,
            pathTo(row).map((node) => nodes[node]!),
          );
          assertClose(logitsAt(tree, row), chain[chain.length - 1]!);
        }
      });

    for (const leaf of [7, 8, 3, 1])
      it(`goes on from node ${leaf}, beside all others, as if only its path had been computed`, async () => {
        const past = 252;
        const next = tokens.slice(200, 205);
        await decoder.forward({ tokens: tokens.slice(0, past), wanted: [] });
        await decoder.forward({ tokens: nodes, parents: parentsAfter(past), wanted: [] });
        const slots = next.map((_, i) => (i === 0 ? past + leaf : past + nodes.length + i - 1));
        const actual = await decoder.forward({ tokens: next, parents: slots, fetch: { logits: true } });
        const one = await decoder.forward({ tokens: [7], parents: [slots.at(-1)! + 1], fetch: { logits: true } });
        decoder.cache.truncate(past);
        await decoder.forward({ tokens: pathTo(leaf).map((node) => nodes[node]!), wanted: [] });
        const expected = await decoder.forward({ tokens: next, fetch: { logits: true } });
        assertClose(actual.logits!, expected.logits!);
        assertClose(one.logits!, (await decoder.forward({ tokens: [7], fetch: { logits: true } })).logits!);
      });

    it('branches off from any cached token, and leaves what comes after that as it was', async () => {
      await decoder.forward({ tokens: tokens.slice(0, 60), wanted: [] });
      const branch = await decoder.forward({
        tokens: nodes,
        parents: nodes.map((_, i) => (i === 0 ? 39 : 59 + i)),
        fetch: { logits: true },
      });
      decoder.cache.truncate(60);
      const after = await decoder.forward({ tokens: [5], fetch: { logits: true } });
      decoder.cache.truncate(40);
      const alone = await decoder.forward({ tokens: nodes, fetch: { logits: true } });
      assertClose(branch.logits!, alone.logits!);
      decoder.cache.truncate(40);
      await decoder.forward({ tokens: tokens.slice(40, 60), wanted: [] });
      assert.deepEqual(after.logits, (await decoder.forward({ tokens: [5], fetch: { logits: true } })).logits);
    });

    it('takes a chain written as a tree for the chain', async () => {
      const chain = await decoder.forward({ tokens: nodes, fetch: { logits: true } });
      decoder.cache.truncate(0);
      const tree = await decoder.forward({
        tokens: nodes,
        parents: nodes.map((_, i) => i - 1),
        fetch: { logits: true },
      });
      assertClose(tree.logits!, chain.logits!);
    });

    for (const wrong of [[0], [-1, 1], [-2], [-1, 0, 1], [-1, 0.5]])
      it(`refuses the parents [${wrong}] for ${Math.min(2, wrong.length)} rows, and stays as it was`, async () => {
        const some = nodes.slice(0, Math.min(2, wrong.length));
        await assert.rejects(decoder.forward({ tokens: some, parents: wrong }), RangeError);
        assert.equal(decoder.cache.length, 0);
        const after = await decoder.forward({ tokens: nodes, fetch: { logits: true } });
        decoder.cache.truncate(0);
        assert.deepEqual((await decoder.forward({ tokens: nodes, fetch: { logits: true } })).logits, after.logits);
      });
  });

  describe('over mixed tokens', () => {
    it('takes a token mixed with another at share 0 for the token itself', async () => {
      const plain = await decoder.forward({ tokens: tokens.slice(0, 20), fetch: { logits: true } });
      decoder.cache.truncate(0);
      const pairs = tokens.slice(0, 20).flatMap((token, i) => [token, tokens[i + 20]!]);
      const weights = Float32Array.from(pairs, (_, i) => 1 - (i % 2));
      const mixed = await decoder.forward({ tokens: pairs, mixture: { width: 2, weights }, fetch: { logits: true } });
      assert.deepEqual(mixed.logits, plain.logits);
    });

    for (const width of [2, 3, 5])
      it(`feeds the sum of ${width} embeddings by their shares, after plain tokens`, async () => {
        const start = tokens.slice(0, 10);
        const ids = tokens.slice(10, 10 + 6 * width);
        const shares = Float32Array.from(ids, (_, i) => ((i % width) + 1) / (0.5 * width * (width + 1)));
        await decoder.forward({ tokens: start, wanted: [] });
        const out = await decoder.forward({
          tokens: ids,
          mixture: { width, weights: shares },
          fetch: { logits: true },
        });
        assert.equal(decoder.cache.length, 16);
        const mixed = Array.from({ length: 6 }, (_, row) =>
          ids.slice(row * width, (row + 1) * width).map((token, i) => ({ token, share: shares[row * width + i]! })),
        );
        const expected = referenceForward(tiny.stored, [...plainInputs(start), ...mixed]).slice(10);
        for (const [row, { logits }] of expected.entries()) assertClose(logitsAt(out, row), logits, 1e-4);
      });

    it('refuses tokens that do not make whole rows', () =>
      assert.rejects(
        decoder.forward({ tokens: [1, 2, 3], mixture: { width: 2, weights: new Float32Array(3) } }),
        RangeError,
      ));
  });

  describe('as its results', () => {
    it('gives the 64 highest logits with their ids, and the log-sum-exp of all', async () => {
      const out = await decoder.forward({ tokens: tokens.slice(0, 64), fetch: { logits: true } });
      const reference = referenceForward(tiny.stored, plainInputs(tokens.slice(0, 64)));
      for (const [row, expected] of reference.entries()) {
        const logits = logitsAt(out, row);
        const best = sortedIds(logits).slice(0, topCount);
        assert.deepEqual([...rowOf(out.topIds, row, topCount)], best);
        assert.deepEqual(
          [...rowOf(out.topLogits, row, topCount)],
          best.map((id) => logits[id]),
        );
        assertClose([out.logSumExp[row]!], [logSumExp(logits)]);
        assertClose([out.logSumExp[row]!], [expected.logSumExp], 1e-4);
      }
    });

    it('gives only the wanted rows, in the order they were named', async () => {
      const all = await decoder.forward({ tokens: tokens.slice(0, 10), fetch: { logits: true, hidden: true } });
      decoder.cache.truncate(0);
      const wanted = [9, 0, 4];
      const some = await decoder.forward({
        tokens: tokens.slice(0, 10),
        wanted,
        fetch: { logits: true, hidden: true },
      });
      const { hidden } = decoder.config;
      assert.equal(some.logSumExp.length, 3);
      for (const [i, row] of wanted.entries()) {
        assertClose(logitsAt(some, i), logitsAt(all, row));
        assertClose(rowOf(some.hidden, i, hidden), rowOf(all.hidden, row, hidden));
        assert.deepEqual(rowOf(some.topIds, i, topCount), rowOf(all.topIds, row, topCount));
      }
    });

    it('gives nothing where nothing is wanted, and fills the cache all the same', async () => {
      const out = await decoder.forward({
        tokens: tokens.slice(0, 10),
        wanted: [],
        fetch: { logits: true, hidden: true },
      });
      assert.equal(decoder.cache.length, 10);
      for (const values of Object.values(out)) assert.equal(values.length, 0);
      const next = await decoder.forward({ tokens: tokens.slice(10, 11), fetch: { logits: true } });
      const expected = referenceForward(tiny.stored, plainInputs(tokens.slice(0, 11)))[10]!;
      assertClose(logitsAt(next, 0), expected.logits, 1e-4);
    });

    it('gives full logits and hidden states only when asked', async () => {
      const { logits, hidden } = await decoder.forward({ tokens: tokens.slice(0, 3) });
      assert.deepEqual([logits, hidden], [undefined, undefined]);
    });

    it('gives the hidden states after the last norm', async () => {
      const out = await decoder.forward({ tokens: tokens.slice(0, 30), fetch: { hidden: true } });
      for (const [row, { hidden }] of referenceForward(tiny.stored, plainInputs(tokens.slice(0, 30))).entries())
        assertClose(rowOf(out.hidden, row, hidden.length), hidden, 1e-4);
    });

    it('gives arrays that later passes leave alone', async () => {
      const out = await decoder.forward({ tokens: tokens.slice(0, 3), fetch: { logits: true } });
      const copy = structuredClone(out);
      await decoder.forward({ tokens: tokens.slice(3, 9), fetch: { logits: true } });
      assert.deepEqual(out, copy);
    });
  });

  describe('at its limits', () => {
    it('refuses rows beyond its context and stays as it was', async () => {
      assert.equal(decoder.cache.maxLength, 640);
      await decoder.forward({ tokens: tokens.slice(0, 600), wanted: [] });
      await decoder.forward({ tokens: tokens.slice(0, 39), wanted: [] });
      await assert.rejects(decoder.forward({ tokens: [1, 2] }), RangeError);
      assert.equal(decoder.cache.length, 639);
      const last = await decoder.forward({ tokens: [5], fetch: { logits: true } });
      assert.equal(decoder.cache.length, 640);
      await assert.rejects(decoder.forward({ tokens: [1] }), RangeError);
      decoder.cache.truncate(639);
      assertClose(logitsAt(await decoder.forward({ tokens: [5], fetch: { logits: true } }), 0), logitsAt(last, 0));
    });

    it('refuses a token outside its vocabulary and stays as it was', async () => {
      await decoder.forward({ tokens: tokens.slice(0, 10), wanted: [] });
      for (const token of [vocabulary, -1, Number.NaN])
        await assert.rejects(decoder.forward({ tokens: [3, token] }), RangeError);
      assert.equal(decoder.cache.length, 10);
    });

    it('refuses a pass without rows', async () => {
      await assert.rejects(decoder.forward({ tokens: [] }), RangeError);
      assert.equal(decoder.cache.length, 0);
    });
  });
});
