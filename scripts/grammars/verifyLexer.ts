// An automaton against the compiled lexer it was translated from: every state on every character around which its answer
// changes, one state of each list of ranges on all characters that are assigned or may be, and walks through the automaton from every state that
// parsing starts in, mostly along its moves.

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { GrammarModule } from '../../src/constraint/grammar/scanners/grammarModule.ts';
import { type LexerTables, none, skipFlag } from '../../src/constraint/grammar/tables.ts';
import { type LexedToken, runLexer, targetOf } from './runLexer.ts';

const lastCodePoint = 0x10ffff;
/** All planes of Unicode with assigned characters: a newer version adds letters here. */
const sweptPlanes = [
  [128, 0x3ffff],
  [0xe0000, 0xe0fff],
] as const;

/** How many texts were tried. */
export interface Verification {
  readonly singleMoves: number;
  readonly walks: number;
}

export interface Thoroughness {
  /** Whether a state of each list of ranges is tried on all characters, which takes seconds. */
  readonly everyCharacter: boolean;
  readonly walksPerState: number;
}

type CompiledLexer = (startState: number, codePoints: readonly number[]) => LexedToken;

/**
 * @param functionIndex the lexer's index in the module's table
 * @param startStates where the walks begin
 * Throws an error with the state and the text on which the two differ.
 */
export function verifyLexer(
  module: GrammarModule,
  functionIndex: number,
  tables: LexerTables,
  startStates: readonly number[],
  { everyCharacter, walksPerState }: Thoroughness,
): Verification {
  const compiled = compiledLexer(module, functionIndex);
  const check = (state: number, text: readonly number[]) => {
    const [expected, found] = [compiled(state, text), runLexer(tables, state, text)];
    if (!isSameToken(expected, found))
      throw new Error(
        `from state ${state} on ${JSON.stringify(String.fromCodePoint(...text))} the compiled lexer says ` +
          `${JSON.stringify(expected)}, the automaton ${JSON.stringify(found)}`,
      );
  };
  let singleMoves = 0;
  for (let state = 0; state < tables.stateCount; state++) {
    for (const character of charactersAround(tables, state)) {
      check(state, [character]);
      singleMoves++;
    }
    check(state, []);
  }
  for (const state of everyCharacter ? statesOfEachRangeList(tables) : [])
    for (const [first, last] of sweptPlanes)
      for (let character = first; character <= last; character++, singleMoves++) check(state, [character]);
  const random = xorshift128plus(functionIndex);
  const draw = (count: number) => uniformInt(random, 0, count - 1);
  const strangers = [0, 9, 10, 13, 32, 0x7f, 0x80, 0xa0, 0xe9, 0x2028, 0x4e2d, 0xfeff, 0x1f600, 0x10ffff];
  for (const start of startStates)
    for (let walk = 0; walk < walksPerState; walk++) check(start, drawText(tables, start, draw, strangers));
  return { singleMoves, walks: startStates.length * walksPerState };
}

function isSameToken(a: LexedToken, b: LexedToken): boolean {
  return a.symbol === b.symbol && a.start === b.start && a.end === b.end && a.read === b.read;
}

/** The first state of each list of ranges that occurs: the compiled sets behind them are shared too. */
function statesOfEachRangeList({ stateCount, rangeStart, rangeFirst, rangeLast }: LexerTables): Iterable<number> {
  const states = new Map<string, number>();
  for (let state = stateCount - 1; state >= 0; state--) {
    const [start, end] = [rangeStart[state]!, rangeStart[state + 1]!];
    states.set(`${rangeFirst.subarray(start, end)};${rangeLast.subarray(start, end)}`, state);
  }
  return states.values();
}

/** ASCII, and ends of ranges with their neighbours; surrogates are no characters. */
function charactersAround(tables: LexerTables, state: number): Set<number> {
  const characters = new Set(Array.from({ length: 129 }, (_, i) => i));
  for (let range = tables.rangeStart[state]!; range < tables.rangeStart[state + 1]!; range++)
    for (const end of [tables.rangeFirst[range]!, tables.rangeLast[range]!])
      for (const character of [end - 1, end, end + 1]) if (character <= lastCodePoint) characters.add(character);
  return characters;
}

function drawText(
  tables: LexerTables,
  start: number,
  draw: (count: number) => number,
  strangers: readonly number[],
): number[] {
  const text: number[] = [];
  let state = start;
  for (let length = 1 + draw(12); length > 0; length--) {
    const moves = movesOf(tables, state);
    const kind = draw(10);
    const character =
      kind < 8 && moves.length > 0
        ? moves[draw(moves.length)]!
        : kind === 8
          ? draw(128)
          : strangers[draw(strangers.length)]!;
    text.push(character);
    const target = targetOf(tables, state, character);
    // Past the end of a token the rest of the text only shows that nobody reads it.
    if (target !== none) state = target & ~skipFlag;
  }
  return text;
}

/** Characters with a move from a state: all of ASCII, one or both ends of each range. */
const movesOfState = new WeakMap<LexerTables, Map<number, number[]>>();
function movesOf(tables: LexerTables, state: number): number[] {
  const known = movesOfState.get(tables) ?? new Map<number, number[]>();
  movesOfState.set(tables, known);
  const moves =
    known.get(state) ??
    [...charactersAround(tables, state)].filter((character) => targetOf(tables, state, character) !== none);
  known.set(state, moves);
  return moves;
}

/** The lexer function, run over code points as tree-sitter's own lexer would feed it. */
function compiledLexer(module: GrammarModule, functionIndex: number): CompiledLexer {
  const lex = module.callable(functionIndex);
  return (startState, codePoints) => {
    let [at, start, end] = [0, 0, 0];
    const look = () => module.setLookahead(codePoints[at] ?? 0);
    module.callbacks = {
      advance(skip) {
        if (at < codePoints.length) at++;
        if (skip) start = at;
        look();
      },
      markEnd() {
        end = at;
      },
      column: () => at,
      atIncludedRangeStart: () => false,
      atEnd: () => at >= codePoints.length,
    };
    look();
    const found = lex(module.lexer, startState) !== 0;
    return { symbol: found ? module.resultSymbol() : undefined, start, end, read: at };
  };
}
