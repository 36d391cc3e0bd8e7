// Tables as a generated parser holds them + automata → tables as the recogniser reads them: rows in compressed form, lists of
// actions without what recognition never does (recovery, the shifts that only rebalance repetitions), bit sets.

import { actionKind, type GrammarTables, type LexerTables, none } from '../../src/constraint/grammar/tables.ts';
import { type GrammarSource, rowOf } from './grammarSource.ts';
import { literalsOf } from './literals.ts';

const kinds = { shift: 0, reduce: 1, accept: 2, recover: 3 };

interface Action {
  readonly kind: number;
  readonly value: number;
  readonly count: number;
}

/** Rows and actions alone: what can be read from the module as well as from the source. */
export type RowTables = Pick<
  GrammarTables,
  'rowStart' | 'rowSymbols' | 'rowValues' | 'actionStart' | 'actionKinds' | 'actionValues' | 'actionCounts'
>;

/** The tables without their automata, which no memory holds. */
export type StaticTables = Omit<GrammarTables, 'name' | 'lexer' | 'keywords' | 'literal'>;

export function buildTables(
  name: string,
  source: GrammarSource,
  lexer: LexerTables,
  keywords: LexerTables | undefined,
): GrammarTables {
  const tables = { ...buildStaticTables(source), name, lexer, keywords };
  return { ...tables, literal: literalsOf(source, tables) };
}

/** Everything but the automata. */
export function buildStaticTables(source: GrammarSource): StaticTables {
  const part = (i: number) =>
    Uint16Array.from({ length: source.stateCount }, (_, state) => source.lexModes[state * 3 + i]!);
  if (source.externalTokenCount > 32)
    throw new Error(`${source.externalTokenCount} external tokens do not fit 32 bits`);
  return {
    stateCount: source.stateCount,
    symbolCount: source.symbolCount,
    terminalCount: source.tokenCount,
    symbolNames: source.symbolNames.slice(0, source.symbolCount),
    ...buildRows(source),
    lexStates: part(0),
    externalLexStates: part(1),
    reservedSets: part(2),
    keywordCapture: source.hasKeywords ? source.keywordCapture : none,
    reserved: reservedRows(source),
    externalSymbols: source.externalSymbols,
    externalStates: externalRows(source),
  };
}

function buildRows(source: GrammarSource): RowTables {
  const rowStart = new Uint32Array(source.stateCount + 1);
  const rowSymbols: number[] = [];
  const rowValues: number[] = [];
  const lists: (readonly Action[])[] = [];
  const listOfKey = new Map<string, number>();
  const listOfIndex = new Map<number, number | undefined>();
  const listOf = (index: number): number | undefined => {
    if (listOfIndex.has(index)) return listOfIndex.get(index);
    const actions = readActions(source, index);
    const key = JSON.stringify(actions);
    const list = actions.length === 0 ? undefined : (listOfKey.get(key) ?? lists.push(actions) - 1);
    if (list !== undefined) listOfKey.set(key, list);
    listOfIndex.set(index, list);
    return list;
  };
  for (let state = 0; state < source.stateCount; state++) {
    const { symbols, values } = rowOf(source, state);
    for (const [i, symbol] of symbols.entries()) {
      const value = symbol < source.tokenCount ? listOf(values[i]!) : values[i]!;
      if (value === undefined) continue;
      rowSymbols.push(symbol);
      rowValues.push(value);
    }
    rowStart[state + 1] = rowSymbols.length;
  }
  const actions = lists.flat();
  let end = 0;
  return {
    rowStart,
    rowSymbols: Uint16Array.from(rowSymbols),
    rowValues: Uint16Array.from(rowValues),
    actionStart: Uint32Array.from([0, ...lists.map((list) => (end += list.length))]),
    actionKinds: Uint8Array.from(actions, ({ kind }) => kind),
    actionValues: Uint16Array.from(actions, ({ value }) => value),
    actionCounts: Uint8Array.from(actions, ({ count }) => count),
  };
}

/** The actions of the list at an entry, in its order. */
function readActions({ parseActions }: GrammarSource, index: number): Action[] {
  const view = new DataView(parseActions.buffer, parseActions.byteOffset);
  const actions: Action[] = [];
  for (let entry = index + 1; entry <= index + view.getUint8(index * 8); entry++) {
    const at = entry * 8;
    const kind = view.getUint8(at);
    const value = view.getUint16(at + 2, true);
    if (kind === kinds.shift) {
      const [extra, repetition] = [view.getUint8(at + 4), view.getUint8(at + 5)];
      if (extra !== 0) actions.push({ kind: actionKind.shiftExtra, value: 0, count: 0 });
      else if (repetition === 0) actions.push({ kind: actionKind.shift, value, count: 0 });
    } else if (kind === kinds.reduce) actions.push({ kind: actionKind.reduce, value, count: view.getUint8(at + 1) });
    else if (kind === kinds.accept) actions.push({ kind: actionKind.accept, value: 0, count: 0 });
    else if (kind !== kinds.recover) throw new Error(`action of unknown kind ${kind}`);
  }
  return actions;
}

function reservedRows({ reservedWords, reservedWordsStride: stride }: GrammarSource): Uint16Array[] {
  const rowCount = stride === 0 ? 1 : reservedWords.length / stride;
  return Array.from({ length: rowCount }, (_, row) =>
    reservedWords
      .slice(row * stride, (row + 1) * stride)
      .filter((symbol) => symbol !== 0)
      .sort(),
  );
}

function externalRows({ externalStates, externalTokenCount: stride }: GrammarSource): Uint32Array {
  const rowCount = stride === 0 ? 1 : externalStates.length / stride;
  return Uint32Array.from({ length: rowCount }, (_, row) =>
    externalStates.slice(row * stride, (row + 1) * stride).reduce((bits, valid, i) => bits | (valid << i), 0),
  );
}
