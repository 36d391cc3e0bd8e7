// How sure a draft is: what nobody asked for has to be surer than the setting says.
import assert from 'node:assert/strict';
import { sureness } from '../../../src/extension/sureness.ts';
import type { Draft } from '../../../src/protocol/messages.ts';

const draft = (text: string, tokens: number, each: number, legal = 1): Draft => ({
  text,
  replaces: 0,
  logProb: tokens * Math.log(each),
  logLegalMass: Math.log(legal),
  tokens,
  verified: true,
  vouchers: [],
});

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} and not ${expected}`);

describe('the sureness of a draft', () => {
  it('is the probability of a line, all of it', () => {
    near(sureness(draft('value);', 3, 0.5)), 0.125);
    near(sureness(draft('a line, longer than most.\n', 20, 0.9)), 0.9 ** 20);
  });

  it('leaves out what cannot stand there: the only name there is, is sure, however the model calls it', () => {
    near(sureness(draft('area', 1, 0.01, 0.02)), 0.5);
    near(sureness(draft('area', 1, 0.01, 0.01)), 1);
  });

  it('does not fall with the length of a block', () => {
    const block = (tokens: number): number => sureness(draft('\n  total += 1;\n}', tokens, 0.8));
    near(block(10), block(40));
    assert.ok(block(4) > block(10));
  });
});
