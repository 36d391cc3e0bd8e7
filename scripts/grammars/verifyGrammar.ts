// Both lexers of a grammar against their compiled forms, from all states that parsing starts in.

import type { GrammarModule } from '../../src/constraint/grammar/scanners/grammarModule.ts';
import { type GrammarTables, none } from '../../src/constraint/grammar/tables.ts';
import { type Thoroughness, type Verification, verifyLexer } from './verifyLexer.ts';

/** Throws on the first text on which an automaton and its compiled form differ. */
export function verifyGrammar(module: GrammarModule, tables: GrammarTables, thoroughness: Thoroughness): Verification {
  const { lexFunction, keywordLexFunction } = module.language;
  const starts = new Set(tables.lexStates);
  starts.delete(none);
  const tokens = verifyLexer(module, lexFunction, tables.lexer, [...starts], thoroughness);
  if (tables.keywords === undefined) return tokens;
  const words = verifyLexer(module, keywordLexFunction, tables.keywords, [0], thoroughness);
  return { singleMoves: tokens.singleMoves + words.singleMoves, walks: tokens.walks + words.walks };
}
