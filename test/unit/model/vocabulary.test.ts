import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadTokenizer } from '../../../src/model/tokenizer.ts';
import { childOf, type TokenTrie } from '../../../src/model/tokenTrie.ts';
import { buildVocabulary, type Vocabulary } from '../../../src/model/vocabulary.ts';
import { byteSpellings } from '../../support/tinyTokenizer.ts';

function spelt(bytes: readonly number[]): string {
  return bytes.map((byte) => byteSpellings[byte]!).join('');
}

/** What withPrefix promises, by looking at every token. */
function scan(vocabulary: Vocabulary, bytes: Uint8Array): number[] {
  const agrees = (token: Uint8Array): boolean => {
    const shared = Math.min(token.length, bytes.length);
    return token.subarray(0, shared).every((byte, i) => byte === bytes[i]);
  };
  const all = Array.from({ length: vocabulary.size }, (_, id) => id);
  return all.filter((id) => !vocabulary.isSpecial(id) && agrees(vocabulary.bytesOf(id)));
}

function assertPrefix(vocabulary: Vocabulary, bytes: Uint8Array): void {
  assert.deepEqual(
    [...vocabulary.withPrefix(bytes)].sort((a, b) => a - b),
    scan(vocabulary, bytes),
  );
}

/** Bytes and ids of every node, found by walking children. */
function walk(trie: TokenTrie, node = 0, path: readonly number[] = []): [string, number[]][] {
  const own = [...trie.ids.subarray(trie.firstRank[node]!, trie.firstRank[node + 1]!)];
  const found: [string, number[]][] = own.length > 0 ? [[path.join(), own]] : [];
  for (let child = node + 1; child < trie.nodeEnd[node]!; child = trie.nodeEnd[child]!) {
    const byte = trie.nodeByte[child]!;
    assert.equal(childOf(trie, node, byte), child);
    found.push(...walk(trie, child, [...path, byte]));
  }
  return found;
}

// Few different bytes, the extremes among them, so that tokens share prefixes and repeat.
const token = fc.array(fc.constantFrom(0, 1, 97, 98, 255), { minLength: 1, maxLength: 10 });

describe('Vocabulary', function () {
  this.timeout(60_000);

  it('finds by prefix what a scan finds, in byte order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(token, { nil: undefined }), { maxLength: 40 }),
        fc.array(fc.constantFrom(0, 1, 97, 98, 255, 5)),
        (tokens, prefix) => {
          const vocabulary = buildVocabulary(tokens.map((bytes) => bytes && spelt(bytes)));
          assertPrefix(vocabulary, Uint8Array.from(prefix));
          const found = [...vocabulary.withPrefix(Uint8Array.from(prefix))].map((id) =>
            Buffer.from(vocabulary.bytesOf(id)),
          );
          for (let i = 1; i < found.length; i++) assert.ok(Buffer.compare(found[i - 1]!, found[i]!) <= 0);
        },
      ),
    );
  });

  it('holds every token once in its trie', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const expected = new Map<string, number[]>();
        for (const [id, bytes] of tokens.entries())
          expected.set(bytes.join(), [...(expected.get(bytes.join()) ?? []), id]);
        const { trie } = buildVocabulary(tokens.map(spelt));
        assert.deepEqual(new Map(walk(trie)), expected);
        assert.equal(trie.nodeEnd[0], trie.nodeByte.length);
      }),
    );
  });

  it('gives back the bytes of each token, and none for special ids', () => {
    const vocabulary = buildVocabulary([undefined, spelt([0, 255, 10]), spelt([0xe2, 0x82]), '']);
    assert.equal(vocabulary.size, 4);
    assert.deepEqual([...vocabulary.bytesOf(1)], [0, 255, 10]);
    assert.deepEqual([...vocabulary.bytesOf(0)], []);
    assert.deepEqual([0, 1, 2, 3, 4, -1].map(vocabulary.isSpecial), [true, false, false, true, true, true]);
    assert.deepEqual([...vocabulary.bytesOf(4)], []);
    assert.deepEqual([...vocabulary.withPrefix(new Uint8Array())], [1, 2]);
  });

  it('decodes characters split over tokens, and shows what is not UTF-8 as U+FFFD', () => {
    const vocabulary = buildVocabulary([
      spelt([0xf0, 0x9f]),
      spelt([0x99, 0x82]),
      spelt([0x61]),
      spelt([0xff]),
      undefined,
      spelt([0xef, 0xbb, 0xbf]),
    ]);
    assert.equal(vocabulary.decode([0, 1, 2]), '🙂a');
    assert.equal(vocabulary.decode([0, 4, 1]), '🙂');
    assert.equal(vocabulary.decode([0, 2]), '\ufffda');
    assert.equal(vocabulary.decode([3, 0]), '\ufffd\ufffd');
    assert.equal(vocabulary.decode([5, 2]), '\ufeffa');
    const stream = vocabulary.decoder();
    assert.deepEqual(
      [stream.push(0), stream.push(1), stream.push(2), stream.push(0), stream.end()],
      ['', '🙂', 'a', '', '\ufffd'],
    );
  });

  it('refuses a token that is not spelt in bytes', () => {
    assert.throws(() => buildVocabulary(['a', 'b c']), RangeError);
  });
});

describe('the vocabulary of the embedded model', function () {
  this.timeout(60_000);

  let vocabulary: Vocabulary;
  before(async () => {
    vocabulary = (await loadTokenizer('models/palimpsest-135m')).vocabulary;
  });

  it('finds by prefix what a scan finds', () => {
    for (const text of ['ret', 'return', ' ', '    ', '<', '<fim_suffix', '}', '\n', 'é', 'zzzzqx', ''])
      assertPrefix(vocabulary, Buffer.from(text));
    assertPrefix(vocabulary, Uint8Array.of(0xe2, 0x80));
    assertPrefix(vocabulary, Uint8Array.of(0x80));
    const anyToken = fc.integer({ min: 0, max: 49151 });
    fc.assert(
      fc.property(anyToken, anyToken, fc.nat(12), (first, second, length) => {
        assertPrefix(
          vocabulary,
          Buffer.concat([vocabulary.bytesOf(first), vocabulary.bytesOf(second)]).subarray(0, length),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('never offers a marker for the characters it is written with', () => {
    for (const text of ['<', '<|', '<fim', '<file_sep>']) {
      assert.ok(
        vocabulary.withPrefix(Buffer.from(text)).every((id) => id > 16),
        text,
      );
    }
  });
});
