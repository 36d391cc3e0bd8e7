import assert from 'node:assert/strict';
import { draftNames, forcedRest } from '../../../../src/constraint/monitor/drafts.ts';
import { TokenTexts } from '../../../../src/constraint/tokenTexts.ts';
import { embeddedTokenizer } from '../../../support/embeddedTokenizer.ts';

const tokenizer = await embeddedTokenizer();
const texts = new TokenTexts(tokenizer.vocabulary);

/** Tokens and their probabilities. */
const probable = (table: Readonly<Record<string, number>>) =>
  Object.entries(table).map(([text, probability]) => {
    const [token, ...more] = tokenizer.encode(text);
    assert.equal(more.length, 0, text);
    return { token: token!, logProb: Math.log(probability) };
  });

describe('names as proposals', () => {
  it('are those that begin with probable tokens, in full, the likeliest first', () => {
    const tokens = probable({ get: 0.5, ar: 0.2, a: 0.1, set: 0.05, x: 0.05 });
    const drafts = draftNames(['area', 'getSize', 'setSize', 'volume', 'about'], tokens, texts, 3);
    assert.deepEqual(
      drafts.map(({ text, probability }) => [text, Number(probability.toFixed(2))]),
      [
        ['getSize', 0.5],
        ['area', 0.3],
        ['about', 0.1],
      ],
    );
  });

  it('are certain where one is left', () =>
    assert.deepEqual(draftNames(['meter'], [], texts, 3), [{ text: 'meter', probability: 1 }]));

  it('are none where none is probable', () => assert.deepEqual(draftNames(['a', 'b'], [], texts, 3), []));

  it('have to come as far as all have it in common', () => {
    assert.equal(forcedRest(['getArea', 'getAreas', 'getAlpha']), 'getA');
    assert.equal(forcedRest(['area']), 'area');
    assert.equal(forcedRest(['a', 'b']), '');
    assert.equal(forcedRest([]), '');
  });
});
