import assert from 'node:assert/strict';
import { bracketBalance, openedBy } from '../../../src/constraint/brackets.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';

describe('the balance of brackets', () => {
  const balance = async () => bracketBalance((await embeddedTokenizer()).vocabulary);
  const accepts = async (text: string): Promise<boolean> => (await balance()).afterText(text) !== undefined;

  it('closes what it has opened, in order', async () => {
    for (const text of ['f(a, [b, {c: 1}])', '()[]{}', '(', '{ [', '({})', '(\n)'])
      assert.ok(await accepts(text), text);
    for (const text of ['(]', 'f(a}', '[{]', '({)', '{ f(] }']) assert.ok(!(await accepts(text)), text);
  });

  it('closes what was opened before it, as often as that may be', async () => {
    for (const text of [')', '])}', 'a)]', '() )', '}\n}']) assert.ok(await accepts(text), text);
  });

  it('takes anything in strings, which end with their line where they are no templates', async () => {
    for (const text of ['"(]"', "'}'", '"\\"(]"', '`(\n]`', '("]")', "(')')", '(`]\n}`)', "it's (\n)"])
      assert.ok(await accepts(text), text);
    for (const text of ['"(" ( ]', '("\n]', "('\n]", '(`\\``]']) assert.ok(!(await accepts(text)), text);
  });

  it('goes on from token to token as from text to text', async () => {
    const { encode, vocabulary } = await embeddedTokenizer();
    const start = bracketBalance(vocabulary);
    const inBrackets = encode('f(a, [').reduce((state, token) => state.advance(token), start);
    const [close] = encode(']');
    const [curly] = encode('}');
    assert.ok(inBrackets.legal(close!) && !inBrackets.legal(curly!));
    assert.ok(inBrackets.afterText(']) }') !== undefined && inBrackets.afterText(')') === undefined);
    assert.ok(start.legal(curly!), 'the state before is as it was');
    assert.ok(inBrackets.mayStop(0) && inBrackets.relax() === inBrackets && inBrackets.candidates === undefined);
  });

  it('takes deep nests', async () => {
    assert.ok(await accepts(`${'(['.repeat(2000)}${'])'.repeat(2000)}`));
    assert.ok(!(await accepts(`${'(['.repeat(2000)})`)));
  });
});

describe('what a text opens', () => {
  it('is counted in brackets and in strings that go on', () => {
    const counts: Record<string, number> = {
      'f(': 1,
      'f([{': 3,
      'f()': 0,
      '': 0,
      'a)': 0,
      '"a': 1,
      '"(': 1,
      '`a': 1,
      '(`': 2,
    };
    for (const [text, count] of Object.entries(counts)) assert.equal(openedBy(text), count, text);
  });

  it("is an apostrophe's, but not a word's", () => {
    assert.equal(openedBy("x = 'a"), 1);
    assert.equal(openedBy("// don't"), 0);
  });

  it('is nothing where brackets cross', () => assert.equal(openedBy('([)'), 0));
});
