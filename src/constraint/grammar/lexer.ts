// One of a grammar's lexer automata, made ready to run over text a piece at a time, and what can still come of each of its states.
// Longest match with the last accepting state, as in tree-sitter's generated lexers.
import { type LexerTables, none, skipFlag } from './tables.ts';

export class Lexer {
  readonly tables: LexerTables;
  /** State → 1 if no character moves it on: a token that ends there is complete. */
  readonly isFinal: Uint8Array;
  readonly #reachable: (Uint16Array | undefined)[];

  constructor(tables: LexerTables) {
    this.tables = tables;
    this.isFinal = finalStates(tables);
    this.#reachable = new Array<Uint16Array | undefined>(tables.stateCount).fill(undefined);
  }

  /** The target of `state` on a code point: a state, with `skipFlag` where the character is skipped, or `none`. */
  move(state: number, codePoint: number): number {
    const { ascii, rangeStart, rangeFirst, rangeLast, rangeTarget } = this.tables;
    if (codePoint < 128) return ascii[state * 128 + codePoint]!;
    let low = rangeStart[state]!;
    let high = rangeStart[state + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rangeLast[middle]! < codePoint) low = middle + 1;
      else high = middle;
    }
    return low < rangeStart[state + 1]! && rangeFirst[low]! <= codePoint ? rangeTarget[low]! : none;
  }

  /** Whether some code point in [first, last], both ≥ 128, moves `state` on; gives the targets. */
  *movesBetween(state: number, first: number, last: number): Generator<number> {
    const { rangeStart, rangeFirst, rangeLast, rangeTarget } = this.tables;
    for (let range = rangeStart[state]!; range < rangeStart[state + 1]!; range++)
      if (rangeFirst[range]! <= last && rangeLast[range]! >= first) yield rangeTarget[range]!;
  }

  /** Terminals that may be accepted in `state` or after more characters. */
  reachable(state: number): Uint16Array {
    this.#reachable[state] ??= this.#reach(state);
    return this.#reachable[state];
  }

  #reach(start: number): Uint16Array {
    const { accept, ascii, rangeStart, rangeTarget } = this.tables;
    const seen = new Set([start]);
    const terminals = new Set<number>();
    for (const state of seen) {
      if (accept[state] !== none) terminals.add(accept[state]!);
      for (let i = state * 128; i < (state + 1) * 128; i++) if (ascii[i] !== none) seen.add(ascii[i]! & ~skipFlag);
      for (let i = rangeStart[state]!; i < rangeStart[state + 1]!; i++) seen.add(rangeTarget[i]! & ~skipFlag);
    }
    return Uint16Array.from(terminals);
  }
}

function finalStates({ stateCount, ascii, rangeStart }: LexerTables): Uint8Array {
  const isFinal = new Uint8Array(stateCount);
  for (let state = 0; state < stateCount; state++) {
    let moves = rangeStart[state + 1]! - rangeStart[state]!;
    for (let i = state * 128; i < (state + 1) * 128; i++) if (ascii[i] !== none) moves++;
    if (moves === 0) isFinal[state] = 1;
  }
  return isFinal;
}
