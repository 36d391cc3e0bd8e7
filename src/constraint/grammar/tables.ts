// A language as numbers: the LR rows, actions and lexer automata of a tree-sitter grammar, as flat arrays that a recogniser
// reads and never writes. Layout of the sources: tree-sitter's parser.h (TSLanguage, ABI 14 and 15).

/** No symbol, no target, no state: what 16-bit entries hold where there is nothing. */
export const none = 0xffff;

/** Set on a target of a lexer: the character read is skipped, and the token begins after it. */
export const skipFlag = 0x8000;

/** A lexer's automaton over code points. Targets are states, with `skipFlag` where the character is skipped; `none`: no move. */
export interface LexerTables {
  readonly stateCount: number;
  /** State → terminal accepted on entering it, or `none`. */
  readonly accept: Uint16Array;
  /** State × 128 → target for a code point below 128. */
  readonly ascii: Uint16Array;
  /** State → target at the end of the input (no character is consumed), or `none`. */
  readonly atEnd: Uint16Array;
  /** State → first range of it in the three arrays below; one more entry than states. */
  readonly rangeStart: Uint32Array;
  /** First and last code point (≥ 128) of a range, both inclusive; ranges of a state ascend and do not overlap. */
  readonly rangeFirst: Uint32Array;
  readonly rangeLast: Uint32Array;
  readonly rangeTarget: Uint16Array;
}

/** Kinds of parse actions. */
export const actionKind = { shift: 0, shiftExtra: 1, reduce: 2, accept: 3 } as const;

export interface GrammarTables {
  /** Name of the grammar: `typescript`, `tsx`, `c_sharp`. */
  readonly name: string;
  readonly stateCount: number;
  readonly symbolCount: number;
  /** Symbols below are terminals, external ones among them; 0 is the end of the input. */
  readonly terminalCount: number;
  /** Names of all symbols; a literal's name is its text. */
  readonly symbolNames: readonly string[];
  /** Terminal → 1 if it is a literal such as `{` or `return`: its name is all the text it can have. */
  readonly literal: Uint8Array;

  /** State → first entry of its row in the two arrays below; one more entry than states. Symbols of a row ascend. */
  readonly rowStart: Uint32Array;
  readonly rowSymbols: Uint16Array;
  /** For a terminal the index of a list of actions, for a nonterminal the state to go to. */
  readonly rowValues: Uint16Array;
  /** List → first of its actions in the arrays below; one more entry than lists. Recover actions and repetition shifts are left out. */
  readonly actionStart: Uint32Array;
  readonly actionKinds: Uint8Array;
  /** State for a shift, nonterminal for a reduction. */
  readonly actionValues: Uint16Array;
  /** Children of a reduction (extras not counted). */
  readonly actionCounts: Uint8Array;

  /** State → start state of the lexer, `none` at the end of a nonterminal extra (the state reduces without a token). */
  readonly lexStates: Uint16Array;
  /** State → row of `externalStates`; 0: the scanner is not asked. */
  readonly externalLexStates: Uint16Array;
  /** State → row of `reserved`; 0 where nothing is reserved. */
  readonly reservedSets: Uint16Array;
  readonly lexer: LexerTables;
  /** Automaton over the text of `keywordCapture`; undefined where the grammar has none. */
  readonly keywords: LexerTables | undefined;
  /** The terminal whose text is looked up in `keywords`, or `none`. */
  readonly keywordCapture: number;
  /** Row → reserved terminals, ascending. */
  readonly reserved: readonly Uint16Array[];

  /** External token → terminal. */
  readonly externalSymbols: Uint16Array;
  /** Row → bit set of the external tokens that are valid (bit i for external token i). */
  readonly externalStates: Uint32Array;
}
