// The automata of the grammars that ship, run by hand.
import assert from 'node:assert/strict';
import { Lexer } from '../../../../src/constraint/grammar/lexer.ts';
import { none, skipFlag } from '../../../../src/constraint/grammar/tables.ts';
import { subjectFor } from '../../../support/grammarText.ts';

describe('the lexer of JSON', () => {
  const open = async () => {
    const { tables } = (await subjectFor('json')).recogniser;
    const lexer = new Lexer(tables.lexer);
    const names = (terminals: Iterable<number>) =>
      [...terminals].map((terminal) => tables.symbolNames[terminal]!).sort();
    /** State of the automaton behind `text`, from the start of a file; undefined where it stops before. */
    const run = (text: string): number | undefined => {
      let state = tables.lexStates[1]!;
      for (const character of text) {
        const target = lexer.move(state, character.codePointAt(0)!);
        if (target === none) return undefined;
        state = target & ~skipFlag;
      }
      return state;
    };
    return { lexer, tables, names, run };
  };

  it('moves on each character, and skips blanks', async () => {
    const { lexer, tables, names, run } = await open();
    assert.equal(lexer.move(tables.lexStates[1]!, 0x20) & skipFlag, skipFlag);
    for (const [text, name] of [
      ['{', '{'],
      ['12.5', 'number'],
      ['true', 'true'],
      ['  \n null', 'null'],
      ['// a', 'comment'],
    ] as const) {
      const state = run(text);
      assert.deepEqual(names([tables.lexer.accept[state!]!]), [name]);
    }
    for (const text of ['x', '-x', '{{', 'trux', 'é']) assert.equal(run(text), undefined, text);
  });

  it('knows what a token can still become', async () => {
    const { lexer, names, run } = await open();
    assert.deepEqual(names(lexer.reachable(run('t')!)), ['true']);
    assert.deepEqual(names(lexer.reachable(run('-')!)), ['number']);
    assert.deepEqual(names(lexer.reachable(run('/')!)), ['comment']);
    assert.deepEqual(names(lexer.reachable(run('1')!)), ['number']);
  });

  it('knows where a token is complete', async () => {
    const { lexer, run } = await open();
    for (const text of ['{', ',', 'true', '/**/']) assert.equal(lexer.isFinal[run(text)!], 1, text);
    for (const text of ['1', 't', '-', '//', '/*']) assert.equal(lexer.isFinal[run(text)!], 0, text);
  });

  it('finds the moves on what is beyond ASCII, by character and by range', async () => {
    const { tables } = (await subjectFor('python')).recogniser;
    const lexer = new Lexer(tables.lexer);
    const start = tables.lexStates[1]!;
    for (const [character, moves] of [
      ['é', true],
      ['名', true],
      ['😀', false],
      ['\ufeff', true],
      ['\u00ad', false],
    ] as const) {
      const codePoint = character.codePointAt(0)!;
      assert.equal(lexer.move(start, codePoint) !== none, moves, character);
      assert.deepEqual(
        [...lexer.movesBetween(start, codePoint, codePoint)],
        moves ? [lexer.move(start, codePoint)] : [],
      );
    }
    assert.ok([...lexer.movesBetween(start, 0x80, 0x10ffff)].length > 0);
    assert.deepEqual([...lexer.movesBetween(start, 0x1f600, 0x1f601)], []);
  });
});
