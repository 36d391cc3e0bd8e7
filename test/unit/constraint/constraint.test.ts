import assert from 'node:assert/strict';
import { both, type ConstraintState, free } from '../../../src/constraint/constraint.ts';

/** Allows the tokens of `tokens` in order, which spell their numbers; may stop behind the last. */
function only(tokens: readonly number[], options: Partial<ConstraintState> = {}): ConstraintState {
  const state: ConstraintState = {
    candidates: undefined,
    listLegal: () => undefined,
    legal: (token) => token === tokens[0],
    advance: () => only(tokens.slice(1), options),
    afterText: (text) => (tokens.join('').startsWith(text) ? only(tokens.slice(text.length), options) : undefined),
    mayStop: () => tokens.length === 0,
    relax: () => free,
    ...options,
  };
  return state;
}

/** Allows every token but `token`. */
function except(token: number): ConstraintState {
  const state: ConstraintState = {
    candidates: undefined,
    listLegal: () => undefined,
    legal: (each) => each !== token,
    advance: () => state,
    afterText: (text) => (text.includes(String(token)) ? undefined : state),
    mayStop: (replaces) => replaces === 0,
    relax: () => state,
  };
  return state;
}

describe('no constraint', () => {
  it('allows everything and stays', () => {
    assert.ok(free.legal(0) && free.legal(1e6) && free.mayStop(0) && free.mayStop(3));
    assert.ok(free.advance(1) === free && free.afterText('x') === free && free.relax() === free);
    assert.ok(free.candidates === undefined && free.listLegal() === undefined);
  });
});

describe('two constraints', () => {
  it('are one where the other is none', () => {
    const one = except(1);
    assert.equal(both(one, free), one);
    assert.equal(both(free, one), one);
    assert.equal(both(free, free), free);
  });

  it('allow what both allow', () => {
    const state = both(except(1), except(2));
    assert.deepEqual([0, 1, 2, 3].map(state.legal), [true, false, false, true]);
    const next = state.advance(0);
    assert.deepEqual([0, 1, 2, 3].map(next.legal), [true, false, false, true]);
    assert.ok(state.afterText('03') !== undefined);
    assert.ok(state.afterText('13') === undefined && state.afterText('32') === undefined);
  });

  it('go on together', () => {
    const state = both(only([1, 2, 3]), except(3)).advance(1);
    assert.deepEqual([1, 2, 3].map(state.legal), [false, true, false]);
    const last = state.advance(2);
    assert.deepEqual([1, 2, 3].map(last.legal), [false, false, false]);
    assert.ok(state.afterText('2') !== undefined && state.afterText('23') === undefined);
  });

  it('stop where both may, with what is replaced', () => {
    const state = both(only([1]), except(2));
    assert.equal(state.mayStop(0), false);
    assert.equal(state.advance(1).mayStop(0), true);
    assert.equal(state.advance(1).mayStop(1), false);
  });

  it('have the candidates of the one that has them', () => {
    const listed = only([1], { candidates: Int32Array.of(1, 5) });
    assert.deepEqual(both(listed, except(2)).candidates, Int32Array.of(1, 5));
    assert.deepEqual(both(except(2), listed).candidates, Int32Array.of(1, 5));
    assert.equal(both(except(1), except(2)).candidates, undefined);
  });

  it('list what the one that can lists', () => {
    const listed = only([1], { listLegal: () => Int32Array.of(1, 5) });
    assert.deepEqual(both(listed, except(2)).listLegal(), Int32Array.of(1, 5));
    assert.deepEqual(both(except(2), listed).listLegal(), Int32Array.of(1, 5));
    assert.equal(both(except(1), except(2)).listLegal(), undefined);
  });

  it('relax each for itself', () => {
    const rest = both(only([1]), except(2)).relax();
    assert.deepEqual([1, 2, 3].map(rest.legal), [true, false, true]);
  });
});
