// How much is proposed: the chain that yields the most for its cost, by what came of proposals before.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Calibration } from '../../../src/draft/calibration.ts';
import { chain } from '../../../src/draft/drafter.ts';
import { forcedFollower } from '../../../src/draft/forced.ts';
import { mostRows, PassCost } from '../../../src/draft/passCost.ts';
import { Recycling } from '../../../src/draft/recycling.ts';
import type { Follower } from '../../../src/draft/source.ts';
import { type RowLogits, topCount } from '../../../src/model/model.ts';

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
  guess: () => ({ token, kind: 7, prior }),
  advance: () => {},
});

const everything = { most: mostRows, admits: () => true };
const lengthOf = (share: number, rowShare: number): number =>
  chain([forcedFollower([1, 2, 3, 4, 5, 6])], calibrated(share), costing(rowShare), everything).length;

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
          const { length } = chain([forcedFollower([1, 2, 3, 4, 5, 6])], calibration, cost, everything);
          for (let other = 0; other <= 6; other++)
            assert.ok(perCost(length) >= perCost(other) - 1e-9, `${length} and ${other}`);
        },
      ),
    );
  });

  it('end where a token is not admitted, and at the limit', () => {
    const followers = () => [forcedFollower([1, 2, 3, 4])];
    const admits = (token: number): boolean => token < 3;
    const cut = chain(followers(), calibrated(0.99), costing(0.01), { most: 10, admits });
    assert.deepEqual(
      cut.map(({ token }) => token),
      [1, 2],
    );
    assert.equal(chain(followers(), calibrated(0.99), costing(0.01), { ...everything, most: 3 }).length, 3);
    assert.equal(chain([], calibrated(0.99), costing(0.01), everything).length, 0);
  });

  it('are the likeliest that are admitted', () => {
    const admits = (token: number): boolean => token !== 1;
    const followers = [insisting(1, 0.9), insisting(2, 0.4), insisting(3, 0.6)];
    const [first] = chain(followers, new Calibration(), costing(0.01), { ...everything, admits });
    assert.equal(first?.token, 3);
    const ends = (token: number): boolean => token === 1;
    assert.deepEqual(chain(followers, new Calibration(), costing(0.01), { ...everything, admits, ends }), []);
  });

  it('are those of the source that was right more often', () => {
    const calibration = calibrated(0.9);
    const guess = { source: 'recycled', token: 9, kind: 7, prior: 0.5, isShared: false } as const;
    for (let i = 0; i < 300; i++) calibration.learn(guess, false);
    const [first] = chain([insisting(9), forcedFollower([1])], calibration, costing(0.01), everything);
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
      chain([forcedFollower([1, 2, 3])], calibrated(0.7), stairs, { ...everything, beside: { rows, tokens: rows } })
        .length;
    assert.equal(beside(0), 1);
    assert.equal(beside(1), 0);
  });

  it('are more where two sources say the same', () => {
    const length = (other: number): number =>
      chain([insisting(1, 0.6), forcedFollower([other])], new Calibration(), costing(0.93), everything).length;
    assert.ok(length(1) > length(2));
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
    assert.equal(recycling.follow(1, 2).guess()?.token, 3);
    assert.equal(recycling.follow(5, 2).guess()?.token, 4);
    assert.equal(recycling.follow(9, 2).guess()?.token, 4);
    assert.equal(recycling.follow(2, 9).guess(), undefined);
    const follower = recycling.follow(0, 1);
    follower.advance(2);
    assert.equal(follower.guess()?.token, 3);
  });
});
