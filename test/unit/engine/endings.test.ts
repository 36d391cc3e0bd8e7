import assert from 'node:assert/strict';
import type { ConstraintState } from '../../../src/constraint/constraint.ts';
import { unmonitored } from '../../../src/constraint/monitor/monitor.ts';
import { endingAt, endingsOf, type Said } from '../../../src/engine/endings.ts';
import { type Fitted, fitToSuffix } from '../../../src/engine/overlap.ts';

/** Any text is legal behind `said` but those with a `!`; it may end where `mayEnd` matches it and nothing is replaced. */
function behind(said: string, mayEnd: RegExp): ConstraintState {
  const state: ConstraintState = {
    candidates: undefined,
    listLegal: () => undefined,
    legal: () => true,
    advance: () => state,
    afterText: (text) => (text.includes('!') ? undefined : behind(said + text, mayEnd)),
    mayStop: (replaces) => replaces === 0 && mayEnd.test(said),
    relax: () => state,
  };
  return state;
}

/** What was said token by token; each has a log probability of -1. */
function steps(tokens: readonly string[], mayEnd: RegExp): Said[] {
  const texts = tokens.map((_, i) => tokens.slice(0, i + 1).join(''));
  const free = { monitor: unmonitored, logLegalMass: 0 };
  return ['', ...texts].map((text, i) => ({ ...free, text, state: behind(text, mayEnd), logProb: 0 - i }));
}

const asItIs = (text: string): Fitted => ({ text, replaces: 0 });
const textsOf = (text: string, tokens: readonly string[], mayEnd: RegExp, healed = ''): string[] =>
  [...endingsOf(text, steps(tokens, mayEnd), { healed, fitText: asItIs })].map((ending) => ending.text);

describe('the endings of a draft', () => {
  it('are the longest first, where the constraint lets it end', () => {
    const tokens = ['f', '(', 'a', ')', ' +', ' b'];
    assert.deepEqual(textsOf('f(a) + b', tokens, /./), ['f(a) + b', 'f(a) +', 'f(a)', 'f(a', 'f(', 'f']);
    assert.deepEqual(textsOf('f(a) + b', tokens, /[)b]$/), ['f(a) + b', 'f(a)']);
    assert.deepEqual(textsOf('f(a) + b', tokens, /^$/), []);
  });

  it('split no word and no character', () => {
    assert.deepEqual(textsOf('foo.bar', ['fo', 'o.b', 'ar'], /./), ['foo.bar', 'foo.', 'foo']);
    assert.deepEqual(textsOf('é1_$ 名', ['é1', '_$ 名'], /./), ['é1_$ 名', 'é1_$']);
    assert.deepEqual(textsOf('"😀"', ['"😀"'], /./), ['"😀"', '"😀', '"']);
  });

  it('are in the middle of tokens too', () => {
    assert.deepEqual(textsOf('a)))', ['a', ')))'], /^a\)?$/), ['a)', 'a']);
  });

  it('do not end on blanks, and are what is left without them', () => {
    assert.deepEqual(textsOf('a;\n\n', ['a', ';\n', '\n'], /;$/), ['a;', 'a;']);
  });

  it('leave out what stands in the document already', () => {
    assert.deepEqual(textsOf('foo(a)', ['fo', 'o(', 'a)'], /[a)]$/, 'foo'), ['(a)', '(a']);
    assert.deepEqual(textsOf('foo', ['fo', 'o'], /./, 'foo'), []);
  });

  it('have the probability of what was said up to them', () => {
    const rules = { healed: '', fitText: asItIs };
    const said = steps(['a', ' +', ' b'], /./);
    assert.deepEqual(endingAt('a + b', said, rules), {
      text: 'a + b',
      said: 'a + b',
      tokens: 3,
      replaces: 0,
      logProb: -3,
      logLegalMass: 0,
    });
    assert.deepEqual(endingAt('a', said, rules), {
      text: 'a',
      said: 'a',
      tokens: 1,
      replaces: 0,
      logProb: -1,
      logLegalMass: 0,
    });
  });

  it('are held to what they replace after the cursor', () => {
    const fitText = (text: string): Fitted => fitToSuffix(text, 'print(', ')\n');
    const said = steps(['a', ');'], /./);
    assert.equal(endingAt('a);', said, { healed: '', fitText }), undefined);
    assert.deepEqual(endingAt('a)', said, { healed: '', fitText }), {
      text: 'a',
      said: 'a',
      tokens: 1,
      replaces: 0,
      logProb: -1,
      logLegalMass: 0,
    });
  });

  it('are none where the constraint takes no such text', () => {
    const said: Said[] = [{ text: '', state: behind('', /./), monitor: unmonitored, logProb: 0, logLegalMass: 0 }];
    assert.equal(endingAt('a!', said, { healed: '', fitText: asItIs }), undefined);
  });
});
