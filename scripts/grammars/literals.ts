// Which terminals are written as they are named: anonymous ones whose name, read by a lexer of the grammar, is that terminal.
// A pattern can be given the name of a literal too (an alias), and its name is then not its text.

import type { GrammarTables } from '../../src/constraint/grammar/tables.ts';
import type { GrammarSource } from './grammarSource.ts';
import { runLexer } from './runLexer.ts';

/** Terminal → 1 for a literal. Terminals that only the external scanner finds are none: Ruby's `"` may be written `%q(`. */
export function literalsOf(
  { symbolMetadata, symbolNames }: GrammarSource,
  tables: Omit<GrammarTables, 'literal'>,
): Uint8Array {
  const starts = new Set(tables.lexStates);
  starts.delete(0xffff);
  const literal = new Uint8Array(tables.terminalCount);
  for (let terminal = 1; terminal < tables.terminalCount; terminal++) {
    const [visible, named] = [symbolMetadata[terminal * 3], symbolMetadata[terminal * 3 + 1]];
    if (visible !== 1 || named !== 0) continue;
    const text = Array.from(symbolNames[terminal]!, (character) => character.codePointAt(0)!);
    const isRead = (lexer: GrammarTables['lexer'], state: number, symbol: number) => {
      const token = runLexer(lexer, state, text);
      return token.symbol === symbol && token.start === 0 && token.end === text.length;
    };
    const asKeyword = tables.keywords !== undefined && isRead(tables.keywords, 0, terminal);
    const asToken = [...starts].some((state) => isRead(tables.lexer, state, terminal));
    if (asKeyword || asToken) literal[terminal] = 1;
  }
  return literal;
}
