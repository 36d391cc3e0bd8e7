import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { ModelFileError } from '../../../src/model/format/modelFileError.ts';
import { loadTokenizer, type Tokenizer } from '../../../src/model/tokenizer.ts';
import { type GgufValue, writeGguf } from '../../support/ggufWriter.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';
import { spell, tinyTokenizerJson, tinyTokenizerMetadata } from '../../support/tinyTokenizer.ts';

const embedded = 'models/palimpsest-135m';
const fixtures = readdirSync('test/fixtures/text')
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -4));

async function fixtureText(name: string): Promise<string> {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readFile(`test/fixtures/text/${name}.txt`));
}

function bytesOf(tokenizer: Tokenizer, ids: readonly number[]): Buffer {
  return Buffer.concat(ids.map((id) => tokenizer.vocabulary.bytesOf(id)));
}

function fromMetadata(metadata: Readonly<Record<string, GgufValue>>): Promise<Tokenizer> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'm.gguf');
    await writeGguf(path, metadata, []);
    return loadTokenizer(path);
  });
}

function fromJson(json: unknown): Promise<Tokenizer> {
  return inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
    return loadTokenizer(folder);
  });
}

describe('the tokenizer of the embedded model', function () {
  this.timeout(60_000);

  let fromFolder: Tokenizer;
  let fromGguf: Tokenizer;
  let golden: Record<string, number[]>;
  let encodable: Set<number>;
  before(async () => {
    fromFolder = await loadTokenizer(embedded);
    fromGguf = await loadTokenizer(join(embedded, 'model.gguf'));
    golden = JSON.parse(await readFile('test/golden/tokens/embedded.json', 'utf8')) as Record<string, number[]>;
    const { vocabulary } = fromFolder;
    const single = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.bytesOf(id)).filter(
      (b) => b.length === 1,
    );
    encodable = new Set(single.map((bytes) => bytes[0]!));
  });

  for (const name of fixtures) {
    it(`gives the reference ids for ${name}, from tokenizer.json and from GGUF, and the text back`, async () => {
      const text = await fixtureText(name);
      const ids = fromFolder.encode(text);
      assert.deepEqual(ids, golden[name]);
      assert.deepEqual(fromGguf.encode(text), ids);
      assert.equal(fromFolder.vocabulary.decode(ids), text);
      assert.equal(fromGguf.vocabulary.decode(ids), text);
    });
  }

  it('has golden ids for every fixture and no other', () => {
    assert.deepEqual(Object.keys(golden).sort(), [...fixtures].sort());
  });

  /** The vocabulary has no token for a few bytes; those are left out. */
  function assertRoundTrip(text: string): void {
    const ids = fromFolder.encode(text);
    assert.deepEqual(
      [...bytesOf(fromFolder, ids)],
      [...Buffer.from(text)].filter((byte) => encodable.has(byte)),
    );
    assert.ok(ids.every((id) => !fromFolder.vocabulary.isSpecial(id)));
    assert.deepEqual(fromGguf.encode(text), ids);
  }

  it('gives the bytes of any Unicode text back', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), assertRoundTrip));
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), assertRoundTrip));
    const blanks = fc.string({
      unit: fc.constantFrom(' ', '\n', '\t', '\r', 'a', '1', "'s", '<|endoftext|>', '\ufeff'),
    });
    fc.assert(fc.property(blanks, assertRoundTrip));
  });

  it('takes lone surrogates for U+FFFD', () => {
    assert.deepEqual(fromFolder.encode('a\ud800b\udfff'), fromFolder.encode('a\ufffdb\ufffd'));
    assert.deepEqual(fromFolder.encode('\ude00\ud83d'), fromFolder.encode('\ufffd\ufffd'));
    const units = fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 20 });
    fc.assert(fc.property(units, (codes) => assertRoundTrip(String.fromCharCode(...codes))));
  });

  it('leaves out bytes that no token stands for', () => {
    assert.deepEqual(fromFolder.encode('a\u0004b'), fromFolder.encode('a\u0014b'));
    assert.equal(fromFolder.vocabulary.decode(fromFolder.encode('a\u0004b')), 'ab');
  });

  it('knows the markers, and never finds them in text', () => {
    for (const tokenizer of [fromFolder, fromGguf]) {
      assert.equal(tokenizer.specialId('<|endoftext|>'), 0);
      assert.equal(tokenizer.specialId('<fim_prefix>'), 8);
      assert.equal(tokenizer.specialId('<fim_suffix>'), 9);
      assert.equal(tokenizer.specialId('<file_sep>'), 5);
      assert.equal(tokenizer.specialId('return'), undefined);
      for (let id = 0; id < 17; id++) assert.ok(tokenizer.vocabulary.isSpecial(id));
      const ids = tokenizer.encode('<fim_suffix>');
      assert.ok(ids.length > 1 && ids.every((id) => id > 16));
    }
  });

  it('gives the same ids again when pieces come from the cache, however many went through it', async () => {
    const text = await fixtureText('typescript');
    const first = fromFolder.encode(text);
    for (let i = 0; i < 3; i++)
      fromFolder.encode(Array.from({ length: 20000 }, (_, j) => `n${i}x${j.toString(36)}`).join(' '));
    assert.deepEqual(fromFolder.encode(text), first);
  });

  it('takes the empty text for no ids', () => assert.deepEqual(fromFolder.encode(''), []));
});

describe('loadTokenizer', function () {
  this.timeout(60_000);

  it('splits digits, line breaks and contractions as each rule says', async () => {
    const texts = ['0123', "x\n\nif'RE"];
    const pieces = async (pre: string | undefined): Promise<string[][]> => {
      const { 'tokenizer.ggml.pre': _, ...unnamed } = tinyTokenizerMetadata();
      const metadata = pre === undefined ? unnamed : tinyTokenizerMetadata(pre);
      const extra = ["'R", "'RE"];
      const tokens = metadata['tokenizer.ggml.tokens'] as string[];
      const types = metadata['tokenizer.ggml.token_type'] as number[];
      const { vocabulary, encode } = await fromMetadata({
        ...metadata,
        'tokenizer.ggml.tokens': [...tokens, ...extra],
        'tokenizer.ggml.token_type': [...types, 1, 1],
        'tokenizer.ggml.merges': [...(metadata['tokenizer.ggml.merges'] as string[]), "' R", "'R E"],
      });
      return texts.map((text) => encode(text).map((id) => vocabulary.decode([id])));
    };
    const [apart, together] = [['0', '1', '2', '3'], ['0123']];
    const [gpt2Words, laterWords] = [
      ['x', '\n', '\n', 'i', 'f', "'", 'R', 'E'],
      ['x', '\n\n', 'i', 'f', "'RE"],
    ];
    assert.deepEqual(await pieces('gpt-2'), [together, gpt2Words]);
    assert.deepEqual(await pieces('smollm'), [apart, gpt2Words]);
    assert.deepEqual(await pieces('starcoder'), [apart, gpt2Words]);
    assert.deepEqual(await pieces('qwen2'), [apart, laterWords]);
    assert.deepEqual(await pieces('llama-bpe'), [['012', '3'], laterWords]);
    assert.deepEqual(await pieces('default'), [['012', '3'], gpt2Words]);
    assert.deepEqual(await pieces(undefined), await pieces('default'));
  });

  it('reads tokenizer.json and GGUF metadata to the same effect', async () => {
    const json = await fromJson(tinyTokenizerJson());
    const gguf = await fromMetadata(tinyTokenizerMetadata('gpt-2'));
    for (const name of fixtures) {
      const text = await fixtureText(name);
      assert.deepEqual(json.encode(text), gguf.encode(text), name);
      assert.equal(json.vocabulary.decode(json.encode(text)), text);
    }
  });

  it('reads the ways tokenizer.json writes a split', async () => {
    const bytes = { type: 'ByteLevel', add_prefix_space: true, use_regex: false };
    const split = (pattern: unknown, behavior: string, invert: boolean): unknown => ({
      pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern, behavior, invert }, bytes] },
    });
    const encoded = async (changes: unknown): Promise<string[]> => {
      const { encode, vocabulary } = await fromJson(tinyTokenizerJson(changes as Record<string, unknown>));
      return encode('return0123').map((id) => vocabulary.decode([id]));
    };
    assert.deepEqual(await encoded(split({ Regex: '\\d{2}' }, 'Isolated', false)), ['return', '01', '2', '3']);
    assert.deepEqual(await encoded(split({ String: 'tu' }, 'Isolated', false)), ['re', 't', 'u', 'r', 'n', '0123']);
    assert.deepEqual(await encoded(split({ Regex: '[a-z]|\\d+' }, 'Removed', true)), [
      'r',
      'e',
      't',
      'u',
      'r',
      'n',
      '0123',
    ]);
    const digits = { type: 'Digits', individual_digits: false };
    assert.deepEqual(await encoded({ pre_tokenizer: { type: 'Sequence', pretokenizers: [digits, bytes] } }), [
      'return',
      '0123',
    ]);
  });

  it('keeps text as typed where the model would compose characters', async () => {
    const { encode, vocabulary } = await fromJson(tinyTokenizerJson({ normalizer: { type: 'NFC' } }));
    assert.equal(vocabulary.decode(encode('e\u0301')), 'e\u0301');
  });

  it('takes a whole piece for a token where merges are to be ignored', async () => {
    const base = tinyTokenizerJson();
    const model = base.model as { vocab: Record<string, number> };
    const whole = { ...model, vocab: { ...model.vocab, [spell('zebra')]: 320 } };
    const text = async (extra: object): Promise<number> =>
      (await fromJson({ ...base, model: { ...whole, ...extra } })).encode('zebra').length;
    assert.equal(await text({ ignore_merges: true }), 1);
    assert.equal(await text({}), 5);
  });

  async function refused(load: Promise<unknown>, message: RegExp): Promise<void> {
    await assert.rejects(load, (error: unknown) => {
      assert.ok(error instanceof ModelFileError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }

  it('refuses by name what it cannot do exactly', async () => {
    await refused(fromMetadata(tinyTokenizerMetadata('tekken')), /"tekken".*smollm.*qwen2/);
    await refused(fromMetadata({ ...tinyTokenizerMetadata(), 'tokenizer.ggml.model': 'llama' }), /kind "llama"/);
    await refused(fromMetadata({ 'general.architecture': 'llama' }), /kind "none"/);
    await refused(fromJson(tinyTokenizerJson({ model: { type: 'Unigram', vocab: [] } })), /byte-level BPE/);
    await refused(fromJson(tinyTokenizerJson({ normalizer: { type: 'Lowercase' } })), /Lowercase/);
    await refused(fromJson(tinyTokenizerJson({ pre_tokenizer: { type: 'Metaspace' } })), /Metaspace/);
    await refused(fromJson(tinyTokenizerJson({ pre_tokenizer: null })), /none/);
  });

  it('says when there is no tokenizer, or a damaged one', () =>
    inTemporaryFolder(async (folder) => {
      await refused(loadTokenizer(folder), /tokenizer\.json does not exist/);
      await writeFile(join(folder, 'tokenizer.json'), '{"model": {');
      await refused(loadTokenizer(folder), /damaged JSON/);
      await mkdir(join(folder, 'other'));
      const broken = {
        ...tinyTokenizerMetadata(),
        'tokenizer.ggml.tokens': ['a', 'b', '\u20ac'],
        'tokenizer.ggml.token_type': [1, 1, 1],
      };
      await refused(fromMetadata(broken), /not spelt in bytes/);
    }));
});
