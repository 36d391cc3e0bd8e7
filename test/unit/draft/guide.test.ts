// One draft as a guide to another for the same place: how it goes on where the two are alike again.
import assert from 'node:assert/strict';
import { guideFollower } from '../../../src/draft/guide.ts';

/** All that is guessed behind `said`, each guess taken for right. */
function guessed(tokens: readonly number[], said: readonly number[], shared: number): number[] {
  const found: number[] = [];
  let follower = guideFollower({ tokens, said, shared });
  for (;;) {
    const [guess] = follower.guesses(1);
    if (guess === undefined) return found;
    found.push(guess.token);
    follower = follower.after(guess.token);
  }
}

describe('a guide', () => {
  it('goes on behind one token in place of another', () => {
    assert.deepEqual(guessed([1, 2, 3, 4, 5], [1, 9], 1), [3, 4, 5]);
  });

  it('goes on where the other has come back to it', () => {
    assert.deepEqual(guessed([1, 2, 3, 4, 5], [1, 9, 8, 3], 1), [4, 5]);
    assert.deepEqual(guessed([1, 2, 3, 4, 5], [1, 4], 1), [5]);
  });

  it('says nothing where the two have nothing in common, before they part, and without a guide', () => {
    assert.deepEqual(guessed([1, 2, 3, 4, 5], [1, 9, 8], 1), []);
    assert.deepEqual(guessed([1, 2, 3], [1], 1), []);
    assert.deepEqual(guideFollower(undefined).guesses(1), []);
  });

  it('is the surer, the more tokens before are alike', () => {
    const prior = (said: readonly number[]): number =>
      guideFollower({ tokens: [1, 2, 3, 4, 5, 6], said, shared: 1 }).guesses(1)[0]!.prior;
    assert.ok(prior([1, 9]) < prior([1, 9, 3]));
    assert.ok(prior([1, 9, 3]) < prior([1, 9, 3, 4]));
  });

  it('finds its place again after a wrong guess', () => {
    const lost = guideFollower({ tokens: [1, 2, 3, 4, 5], said: [1, 9], shared: 1 }).after(7);
    assert.deepEqual(lost.guesses(1), []);
    assert.equal(lost.after(4).guesses(1)[0]?.token, 5);
  });
});
