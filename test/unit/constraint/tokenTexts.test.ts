import assert from 'node:assert/strict';
import { TokenTexts } from '../../../src/constraint/tokenTexts.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

describe('the text of a token', () => {
  it('is what the tokenizer makes of its bytes', async () => {
    const { vocabulary } = await embeddedTokenizer();
    const texts = new TokenTexts(vocabulary);
    for (let times = 0; times < 2; times++)
      for (let token = 0; token < vocabulary.size; token += 37) {
        const text = texts.of(token);
        if (text === undefined) assert.ok(vocabulary.decode([token]).includes('\ufffd'), `${token}`);
        else assert.equal(text, vocabulary.decode([token]));
      }
  });

  it('is none where it begins or ends within a character, and empty where it stands for none', async () => {
    const tokenizer = await embeddedTokenizer();
    const texts = new TokenTexts(tokenizer.vocabulary);
    const tokens = tokenizer.encode('𒀀');
    assert.ok(tokens.length > 1);
    assert.deepEqual(
      tokens.map((token) => texts.of(token)),
      tokens.map(() => undefined),
    );
    assert.equal(texts.join(tokens), '𒀀');
    assert.equal(texts.join(tokens.slice(0, -1)), '');
    assert.equal(texts.of(0), '');
  });

  it('of tokens in a row is their text', async () => {
    const tokenizer = await embeddedTokenizer();
    const texts = new TokenTexts(tokenizer.vocabulary);
    for (const text of ['const größe = "😀𒀀";\n', '', '\ufeffa', 'a\tb\n\n  c'])
      assert.equal(texts.join(tokenizer.encode(text)), text);
  });
});
