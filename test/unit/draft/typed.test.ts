// Behind text that is typed already: which guesses agree with it, and where documents have it, whatever their tokens.
import assert from 'node:assert/strict';
import type { Follower } from '../../../src/draft/source.ts';
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
    const said: number[] = [];
    let follower = typedFollower(inTyped, typed, tokenizer.vocabulary);
    for (;;) {
      const [guess] = follower.guesses(1);
      if (guess === undefined) return tokenizer.vocabulary.decode(said);
      said.push(guess.token);
      follower = follower.after(guess.token);
    }
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
    const saying = (tokens: readonly number[]): Follower => ({
      source: 'recycled',
      guesses: () => tokens.slice(0, 1).map((token) => ({ token, kind: 7, prior: 0.5 })),
      after: () => saying(tokens.slice(1)),
    });
    const source = saying([first, second]);
    assert.deepEqual(typedFollower(source, 'weight', tokenizer.vocabulary).guesses(1), []);
    const follower = typedFollower(source, 'wi', tokenizer.vocabulary);
    const [typed] = follower.guesses(1);
    assert.equal(typed?.token, first);
    assert.notEqual(typed?.kind, 7);
    assert.deepEqual(follower.after(first).guesses(1), [{ token: second, kind: 7, prior: 0.5 }]);
  });
});
