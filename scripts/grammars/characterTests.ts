// The conditions of a generated lexer, `('a' <= lookahead && lookahead <= 'z') || set_contains(…)`, as functions over a
// character, with the places on the axis of code points where their answers can change.

import type { CReader } from './cReader.ts';

/** The character a lexer looks at; at the end of the input it is 0 too. */
export interface Lookahead {
  readonly codePoint: number;
  readonly atEnd: boolean;
}

export interface CharacterTest {
  readonly holds: (lookahead: Lookahead) => boolean;
  /** Code points where the answer may differ from the one before. */
  readonly edges: readonly number[];
}

/** First and last code point. */
export type CharacterRange = readonly [first: number, last: number];

/** Named sets of characters, their ranges ascending. */
export type CharacterSets = ReadonlyMap<string, readonly CharacterRange[]>;

/** Reads a condition, `||` binding weakest. */
export function readTest(reader: CReader, sets: CharacterSets): CharacterTest {
  const parts = [readConjunction(reader, sets)];
  while (reader.accept('||')) parts.push(readConjunction(reader, sets));
  return {
    holds: (lookahead) => parts.some(({ holds }) => holds(lookahead)),
    edges: parts.flatMap(({ edges }) => edges),
  };
}

function readConjunction(reader: CReader, sets: CharacterSets): CharacterTest {
  const parts = [readUnary(reader, sets)];
  while (reader.accept('&&')) parts.push(readUnary(reader, sets));
  return {
    holds: (lookahead) => parts.every(({ holds }) => holds(lookahead)),
    edges: parts.flatMap(({ edges }) => edges),
  };
}

function readUnary(reader: CReader, sets: CharacterSets): CharacterTest {
  if (reader.accept('!')) {
    const inner = readUnary(reader, sets);
    return { holds: (lookahead) => !inner.holds(lookahead), edges: inner.edges };
  }
  if (reader.accept('(')) {
    const inner = readTest(reader, sets);
    reader.expect(')');
    return inner;
  }
  if (reader.accept('eof')) return { holds: ({ atEnd }) => atEnd, edges: [] };
  if (reader.accept('set_contains')) return readSetTest(reader, sets);
  return readComparison(reader);
}

function readSetTest(reader: CReader, sets: CharacterSets): CharacterTest {
  reader.expect('(');
  const ranges = sets.get(reader.text) ?? reader.fail('unknown set of characters');
  reader.word();
  reader.expect(',');
  reader.number();
  reader.expect(',', 'lookahead', ')');
  return {
    holds: ({ codePoint }) => ranges.some(([first, last]) => first <= codePoint && codePoint <= last),
    edges: ranges.flatMap(([first, last]) => [first, last + 1]),
  };
}

type Comparison = (a: number, b: number) => boolean;
const comparisons: Readonly<Record<string, Comparison>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** `lookahead` on one side, a constant on the other. */
function readComparison(reader: CReader): CharacterTest {
  const constantFirst = reader.kind === 'number';
  const first = constantFirst ? reader.number() : undefined;
  if (!constantFirst) reader.expect('lookahead');
  const compare = comparisons[reader.text];
  if (reader.kind !== 'punctuation' || compare === undefined) return reader.fail('expected a comparison');
  reader.advance();
  if (first !== undefined) {
    reader.expect('lookahead');
    return { holds: ({ codePoint }) => compare(first, codePoint), edges: [first, first + 1] };
  }
  const second = reader.number();
  return { holds: ({ codePoint }) => compare(codePoint, second), edges: [second, second + 1] };
}
