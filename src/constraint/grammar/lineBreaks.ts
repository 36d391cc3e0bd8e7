// Where a line of Python may break: at the start of a statement and within brackets. The grammar takes other line breaks for
// white space (reference manual 2.1.5 and 2.1.6: a logical line ends at the first NEWLINE outside of brackets).
import type { StackNode } from './stack.ts';
import { actionKind, type GrammarTables, none } from './tables.ts';

/** Tells for a stack whether the line may break behind it. */
export type LineBreakRule = (node: StackNode) => boolean;

const brackets = new Set(['(', '[', '{']);
const statementStarts = new Set(['_newline', '_indent', '_dedent']);

/** The rule for a grammar whose lines end statements; undefined for others. */
export function lineBreakRule(tables: GrammarTables): LineBreakRule | undefined {
  if (tables.name !== 'python') return undefined;
  const shifted = shiftedTerminals(tables);
  const nameOf = (node: StackNode): string => {
    const terminal = shifted[node.state]!;
    return terminal === none ? '' : tables.symbolNames[terminal]!;
  };
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
  const { stateCount, terminalCount, rowStart, rowSymbols, rowValues, actionStart, actionKinds, actionValues } = tables;
  const shifted = new Uint16Array(stateCount).fill(none);
  for (let state = 0; state < stateCount; state++) {
    for (let i = rowStart[state]!; i < rowStart[state + 1]! && rowSymbols[i]! < terminalCount; i++) {
      const list = rowValues[i]!;
      for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++)
        if (actionKinds[action] === actionKind.shift) shifted[actionValues[action]!] = rowSymbols[i]!;
    }
  }
  return shifted;
}
