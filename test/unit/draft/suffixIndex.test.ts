// What came behind a context, against a search through all that was put in.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suffixFollower } from '../../../src/draft/suffix.ts';
import { SuffixIndex } from '../../../src/draft/suffixIndex.ts';

const tokens = (maxLength: number) => fc.array(fc.integer({ min: 0, max: 3 }), { maxLength });

/** Weights of the tokens behind all places at which two tokens or more of the end of `context` stand; every other sequence is far. */
function weightsBehind(sequences: readonly (readonly number[])[], context: readonly number[]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const [key, sequence] of sequences.entries())
    for (let at = 1; at + 1 < sequence.length; at++) {
      let length = 0;
      while (length <= at && length < context.length && sequence[at - length] === context.at(-1 - length)) length++;
      if (length < 2) continue;
      weights.set(
        sequence[at + 1]!,
        (weights.get(sequence[at + 1]!) ?? 0) + 2 ** (Math.min(length, 12) + (key % 2 === 0 ? 3 : 0)),
      );
    }
  return weights;
}

const nothing = new SuffixIndex(1);
const guessed = (index: SuffixIndex, context: readonly number[]) =>
  suffixFollower(index, nothing, context).guesses(1)[0]?.token;

describe('an index of what was seen', () => {
  it('guesses the tokens that most of the weight of all matches is behind, each once', () => {
    fc.assert(
      fc.property(fc.array(tokens(12), { minLength: 1, maxLength: 3 }), tokens(8), (sequences, context) => {
        const indexes = [new SuffixIndex(1000), new SuffixIndex(1000)] as const;
        for (const [key, sequence] of sequences.entries()) indexes[key % 2]!.put(String(key), [sequence]);
        const weights = weightsBehind(sequences, context);
        const guesses = suffixFollower(...indexes, context).guesses(3);
        const heaviest = [...weights.values()].sort((one, other) => other - one).slice(0, 3);
        assert.deepEqual(
          guesses.map(({ token }) => weights.get(token)),
          heaviest,
        );
        assert.equal(new Set(guesses.map(({ token }) => token)).size, guesses.length);
      }),
      { numRuns: 500 },
    );
  });

  it('follows the places that go on as the path does', () => {
    const index = new SuffixIndex(1000);
    index.put('a', [[1, 2, 3, 4, 5, 1, 2, 3, 4, 6, 7]]);
    const follower = suffixFollower(index, nothing, [9, 2, 3]);
    assert.equal(follower.guesses(1)[0]?.token, 4);
    assert.equal(follower.after(4).after(5).guesses(1)[0]?.token, 1);
    assert.equal(follower.after(4).after(6).guesses(1)[0]?.token, 7);
  });

  it('looks again where the path leaves what was seen', () => {
    const index = new SuffixIndex(1000);
    index.put('a', [[1, 2, 3, 9, 8, 7]]);
    const follower = suffixFollower(index, nothing, [1, 2]);
    assert.equal(follower.after(9).after(8).guesses(1)[0]?.token, 7);
  });

  it('goes from no part of a document into the next', () => {
    const index = new SuffixIndex(1000);
    index.put('a', [
      [1, 2],
      [3, 4, 5],
    ]);
    assert.equal(guessed(index, [1, 2]), undefined);
    assert.equal(guessed(index, [3, 4]), 5);
  });

  it('knows the last text of a document alone', () => {
    const index = new SuffixIndex(1000);
    index.put('a', [[1, 2, 3]]);
    index.put('b', [[1, 2, 4, 4]]);
    index.put('b', [[5, 6, 7]]);
    assert.equal(guessed(index, [1, 2]), 3);
    assert.equal(guessed(index, [5, 6]), 7);
    index.remove('a');
    assert.equal(guessed(index, [1, 2]), undefined);
    assert.equal(index.has('a'), false);
  });

  it('forgets the oldest documents for want of room, and finds all others through every change', () => {
    const index = new SuffixIndex(100);
    for (let version = 0; version < 200; version++) {
      index.put('old', [[1, 2, 3]]);
      index.put('edited', [[10, 11, 12 + (version % 5)]]);
      assert.equal(guessed(index, [10, 11]), 12 + (version % 5));
      assert.equal(guessed(index, [1, 2]), 3);
    }
    index.put('long', [Array.from({ length: 98 }, (_, i) => 100 + i)]);
    assert.equal(index.has('old'), false);
    assert.equal(guessed(index, [100, 101]), 102);
  });
});
