// A generated lexer function (ts_lex, ts_lex_keywords) → its automaton. The conditions of a state are asked in their order over
// each interval of code points on which no answer changes, and once for the end of the input.

import { type LexerTables, none, skipFlag } from '../../src/constraint/grammar/tables.ts';
import { type CharacterSets, type CharacterTest, type Lookahead, readTest } from './characterTests.ts';
import type { CReader } from './cReader.ts';

const codePointCount = 0x110000;
const asciiCount = 128;

interface Move extends CharacterTest {
  readonly target: number;
}

interface State {
  readonly accept: number;
  readonly moves: readonly Move[];
}

/** Reads the body of a lexer function, from `{` to `}`. `symbols` are the constants of the enumeration of symbols. */
export function readLexerFunction(
  reader: CReader,
  sets: CharacterSets,
  symbols: ReadonlyMap<string, number>,
): LexerTables {
  reader.expect('{', 'START_LEXER', '(', ')', ';', 'eof', '=', 'lexer', '-', '>', 'eof', '(', 'lexer', ')', ';');
  reader.expect('switch', '(', 'state', ')', '{');
  const states: State[] = [];
  while (reader.accept('case')) {
    if (reader.value !== states.length) reader.fail('states of a lexer must count up');
    reader.number();
    reader.expect(':');
    states.push(readState(reader, sets, symbols));
  }
  reader.expect('default', ':', 'return', 'false', ';', '}', '}');
  for (const { moves } of states)
    for (const { target } of moves)
      if ((target & ~skipFlag) >= states.length)
        reader.fail(`a move to state ${target & ~skipFlag} that does not exist`);
  return buildTables(states);
}

function readState(reader: CReader, sets: CharacterSets, symbols: ReadonlyMap<string, number>): State {
  let accept: number = none;
  if (reader.accept('ACCEPT_TOKEN')) {
    reader.expect('(');
    accept = symbols.get(reader.text) ?? reader.fail('unknown symbol');
    reader.word();
    reader.expect(')', ';');
  }
  const moves: Move[] = [];
  while (!reader.accept('END_STATE')) {
    if (reader.accept('ADVANCE_MAP')) moves.push(...readMap(reader));
    else {
      reader.expect('if', '(');
      const test = readTest(reader, sets);
      reader.expect(')');
      const skips = reader.accept('SKIP');
      if (!skips) reader.expect('ADVANCE');
      reader.expect('(');
      const target = readTarget(reader) | (skips ? skipFlag : 0);
      reader.expect(')', ';');
      moves.push({ ...test, target });
    }
  }
  reader.expect('(', ')', ';');
  return { accept, moves };
}

/** `ADVANCE_MAP('a', 1, 'b', 2,);`: a character and the state it leads to, and again. */
function readMap(reader: CReader): Move[] {
  const moves: Move[] = [];
  reader.expect('(');
  while (!reader.accept(')')) {
    const character = reader.number();
    if (character > 0xffff) reader.fail('a character of a map must fit 16 bits');
    reader.expect(',');
    const target = readTarget(reader);
    if (!reader.is(')')) reader.expect(',');
    moves.push({ holds: ({ codePoint }) => codePoint === character, edges: [character, character + 1], target });
  }
  reader.expect(';');
  return moves;
}

function readTarget(reader: CReader): number {
  const target = reader.number();
  if (target >= (none & ~skipFlag)) reader.fail('too many states for 15 bits');
  return target;
}

function buildTables(states: readonly State[]): LexerTables {
  const ascii = new Uint16Array(states.length * asciiCount);
  const atEnd = new Uint16Array(states.length);
  const rangeStart = new Uint32Array(states.length + 1);
  const ranges: { first: number; last: number; target: number }[] = [];
  for (const [index, { moves }] of states.entries()) {
    const answer = (lookahead: Lookahead) => moves.find(({ holds }) => holds(lookahead))?.target ?? none;
    atEnd[index] = answer({ codePoint: 0, atEnd: true });
    for (let codePoint = 0; codePoint < asciiCount; codePoint++)
      ascii[index * asciiCount + codePoint] = answer({ codePoint, atEnd: false });
    const edges = [...new Set(moves.flatMap((move) => move.edges)), codePointCount]
      .filter((edge) => edge > asciiCount && edge <= codePointCount)
      .sort((a, b) => a - b);
    let first = asciiCount;
    for (const edge of edges) {
      const target = answer({ codePoint: first, atEnd: false });
      const before = ranges.at(-1);
      if (target !== none) {
        const joins = ranges.length > rangeStart[index]! && before?.last === first - 1 && before.target === target;
        if (joins) before.last = edge - 1;
        else ranges.push({ first, last: edge - 1, target });
      }
      first = edge;
    }
    rangeStart[index + 1] = ranges.length;
  }
  checkEnds(atEnd);
  return {
    stateCount: states.length,
    accept: Uint16Array.from(states, ({ accept }) => accept),
    ascii,
    atEnd,
    rangeStart,
    rangeFirst: Uint32Array.from(ranges, ({ first }) => first),
    rangeLast: Uint32Array.from(ranges, ({ last }) => last),
    rangeTarget: Uint16Array.from(ranges, ({ target }) => target),
  };
}

/** At the end of the input no character is consumed: moves that lead round in a circle would never end. */
function checkEnds(atEnd: Uint16Array): void {
  for (let state = 0; state < atEnd.length; state++) {
    let at = state;
    for (let steps = 0; atEnd[at] !== none; steps++) {
      if (steps > atEnd.length) throw new Error(`the lexer never ends from state ${state} at the end of the input`);
      at = atEnd[at]! & ~skipFlag;
    }
  }
}
