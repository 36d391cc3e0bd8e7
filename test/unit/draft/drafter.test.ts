// How much is proposed: the tree, or chain, that yields the most for its cost, by what came of proposals before.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Calibration } from '../../../src/draft/calibration.ts';
import { draftTree, expectedOf, type Gate, type Proposal, settle, trunkLength } from '../../../src/draft/drafter.ts';
import { forcedFollower } from '../../../src/draft/forced.ts';
import { mostRows, PassCost } from '../../../src/draft/passCost.ts';
import { Recycling } from '../../../src/draft/recycling.ts';
import type { Follower } from '../../../src/draft/source.ts';
import { type RowLogits, topCount } from '../../../src/model/model.ts';
import { openGate } from '../../support/openGate.ts';

/** Costs as measured: a row's share of a pass over one. */
function costing(rowShare: number): PassCost {
  const cost = new PassCost();
  for (const rows of [1, 2, 4, 8, 16]) cost.measure(rows, 10 * (1 + rowShare * (rows - 1)));
  return cost;
}

const forced = { source: 'forced', token: 1, kind: 0, prior: 0.9, isShared: false } as const;

/** A calibration by which forced tokens come true `share` of the time. */
function calibrated(share: number): Calibration {
  const calibration = new Calibration();
  for (let i = 0; i < 300; i++) calibration.learn(forced, i / 300 < share);
  return calibration;
}

/** A source that says `token` at every place. */
const insisting = (token: number, prior = 0.5): Follower => ({
  source: 'recycled',
  guesses: () => [{ token, kind: 7, prior }],
  after: () => insisting(token, prior),
});

/** Lets tokens pass that are admitted, and do not end the text. */
const gateOf = (admits: (token: number) => boolean, ends: (token: number) => boolean = () => false): Gate => ({
  ends,
  after: (token) => (admits(token) ? gateOf(admits, ends) : undefined),
});

const everything = { most: mostRows, gate: openGate };
const lengthOf = (share: number, rowShare: number): number =>
  draftTree([forcedFollower([1, 2, 3, 4, 5, 6])], calibrated(share), costing(rowShare), everything).length;

describe('proposals', () => {
  it('are as many as pay', () => {
    assert.equal(lengthOf(0.99, 0.1), 6);
    assert.equal(lengthOf(0.5, 1), 0);
    const some = lengthOf(0.6, 0.1);
    assert.ok(some > 0 && some < 6, String(some));
  });

  it('yield the most for their cost, whatever the stairs of the machine', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (share, rowShare) => {
          const calibration = calibrated(share);
          const probability = calibration.probability(forced);
          const cost = costing(rowShare);
          const perCost = (length: number): number => {
            let expected = 1;
            for (let i = 1; i <= length; i++) expected += probability ** i;
            return expected / cost.of(1 + length);
          };
          const { length } = draftTree([forcedFollower([1, 2, 3, 4, 5, 6])], calibration, cost, everything);
          for (let other = 0; other <= 6; other++)
            assert.ok(perCost(length) >= perCost(other) - 1e-9, `${length} and ${other}`);
        },
      ),
    );
  });

  it('end where a token is not admitted, and at the limit', () => {
    const followers = () => [forcedFollower([1, 2, 3, 4])];
    const gate = gateOf((token) => token < 3);
    const cut = draftTree(followers(), calibrated(0.99), costing(0.01), { most: 10, gate });
    assert.deepEqual(
      cut.map(({ token }) => token),
      [1, 2],
    );
    assert.equal(draftTree(followers(), calibrated(0.99), costing(0.01), { ...everything, most: 3 }).length, 3);
    assert.equal(draftTree([], calibrated(0.99), costing(0.01), everything).length, 0);
  });

  it('are the likeliest that are admitted', () => {
    const admits = (token: number): boolean => token !== 1;
    const followers = [insisting(1, 0.9), insisting(2, 0.4), insisting(3, 0.6)];
    const proposed = (gate: Gate) => draftTree(followers, new Calibration(), costing(0.01), { ...everything, gate });
    assert.equal(proposed(gateOf(admits))[0]?.token, 3);
    assert.deepEqual(proposed(gateOf(admits, (token) => token === 1)), []);
  });

  it('are those of the source that was right more often', () => {
    const calibration = calibrated(0.9);
    const guess = { source: 'recycled', token: 9, kind: 7, prior: 0.5, isShared: false } as const;
    for (let i = 0; i < 300; i++) calibration.learn(guess, false);
    const [first] = draftTree([insisting(9), forcedFollower([1])], calibration, costing(0.01), everything);
    assert.equal(first?.token, 1);
  });

  it('are fewer for a row that others of the pass make dear, and more where they pay for it', () => {
    const stairs = new PassCost();
    for (const [rows, ms] of [
      [1, 10],
      [2, 10],
      [3, 19],
      [16, 100],
    ] as const)
      stairs.measure(rows, ms);
    const beside = (rows: number): number =>
      draftTree([forcedFollower([1, 2, 3])], calibrated(0.7), stairs, { ...everything, beside: { rows, tokens: rows } })
        .length;
    assert.equal(beside(0), 1);
    assert.equal(beside(1), 0);
  });

  it('are more where two sources say the same', () => {
    const length = (other: number): number =>
      draftTree([insisting(1, 0.6), forcedFollower([other])], new Calibration(), costing(0.93), everything).length;
    assert.ok(length(1) > length(2));
  });
});

/** A source that knows how probable each token of a small alphabet is behind each text, by a hash. */
function knowing(seed: number, path: readonly number[] = []): Follower {
  const shares = [1, 2, 3].map((token) => {
    const hash = [seed, ...path, token].reduce((sum, each) => Math.imul(sum ^ each, 0x9e3779b1) ^ (sum >>> 15), 7);
    return { token, kind: 0, prior: (hash >>> 8) / (1 << 24) / 3 };
  });
  shares.sort((one, other) => other.prior - one.prior);
  return {
    source: 'suffix',
    guesses: (most) => shares.slice(0, most),
    after: (token) => knowing(seed, [...path, token]),
  };
}

/** Tokens that come to a proposal. */
const pathTo = (proposals: readonly Proposal[], number: number): number[] =>
  number < 0 ? [] : [...pathTo(proposals, proposals[number]!.parent), proposals[number]!.token];

describe('proposals beside each other', () => {
  const grow = (seed: number, rowShare: number, limits: { most?: number; width?: number; gate?: Gate } = {}) =>
    draftTree([knowing(seed)], new Calibration(), costing(rowShare), { ...everything, width: 3, ...limits });
  const seeds = fc.integer({ min: 0, max: 1e6 });
  const rowShares = fc.double({ min: 0.001, max: 0.5, noNaN: true });

  it('yield the most for their cost of all trees', () => {
    fc.assert(
      fc.property(seeds, rowShares, (seed, rowShare) => {
        const cost = costing(rowShare);
        const tree = grow(seed, rowShare, { most: 4 });
        const found = (1 + expectedOf(tree)) / cost.of(1 + tree.length);
        for (const expected of expectedOfTrees(seed, 4))
          assert.ok(found >= (1 + expected.sum) / cost.of(1 + expected.size) - 1e-9);
      }),
      { numRuns: 30 },
    );

    /** Of every tree of so many tokens at most. */
    function expectedOfTrees(seed: number, most: number): readonly { size: number; sum: number }[] {
      const behind = (path: readonly number[], probability: number, left: number): { size: number; sum: number }[] => {
        let trees = [{ size: 0, sum: 0 }];
        for (const { token, prior } of knowing(seed, path).guesses(3)) {
          const own = probability * prior;
          const grown = left > 0 ? behind([...path, token], own, left - 1) : [];
          trees = trees.flatMap((tree) => [
            tree,
            ...grown
              .map(({ size, sum }) => ({ size: tree.size + 1 + size, sum: tree.sum + own + sum }))
              .filter(({ size }) => size <= left),
          ]);
        }
        return trees;
      };
      return behind([], 1, most);
    }
  });

  it('are each behind one before them, the likeliest at the front, as many for a place as may be', () => {
    fc.assert(
      fc.property(seeds, rowShares, fc.integer({ min: 1, max: 3 }), (seed, rowShare, width) => {
        const tree = grow(seed, rowShare, { width });
        const texts = tree.map((_, number) => String(pathTo(tree, number)));
        assert.equal(new Set(texts).size, texts.length);
        for (const [number, { parent }] of tree.entries()) {
          assert.ok(parent < number);
          assert.ok(tree.filter((other) => other.parent === parent).length <= width);
        }
        if (width === 1) assert.equal(trunkLength(tree), tree.length);
        const [first] = tree;
        for (const { parent, probability } of tree) if (parent < 0) assert.ok(first!.probability >= probability);
      }),
    );
  });

  it('may all come where they stand', () => {
    const even = (length: number): Gate => ({
      ends: (token) => token === 3 && length > 1,
      after: (token) => ((length + token) % 2 === 0 ? even(length + 1) : undefined),
    });
    fc.assert(
      fc.property(seeds, (seed) => {
        const tree = grow(seed, 0.001, { gate: even(0) });
        for (const number of tree.keys())
          for (const [length, token] of pathTo(tree, number).entries())
            assert.ok((length + token) % 2 === 0 && !(token === 3 && length > 1));
      }),
    );
  });

  it('come true along what is said, and teach by what did and what did not', () => {
    const proposal = (token: number, parent: number) => ({ ...forced, token, parent, probability: 0.5 });
    const tree = [proposal(1, -1), proposal(2, 0), proposal(3, -1), proposal(4, 2), proposal(5, 2)];
    assert.equal(trunkLength(tree), 2);
    const calibration = new Calibration();
    assert.deepEqual(settle(tree, [3, 5, 9], calibration), [2, 4]);
    // of four that were looked at, two came true
    const expected = (2 + 6 * forced.prior) / (4 + 6);
    assert.ok(Math.abs(calibration.probability(forced) - expected) < 1e-9);
    assert.deepEqual(settle(tree, [], calibration), []);
    assert.deepEqual(settle(tree, [7], calibration), []);
  });
});

describe('the cost of a pass', () => {
  it('grows with rows, and lies between what was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: mostRows }), fc.double({ min: 1, max: 100, noNaN: true }))),
        (passes) => {
          const cost = new PassCost();
          for (const [rows, ms] of passes) cost.learn(rows, ms);
          assert.equal(cost.of(1), 1);
          for (let rows = 2; rows <= mostRows; rows++) assert.ok(cost.of(rows) >= cost.of(rows - 1));
        },
      ),
    );
    const cost = costing(0.2);
    assert.ok(Math.abs(cost.of(8) - 2.4) < 0.1, String(cost.of(8)));
    assert.ok(Math.abs(cost.of(6) - 2) < 0.1, String(cost.of(6)));
  });

  it('is not what one slow pass over a new number of rows took', () => {
    const cost = costing(0.2);
    cost.learn(6, 60);
    assert.ok(cost.of(6) < 2.5, String(cost.of(6)));
  });

  it('is what was measured while the machine was least busy', () => {
    const cost = costing(0.2);
    for (const [rows, ms] of [
      [1, 10],
      [8, 60],
    ] as const)
      cost.measure(rows, ms);
    assert.ok(Math.abs(cost.of(8) - 2.4) < 0.1, String(cost.of(8)));
    for (const [rows, ms] of [
      [1, 10],
      [8, 18],
    ] as const)
      cost.measure(rows, ms);
    assert.ok(Math.abs(cost.of(8) - 1.8) < 0.1, String(cost.of(8)));
  });

  it('is relative: a slower machine, or a longer context, changes nothing', () => {
    const cost = costing(0.2);
    for (let i = 0; i < 200; i++) for (const rows of [1, 4]) cost.learn(rows, 30 * (1 + 0.2 * (rows - 1)));
    assert.ok(Math.abs(cost.of(4) - 1.6) < 0.2, String(cost.of(4)));
  });
});

describe('recycled tokens', () => {
  const logits = (token: number, probability: number): RowLogits => {
    const topIds = new Int32Array(topCount);
    topIds[0] = token;
    const topLogits = new Float32Array(topCount);
    topLogits[0] = Math.log(probability);
    return { topIds, topLogits, logSumExp: new Float32Array(1) };
  };

  it('are what the model said last behind the same two tokens, or the same one', () => {
    const recycling = new Recycling(100);
    recycling.learn(1, 2, logits(3, 0.9));
    recycling.learn(5, 2, logits(4, 0.2));
    const guessed = (before: number, last: number) => recycling.follow(before, last).guesses(1)[0]?.token;
    assert.equal(guessed(1, 2), 3);
    assert.equal(guessed(5, 2), 4);
    assert.equal(guessed(9, 2), 4);
    assert.equal(guessed(2, 9), undefined);
    assert.equal(recycling.follow(0, 1).after(2).guesses(1)[0]?.token, 3);
  });

  it('are several, the likeliest first, where trees are asked about', () => {
    const recycling = new Recycling(100, 3);
    const topIds = Int32Array.from({ length: topCount }, (_, rank) => 10 + rank);
    const topLogits = Float32Array.from({ length: topCount }, (_, rank) => -rank);
    recycling.learn(1, 2, { topIds, topLogits, logSumExp: new Float32Array(1) });
    const guesses = recycling.follow(1, 2).guesses(4);
    assert.deepEqual(
      guesses.map(({ token }) => token),
      [10, 11, 12],
    );
    assert.ok(guesses[0]!.prior > guesses[1]!.prior);
  });
});
