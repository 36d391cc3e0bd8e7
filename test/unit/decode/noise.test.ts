// The noise is Philox, held to the vectors of its authors, and Gumbel-distributed in each of its arguments.
import assert from 'node:assert/strict';
import { gumbel, philox } from '../../../src/decode/noise.ts';
import { assertSample } from '../../support/chiSquare.ts';

describe('noise', () => {
  it('is Philox2x32-10', () => {
    // kat_vectors of Random123
    assert.deepEqual(philox([0, 0], 0), [0xff1dae59, 0x6cd10df2]);
    assert.deepEqual(philox([0xffffffff, 0xffffffff], 0xffffffff), [0x2c3f628b, 0xab4fd7ad]);
    assert.deepEqual(philox([0x243f6a88, 0x85a308d3], 0x13198a2e), [0xdd7ce038, 0xf62a4c12]);
  });

  /** Counts how often noise falls into each of 32 intervals that are equally probable. */
  function counts(draw: (i: number) => number): number[] {
    const found = new Array<number>(32).fill(0);
    for (let i = 0; i < 20_000; i++) found[Math.floor(32 * Math.exp(-Math.exp(-draw(i))))]!++;
    return found;
  }

  it('is Gumbel-distributed over seeds, over positions and over tokens', () => {
    const even = new Array<number>(32).fill(1 / 32);
    assertSample(
      counts((seed) => gumbel(seed, 3, 17)),
      even,
    );
    assertSample(
      counts((position) => gumbel(1, position, 17)),
      even,
    );
    assertSample(
      counts((token) => gumbel(1, 3, token)),
      even,
    );
  });

  it('is not that of the neighbour', () => {
    const same = [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ].map(([seed, position, token]) => gumbel(seed!, position!, token!));
    assert.equal(new Set(same).size, same.length);
  });
});
