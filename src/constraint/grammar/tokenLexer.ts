// A grammar's lexer with its automaton of keywords, run side by side: text → a token, or how far the open one has been read.
// Longest match; a word is looked up among the keywords by its whole text (tree-sitter's ts_parser__lex).
import { Lexer } from './lexer.ts';
import type { Lexeme } from './parserState.ts';
import { type GrammarTables, none, skipFlag } from './tables.ts';

/** A whole token. */
export interface Match {
  /** The terminal, and the keyword that it spells, or `none`. */
  readonly accept: number;
  readonly keyword: number;
  /** Where it ends in the text. */
  readonly end: number;
}

/** What was read: an open token to the end of the text, a whole one, or text that no token begins with (neither). */
export interface Lexed {
  readonly lexeme: Lexeme | undefined;
  readonly match: Match | undefined;
  /** Whether a line break was skipped before the token. */
  readonly skippedLineBreak: boolean;
}

const lineBreak = 10;

export class TokenLexer {
  readonly lexer: Lexer;
  readonly #keywords: Lexer | undefined;
  readonly #keywordCapture: number;

  constructor(tables: GrammarTables) {
    this.lexer = new Lexer(tables.lexer);
    this.#keywords = tables.keywords === undefined ? undefined : new Lexer(tables.keywords);
    this.#keywordCapture = tables.keywordCapture;
  }

  /**
   * Reads one token of `text`.
   * @param begun the open token, or the lexer's state to begin one in
   * @param from where the characters begin that it has not read
   */
  read(text: string, begun: Lexeme | number, from: number, ended: boolean): Lexed {
    const { lexer } = this;
    const accepts = lexer.tables.accept;
    const isNew = typeof begun === 'number';
    let state = isNew ? begun : begun.state;
    let keywordState = isNew ? 0 : begun.keywordState;
    let start = isNew ? from : begun.start;
    let accept = isNew ? accepts[state]! : begun.accept;
    let acceptEnd = isNew ? from : begun.acceptEnd;
    let keyword = isNew ? none : begun.keyword;
    let next = from;
    let isOpen = true;
    let skippedLineBreak = false;
    while (isOpen && next < text.length) {
      let codePoint = text.charCodeAt(next);
      if (codePoint >= 0xd800) codePoint = text.codePointAt(next)!;
      const target = lexer.move(state, codePoint);
      if (target === none) {
        isOpen = false;
        break;
      }
      next += codePoint > 0xffff ? 2 : 1;
      state = target & ~skipFlag;
      if (target !== state) {
        start = next;
        keywordState = 0;
        skippedLineBreak ||= codePoint === lineBreak;
      } else keywordState = this.#moveKeyword(keywordState, codePoint);
      if (accepts[state] === none) continue;
      accept = accepts[state]!;
      acceptEnd = next;
      keyword = this.#keywordOf(accept, keywordState);
      isOpen = lexer.isFinal[state] === 0;
    }
    if (isOpen && !ended)
      return { lexeme: { state, keywordState, start, accept, acceptEnd, keyword }, match: undefined, skippedLineBreak };
    for (let end = isOpen ? lexer.tables.atEnd[state]! : none; end !== none; end = lexer.tables.atEnd[state]!) {
      state = end & ~skipFlag;
      if (accepts[state] === none) continue;
      accept = accepts[state]!;
      acceptEnd = next;
      keyword = none;
    }
    const match = accept === none ? undefined : { accept, keyword, end: acceptEnd };
    return { lexeme: undefined, match, skippedLineBreak };
  }

  /** Terminals that an open token in these states can become, keywords among them. */
  *reachable(state: number, keywordState: number): Generator<number> {
    for (const terminal of this.lexer.reachable(state)) {
      yield terminal;
      if (terminal === this.#keywordCapture && keywordState !== none)
        yield* this.#keywords?.reachable(keywordState) ?? [];
    }
  }

  #moveKeyword(keywordState: number, codePoint: number): number {
    if (keywordState === none || this.#keywords === undefined) return keywordState;
    const target = this.#keywords.move(keywordState, codePoint);
    return target >= skipFlag ? none : target;
  }

  #keywordOf(accept: number, keywordState: number): number {
    if (accept !== this.#keywordCapture || keywordState === none || this.#keywords === undefined) return none;
    return this.#keywords.tables.accept[keywordState]!;
  }
}
