// The partitions of one vocabulary under one grammar: a tree of what tokens hold, that grows where it is asked for.
import { Lexer } from '../lexer.ts';
import type { ExternalScanner, Pending, ScannerState } from '../scanner.ts';
import type { GrammarTables } from '../tables.ts';
import type { CharacterTrie } from './characterTrie.ts';
import { type LexerPartition, type LexerWalk, lexerPartition } from './lexerPartition.ts';
import { type Remainders, tokensOf, wholeVocabulary } from './remainders.ts';
import { type ScannerPartition, type ScannerWalk, scannerPartition } from './scannerPartition.ts';
import { SymbolSets } from './symbolSets.ts';
import type { TokenSet } from './tokenSet.ts';

export class Partitions {
  readonly whole: Remainders;
  /** Partitions made, and the time that took. */
  made = 0;
  ms = 0;
  readonly size: number;
  readonly characters: CharacterTrie;
  readonly #lexerWalk: LexerWalk;
  readonly #scannerWalk: ScannerWalk | undefined;
  readonly #begun = new Map<number, LexerPartition>();
  readonly #waiting = new Map<string, ScannerPartition>();

  constructor(tables: GrammarTables, scanner: ExternalScanner | undefined, characters: CharacterTrie, size: number) {
    const lexer = new Lexer(tables.lexer);
    const keywords = tables.keywords === undefined ? undefined : new Lexer(tables.keywords);
    const symbolSets = new SymbolSets(tables, lexer, keywords);
    const { keywordCapture } = tables;
    this.size = size;
    this.characters = characters;
    this.#lexerWalk = { characters, size, lexer, keywords, keywordCapture, symbolSets };
    this.#scannerWalk = scanner === undefined ? undefined : { characters, size, scanner };
    this.whole = wholeVocabulary(characters);
  }

  /** Of remainders that the lexer reads from one of its start states. */
  byLexer(remainders: Remainders, lexerState: number): LexerPartition {
    let known = remainders.byLexerState.get(lexerState);
    if (known === undefined) {
      known = this.#timed(() => lexerPartition(this.#lexerWalk, remainders, lexerState, 0, false));
      remainders.byLexerState.set(lexerState, known);
    }
    return known;
  }

  /** Of the vocabulary behind an open token. */
  byOpenToken(lexerState: number, keywordState: number): LexerPartition {
    const key = lexerState * 65536 + keywordState;
    let known = this.#begun.get(key);
    if (known === undefined) {
      known = this.#timed(() => lexerPartition(this.#lexerWalk, this.whole, lexerState, keywordState, true));
      this.#begun.set(key, known);
    }
    return known;
  }

  /** Of remainders that the scanner is asked about. */
  byScanner(remainders: Remainders, valid: number, state: ScannerState): ScannerPartition {
    const key = `${valid} ${state}`;
    let known = remainders.byScan.get(key);
    if (known === undefined) {
      const question = { valid, state, text: '', pending: undefined };
      known = this.#timed(() => scannerPartition(this.#scannerWalk!, remainders, question));
      remainders.byScan.set(key, known);
    }
    return known;
  }

  /** Of the vocabulary behind a text at whose end the scanner waits. */
  byWaiting(valid: number, state: ScannerState, text: string, pending: Pending): ScannerPartition {
    const { scanner } = this.#scannerWalk!;
    const key = `${valid} ${state} ${scanner.keyOf?.(pending, text) ?? text}`;
    let known = this.#waiting.get(key);
    if (known === undefined) {
      const question = { valid, state, text, pending };
      known = this.#timed(() => scannerPartition(this.#scannerWalk!, this.whole, question));
      this.#waiting.set(key, known);
    }
    return known;
  }

  tokensOf(remainders: Remainders): TokenSet | undefined {
    return tokensOf(remainders, this.characters, this.size);
  }

  #timed<T>(make: () => T): T {
    const startMs = performance.now();
    const made = make();
    this.made++;
    this.ms += performance.now() - startMs;
    return made;
  }
}
