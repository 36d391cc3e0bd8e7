// An automaton and a text → the token a generated lexer would find: the last state that accepts, skipped characters before it.

import { type LexerTables, none, skipFlag } from '../../src/constraint/grammar/tables.ts';

export interface LexedToken {
  /** Undefined: no token. */
  readonly symbol: number | undefined;
  /** Where the token begins, in code points. */
  readonly start: number;
  /** Where it ends; 0 without a token. */
  readonly end: number;
  /** How many characters were read. */
  readonly read: number;
}

/** @param codePoints the whole rest of the input, whose end the lexer sees. */
export function runLexer(tables: LexerTables, startState: number, codePoints: readonly number[]): LexedToken {
  let state = startState;
  let [at, start, end] = [0, 0, 0];
  let symbol: number | undefined;
  for (;;) {
    const accepted = tables.accept[state]!;
    if (accepted !== none) {
      symbol = accepted;
      end = at;
    }
    const target = targetOf(tables, state, codePoints[at]);
    if (target === none) return { symbol, start, end, read: at };
    if (at < codePoints.length) at++;
    if ((target & skipFlag) !== 0) start = at;
    state = target & ~skipFlag;
  }
}

/** @param codePoint undefined at the end of the input. */
export function targetOf(tables: LexerTables, state: number, codePoint: number | undefined): number {
  if (codePoint === undefined) return tables.atEnd[state]!;
  if (codePoint < 128) return tables.ascii[state * 128 + codePoint]!;
  let [low, high] = [tables.rangeStart[state]!, tables.rangeStart[state + 1]!];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tables.rangeLast[middle]! < codePoint) low = middle + 1;
    else high = middle;
  }
  const inRange = low < tables.rangeStart[state + 1]! && tables.rangeFirst[low]! <= codePoint;
  return inRange ? tables.rangeTarget[low]! : none;
}
