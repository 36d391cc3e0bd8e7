// Behind text that is typed already: which guesses agree with it, and where documents have it, whatever their tokens.
import assert from 'node:assert/strict';
import { suffixFollower } from '../../../src/draft/suffix.ts';
import { SuffixIndex } from '../../../src/draft/suffixIndex.ts';
import { typedFollower } from '../../../src/draft/typed.ts';
import { typedText } from '../../../src/draft/typedPlaces.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

describe('guesses behind typed text', () => {
  let tokenizer: Tokenizer;

  before(async () => {
    tokenizer = await embeddedTokenizer();
  });

  /** What comes behind `typed`, by a document, as far as it goes. */
  function follow(document: string, before: string, typed: string): string {
    const index = new SuffixIndex(1000);
    index.put('a', [tokenizer.encode(document)]);
    const context = tokenizer.encode(before);
    const text = typedText(context, typed, tokenizer);
    const inTyped = suffixFollower(index, new SuffixIndex(1), context, text);
    const follower = typedFollower(inTyped, typed, tokenizer.vocabulary);
    const said: number[] = [];
    for (let guess = follower.guess(); guess !== undefined; guess = follower.guess()) {
      said.push(guess.token);
      follower.advance(guess.token);
    }
    return tokenizer.vocabulary.decode(said);
  }

  it('go on as the document does, from within a word or a blank, or behind a bracket', () => {
    const document = 'use(x);\nif (x) {\n    const area = box.width * box.height;';
    for (const [before, typed] of [
      ['use(x);\nif (x) {\n    const area = ', 'b'],
      ['use(x);\nif (x) {\n    const area = ', 'box'],
      ['use(x);\nif (x) {\n    const area =', ' '],
      ['use(x);\nif (x) {\n    const area = box.', 'wid'],
      ['use(x);\nif (x) {\n    const area = box', '.'],
      ['use(x);\nif (x) {\n   ', ' '],
      ['use(x);\nif (x) {\n    ', 'con'],
      ['use(x);\nif ', '('],
    ] as const)
      assert.equal(follow(document, before, typed), document.slice(before.length), `${before}|${typed}`);
  });

  it('are taken from where the document has what is typed, though other text is nearer', () => {
    const document = 'log(box.width);\nlog(box.area);\nlog(box.area);\nlog(box.area);\n';
    assert.ok(follow(document, 'log(box.', 'w').startsWith('width);\n'));
    assert.equal(follow(document, 'log(box.', 'x'), '');
  });

  it('are kept where they agree with it, and are of other kinds until it is said', () => {
    const [first, second] = tokenizer.encode('width height') as [number, number];
    const said = [first, second];
    const source = {
      source: 'recycled',
      guess: () => ({ token: said[0]!, kind: 7, prior: 0.5 }),
      advance: () => void said.shift(),
    } as const;
    assert.equal(typedFollower(source, 'weight', tokenizer.vocabulary).guess(), undefined);
    const follower = typedFollower(source, 'wi', tokenizer.vocabulary);
    const typed = follower.guess();
    assert.equal(typed?.token, first);
    assert.notEqual(typed?.kind, 7);
    follower.advance(first);
    assert.deepEqual(follower.guess(), { token: second, kind: 7, prior: 0.5 });
  });
});
