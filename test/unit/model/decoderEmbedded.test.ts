import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Decoder } from '../../../src/model/decoder.ts';
import { topCount } from '../../../src/model/model.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { openEmbeddedModel } from '../../support/embeddedModel.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';
import { rowOf } from '../../support/tinyDecoder.ts';

interface Continuation {
  readonly suffix: string;
  readonly prefix: string;
  readonly continuation: string;
}

describe('the embedded model', function () {
  this.timeout(300_000);

  let decoder: Decoder;
  let tokenizer: Tokenizer;
  let tokens: readonly number[];
  let logits: Float32Array;
  let logSumExp: Float32Array;
  const rows = 64;
  before(async () => {
    tokenizer = await embeddedTokenizer();
    decoder = await openEmbeddedModel();
    tokens = tokenizer.encode(await readFile('test/fixtures/text/typescript.txt', 'utf8')).slice(0, 300);
    const out = await decoder.forward({ tokens: tokens.slice(0, rows), fetch: { logits: true } });
    logits = out.logits ?? new Float32Array();
    logSumExp = out.logSumExp;
  });
  after(() => decoder.close());
  beforeEach(() => decoder.cache.truncate(0));

  /** Text of the `count` most probable tokens, one after another. */
  async function continued(prompt: readonly number[], count: number): Promise<string> {
    let next = prompt;
    const chosen: number[] = [];
    while (chosen.length < count) {
      const { topIds } = await decoder.forward({ tokens: next, wanted: [next.length - 1] });
      chosen.push(topIds[0]!);
      next = [topIds[0]!];
    }
    return Buffer.concat(chosen.map((id) => tokenizer.vocabulary.bytesOf(id))).toString();
  }

  it('goes on with known text as it always has', async () => {
    const path = 'test/golden/continuations/embedded.json';
    const golden = JSON.parse(await readFile(path, 'utf8')) as readonly Continuation[];
    for (const { suffix, prefix, continuation } of golden) {
      decoder.cache.truncate(0);
      const prompt = [
        tokenizer.specialId('<fim_suffix>')!,
        ...tokenizer.encode(suffix),
        tokenizer.specialId('<fim_prefix>')!,
        ...tokenizer.encode(prefix),
      ];
      const count = tokenizer.encode(continuation).length;
      assert.equal(await continued(prompt, count), continuation);
    }
  });

  it('finds real code likely', () => {
    let bits = 0;
    for (let row = 0; row + 1 < rows; row++)
      bits += (logSumExp[row]! - rowOf(logits, row, decoder.config.vocabulary)[tokens[row + 1]!]!) / Math.LN2;
    // chance is 15.6 bits a token
    assert.ok(bits / (rows - 1) < 6, `${bits / (rows - 1)} bits a token`);
  });

  for (const size of [1, 2, 3, 5, 8, 16, 31])
    it(`gives bit for bit the same logits in passes of ${size} rows as in one pass`, async () => {
      const { vocabulary } = decoder.config;
      for (let start = 0; start < rows; ) {
        const count = Math.min(size, rows - start);
        const out = await decoder.forward({ tokens: tokens.slice(start, start + count), fetch: { logits: true } });
        assert.ok(
          Buffer.from(out.logits!.buffer, out.logits!.byteOffset, out.logits!.byteLength).equals(
            Buffer.from(logits.buffer, logits.byteOffset + 4 * start * vocabulary, 4 * count * vocabulary),
          ),
          `rows ${start} to ${start + count}`,
        );
        start += count;
      }
    });

  it('goes on from a rewind bit for bit as without it', async () => {
    await decoder.forward({ tokens: tokens.slice(0, 250), wanted: [] });
    const expected = await decoder.forward({ tokens: tokens.slice(250, 254) });
    decoder.cache.truncate(250);
    await decoder.forward({ tokens: tokens.slice(100, 140), wanted: [] });
    decoder.cache.truncate(250);
    assert.deepEqual(await decoder.forward({ tokens: tokens.slice(250, 254) }), expected);
  });

  it('yields the 64 highest of its logits', async () => {
    const { topIds, logits: all } = await decoder.forward({ tokens: tokens.slice(0, 8), fetch: { logits: true } });
    for (let row = 0; row < 8; row++) {
      const values = rowOf(all, row, decoder.config.vocabulary);
      const best = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
      assert.deepEqual([...rowOf(topIds, row, topCount)], best.slice(0, topCount));
    }
  });
});
