// Where a line may break, as languages have it and their grammars do not: in many, a string between quotes ends on its line, and
// a line of Python breaks at the start of a statement or within brackets (its reference manual, 2.1.5 and 2.1.6). Grammars take
// those line breaks for white space.
import type { StackNode } from './stack.ts';
import { actionKind, type GrammarTables, none } from './tables.ts';

/** Tells for a stack whether a line break behind it can be white space. */
export type LineBreakRule = (node: StackNode) => boolean;

/** Grammars of languages whose strings between quotes end on their line. */
const oneLineStrings = new Set(['javascript', 'typescript', 'tsx', 'json', 'go', 'c', 'cpp']);
const quotes = new Set(['"', "'"]);
const brackets = new Set(['(', '[', '{']);
const statementStarts = new Set(['_newline', '_indent', '_dedent']);

/** The rule of a language. */
export function lineBreakRule(tables: GrammarTables): LineBreakRule {
  const shifted = shiftedTerminals(tables);
  const nameOf = ({ state }: StackNode): string => {
    const terminal = shifted[state]!;
    return terminal === none ? '' : tables.symbolNames[terminal]!;
  };
  if (oneLineStrings.has(tables.name)) {
    const inString = stringStates(tables, shifted);
    return ({ state }) => inString[state] === 0;
  }
  if (tables.name !== 'python') return () => true;
  const isInBrackets = (node: StackNode): boolean => {
    const seen = new Set([node]);
    for (const each of seen) {
      if (brackets.has(nameOf(each))) return true;
      for (const below of each.below) seen.add(below);
    }
    return false;
  };
  return (node) => node.below.length === 0 || statementStarts.has(nameOf(node)) || isInBrackets(node);
}

/** State → the terminal that is shifted to reach it, or `none`: all ways into a state of an LR automaton have the same symbol. */
function shiftedTerminals(tables: GrammarTables): Uint16Array {
  const shifted = new Uint16Array(tables.stateCount).fill(none);
  for (const { terminal, target } of shifts(tables)) shifted[target] = terminal;
  return shifted;
}

/** State → 1 behind an opening quote or a part of a string: the same quote can be shifted there to close it. */
function stringStates(tables: GrammarTables, shifted: Uint16Array): Uint8Array {
  const inString = new Uint8Array(tables.stateCount);
  for (const { state, terminal } of shifts(tables)) {
    if (!quotes.has(tables.symbolNames[terminal]!) || shifted[state] === none) continue;
    if (/^["']$|string|escape/.test(tables.symbolNames[shifted[state]!]!)) inString[state] = 1;
  }
  return inString;
}

interface Shift {
  readonly state: number;
  readonly terminal: number;
  readonly target: number;
}

function* shifts(tables: GrammarTables): Generator<Shift> {
  const { stateCount, terminalCount, rowStart, rowSymbols, rowValues, actionStart, actionKinds, actionValues } = tables;
  for (let state = 0; state < stateCount; state++) {
    for (let i = rowStart[state]!; i < rowStart[state + 1]! && rowSymbols[i]! < terminalCount; i++) {
      const list = rowValues[i]!;
      for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++)
        if (actionKinds[action] === actionKind.shift)
          yield { state, terminal: rowSymbols[i]!, target: actionValues[action]! };
    }
  }
}
