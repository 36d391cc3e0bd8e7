// The shapes of partitions: what the lexer and the scanner make of the ends of tokens, as a tree that goes on with what is left of
// the tokens behind each of theirs.
import type { ScannerState } from '../scanner.ts';
import type { TokenSet } from './tokenSet.ts';

/**
 * Tokens whose ends are still to be read. An item stands for the tokens through a node of the trie (or, if it is not whole, for
 * those that end there), read from an anchor above it on; tokens that end at the anchor are not meant.
 */
export interface Remainders {
  /** Two numbers for each item: its anchor, and twice its node, one more if it is whole. */
  readonly items: Int32Array;
  /** Made when first asked for: by start state of the lexer, and by what the scanner is asked and remembers. */
  byLexerState: Map<number, LexerPartition> | undefined;
  byScan: Map<string, ScannerPartition> | undefined;
  all: TokenSet | undefined;
}

/** Texts that end in an open token which can become one of some terminals. */
export interface InsideClass {
  readonly symbols: Uint32Array;
  readonly tokens: TokenSet;
}

/** Texts whose first token is `accept`, or `keyword` (`none`: there is none) where the parser takes that. */
export interface TokenGroup {
  readonly accept: number;
  readonly keyword: number;
  /** Those that are the whole token. */
  readonly ends: TokenSet | undefined;
  readonly rest: Remainders | undefined;
}

export interface LexerPartition {
  readonly inside: readonly InsideClass[];
  readonly ended: readonly TokenGroup[];
  /** Texts that end in an open token, by the token that they have if that one is never completed. */
  readonly open: readonly TokenGroup[];
  /** Of a token begun before the texts: those in which it goes on without a new match, and those in which it ends without one. */
  readonly insideOld: TokenSet | undefined;
  readonly endedOld: TokenSet | undefined;
}

/** Texts behind which the scanner still waits. */
export interface WaitingClass {
  readonly mayFind: number;
  readonly mayFail: boolean;
  readonly tokens: TokenSet | undefined;
  /** The same again, where the scanner has not begun before them. */
  readonly rest: Remainders | undefined;
  /** Those that end within a character. */
  readonly cut: Remainders | undefined;
}

/** Texts in which the scanner finds a token. */
export interface FoundGroup {
  readonly token: number;
  readonly state: ScannerState;
  /** Whether the token is empty and leaves the scanner as it was: no token then, where it would be an extra. */
  readonly isNothing: boolean;
  readonly ends: TokenSet | undefined;
  readonly rest: Remainders | undefined;
}

/** Texts in which a token that the scanner was looking for ends before them. */
export interface FoundBefore {
  readonly token: number;
  readonly state: ScannerState;
  /** A text with which this is found. */
  readonly sample: string;
  readonly tokens: TokenSet;
}

export interface ScannerPartition {
  /** Texts that are no more than a part of a character. */
  readonly cut: TokenSet | undefined;
  readonly waiting: readonly WaitingClass[];
  readonly found: readonly FoundGroup[];
  readonly nothing: Remainders | undefined;
  readonly foundBefore: readonly FoundBefore[];
}
