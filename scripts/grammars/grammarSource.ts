// What a generated parser holds, in the layout of its memory (TSLanguage in tree-sitter's parser.h), whether it was read from
// parser.c or from the compiled module: two of these can be held against each other byte for byte.

import { isDeepStrictEqual } from 'node:util';

export interface GrammarSource {
  readonly symbolCount: number;
  readonly aliasCount: number;
  readonly tokenCount: number;
  readonly externalTokenCount: number;
  readonly stateCount: number;
  readonly largeStateCount: number;
  /** Names of symbols, then of aliases; one that holds a zero character ends before it in memory. */
  readonly symbolNames: readonly string[];
  /** Three bytes a symbol: visible, named, supertype. */
  readonly symbolMetadata: Uint8Array;
  /** Rows of the large states, `symbolCount` values each. */
  readonly parseTable: Uint16Array;
  readonly smallParseTable: Uint16Array;
  readonly smallParseTableMap: Uint32Array;
  /** Entries of eight bytes: counts, and after each that many actions. */
  readonly parseActions: Uint8Array;
  /** Three values a state: state of the lexer, row of the external scanner's states, row of reserved words. */
  readonly lexModes: Uint16Array;
  readonly hasKeywords: boolean;
  readonly keywordCapture: number;
  readonly externalSymbols: Uint16Array;
  /** Rows of `externalTokenCount` bytes. */
  readonly externalStates: Uint8Array;
  readonly reservedWordsStride: number;
  /** Rows of `reservedWordsStride` symbols, 0 where nothing more is reserved. */
  readonly reservedWords: Uint16Array;
}

type Member = GrammarSource[keyof GrammarSource];

/** Throws an error that names the first member in which the two differ. */
export function checkSameSource(one: GrammarSource, other: GrammarSource): void {
  for (const member of Object.keys(one) as (keyof GrammarSource)[]) {
    const [a, b] = [one, other].map((source) => (member === 'symbolNames' ? cut(source[member]) : source[member])) as [
      Member,
      Member,
    ];
    if (isDeepStrictEqual(a, b)) continue;
    if (typeof a === 'object' && typeof b === 'object') {
      let at = 0;
      while (at < a.length && a[at] === b[at]) at++;
      throw new Error(
        `${member} differs at ${at}: ${a[at]} in the source (${a.length}), ${b[at]} in the module (${b.length})`,
      );
    }
    throw new Error(`${member} differs: ${a} in the source, ${b} in the module`);
  }
}

function cut(names: readonly string[]): string[] {
  return names.map((name) => name.split('\0', 1)[0]!);
}

export interface Row {
  readonly symbols: readonly number[];
  readonly values: readonly number[];
}

/** The row of a state, symbols ascending; entries of value 0 are left out. */
export function rowOf(source: GrammarSource, state: number): Row {
  const cells: [symbol: number, value: number][] = [];
  if (state < source.largeStateCount) {
    for (let symbol = 0; symbol < source.symbolCount; symbol++)
      cells.push([symbol, source.parseTable[state * source.symbolCount + symbol]!]);
  } else {
    const table = source.smallParseTable;
    let at = source.smallParseTableMap[state - source.largeStateCount]!;
    for (let groups = table[at++]!; groups > 0; groups--) {
      const value = table[at++]!;
      for (let count = table[at++]!; count > 0; count--) cells.push([table[at++]!, value]);
    }
    cells.sort((a, b) => a[0] - b[0]);
  }
  const filled = cells.filter(([, value]) => value !== 0);
  if (filled.some(([symbol], i) => i > 0 && filled[i - 1]![0] === symbol))
    throw new Error(`state ${state} has two entries for a symbol`);
  return { symbols: filled.map(([symbol]) => symbol), values: filled.map(([, value]) => value) };
}
