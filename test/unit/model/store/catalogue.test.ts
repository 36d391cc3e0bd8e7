// The catalogue that ships tells the truth, and one that is damaged is refused with the place that is.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Catalogue, catalogue, readCatalogue } from '../../../../src/model/store/catalogue.ts';
import { layoutFor } from '../../../../src/prompt/layouts.ts';
import { embeddedTokenizer } from '../../../support/embeddedTokenizer.ts';

type Json = Record<string, unknown>;

const dialect = { name: 'd', order: 'prefixFirst', tokens: { prefix: '<p>', suffix: '<s>', middle: '<m>' } };
const embedded = {
  id: 'small',
  name: 'Small',
  licence: 'MIT',
  dialect: 'd',
  contextTokens: 1024,
  languages: ['*'],
  fitness: 'Good.',
};
const large = { ...embedded, id: 'large', repository: 'a/b', revision: 'main', files: { 'x.gguf': { bytes: 7 } } };

/** A sound catalogue with fields of its parts replaced. */
const read = (changes: { all?: Json; dialect?: Json; large?: Json } = {}): Catalogue =>
  readCatalogue('list.json', {
    embedded: 'small',
    dialects: [{ ...dialect, ...changes.dialect }],
    models: [embedded, { ...large, ...changes.large }],
    ...changes.all,
  });

describe('the catalogue', () => {
  it('tells the truth about the embedded model', async () => {
    const model = catalogue.models.find(({ id }) => id === catalogue.embedded);
    assert.ok(model?.files);
    for (const { name, bytes, sha256 } of model.files) {
      const file: Buffer = await readFile(`models/${model.id}/${name}`);
      assert.equal(file.length, bytes, name);
      assert.equal(createHash('sha256').update(file).digest('hex'), sha256, name);
    }
    const { tokens, order } = catalogue.dialects.find(({ name }) => name === model.dialect)!;
    const layout = layoutFor(model.id, await embeddedTokenizer());
    assert.deepEqual([layout?.tokens, layout?.order], [tokens, order]);
  });

  it('is read field by field', () => {
    const { dialects, models } = read();
    assert.deepEqual(dialects, [dialect]);
    assert.deepEqual(models[1], { ...large, files: [{ name: 'x.gguf', bytes: 7 }] });
  });

  const text = (value: unknown): Json => ({ 'x.gguf': { sha256: value } });
  const damages: readonly (readonly [string, Parameters<typeof read>[0], RegExp])[] = [
    ['no models', { all: { models: undefined } }, /models is no list/],
    ['a model that is none', { all: { models: [embedded, 7] } }, /models\[1\] is no object/],
    ['a model twice', { all: { models: [embedded, embedded] } }, /models names one twice/],
    ['a dialect twice', { all: { dialects: [dialect, dialect] } }, /dialects names one twice/],
    ['an embedded model that is not there', { all: { embedded: 'other' } }, /embedded is other, which is no model/],
    ['a share of a weight', { large: { parameters: 0.5 } }, /large\.parameters is no whole number/],
    ['weights of no bits', { large: { storedBits: 0 } }, /large\.storedBits is no number of bits/],
    ['no order', { dialect: { order: 'middleFirst' } }, /dialects\[0\]\.order is neither/],
    ['no prefix', { dialect: { tokens: { suffix: '<s>' } } }, /dialects\[0\]\.tokens/],
    ['a prompt that ends in the suffix', { dialect: { tokens: { prefix: 'p', suffix: 's' } } }, /has no middle/],
    ['an unknown token', { dialect: { tokens: { ...dialect.tokens, pad: '<x>' } } }, /tokens\.pad is none of/],
    ['no licence', { large: { licence: ' ' } }, /large\.licence is no text/],
    ['no fitness', { large: { fitness: undefined } }, /large\.fitness is no text/],
    ['no number', { large: { contextTokens: '1024' } }, /large\.contextTokens is no whole number/],
    ['no languages', { large: { languages: [] } }, /large\.languages is no list/],
    ['no such dialect', { large: { dialect: 'e' } }, /large speaks e, which is no dialect/],
    ['no repository', { large: { repository: undefined } }, /large has no repository/],
    ['no files', { large: { files: {} } }, /large\.files is empty/],
    ['files of the same name', { large: { files: { 'a.gguf': {}, 'A.gguf': {} } } }, /files names one twice/],
    ['no size', { large: { files: { 'x.gguf': { bytes: 0 } } } }, /x\.gguf\.bytes is no whole number/],
    ['a size that is text', { large: { files: { 'x.gguf': { bytes: '7' } } } }, /x\.gguf\.bytes/],
    ['half a hash', { large: { files: text('abc') } }, /x\.gguf\.sha256 is no SHA-256/],
    ['a hash that is a number', { large: { files: text(7) } }, /x\.gguf\.sha256 is no SHA-256/],
  ];
  for (const [name, changes, message] of damages)
    it(`is refused with ${name}`, () => {
      assert.throws(() => read(changes), message);
      assert.throws(() => read(changes), /^ModelFileError: list\.json is damaged: .+: install the extension again\.$/);
    });

  it('is refused where it is no object', () => {
    for (const value of [undefined, null, 7, [], '']) assert.throws(() => readCatalogue('x', value), /it is no object/);
  });
});

describe('a dialect', () => {
  const tokenizer = (...tokens: string[]) => ({
    specialId: (token: string) => (tokens.includes(token) ? 1 : undefined),
  });

  it('is data: a new one needs an entry, and no code', () => {
    const found = layoutFor('anything', tokenizer('<p>', '<s>', '<m>'), read());
    assert.deepEqual(found, dialect);
    assert.equal(layoutFor('anything', tokenizer('<p>', '<s>'), read()), undefined);
  });

  it('is the catalogue’s word about a model, if the model has its tokens', () => {
    const mellum = tokenizer('<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<filename>', '<reponame>');
    assert.equal(layoutFor('mellum-4b', mellum)?.order, 'suffixFirst');
    assert.equal(layoutFor('another', mellum)?.order, 'prefixFirst');
    const fim = ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'];
    const granite = layoutFor('granite-code-3b', tokenizer(...fim, '<reponame>', '<filename>'));
    assert.deepEqual([granite?.order, granite?.tokens.file], ['prefixFirst', '<filename>']);
    const starCoder2 = layoutFor('starcoder2-7b', tokenizer(...fim, '<repo_name>', '<file_sep>'));
    assert.deepEqual([starCoder2?.order, starCoder2?.tokens.file], ['prefixFirst', '<file_sep>']);
    const qwen = catalogue.dialects.find(({ name }) => name === 'qwen')!;
    assert.deepEqual(layoutFor('mellum-4b', tokenizer(...Object.values({ ...qwen.tokens }))), qwen);
  });
});
