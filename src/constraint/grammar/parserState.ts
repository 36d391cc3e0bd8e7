// A place in a text as the recogniser sees it: every way the text so far can be read. Immutable; equal keys have equal futures.
import type { Pending, ScannerState } from './scanner.ts';
import type { StackNode } from './stack.ts';

/** How far the lexer's automata have read an unfinished token: to the end of the reading's text, in which the offsets count. */
export interface Lexeme {
  readonly state: number;
  /** State of the keyword automaton, `none` once it is dead. */
  readonly keywordState: number;
  /** Where the token begins, behind skipped characters. */
  readonly start: number;
  /** Terminal of the longest match so far, or `none`; it ends at `acceptEnd`, and `keyword` is what it spells, or `none`. */
  readonly accept: number;
  readonly acceptEnd: number;
  readonly keyword: number;
}

/** One way to read the text so far: tokens up to a place, and the text after it, whose token is still open. */
export interface Reading {
  readonly node: StackNode;
  readonly scanner: ScannerState;
  /** Text after the last token, less what was skipped. */
  readonly text: string;
  /** The scanner's answer while it waits for more text; the lexer has not been asked then. */
  readonly scan: Pending | undefined;
  /** Undefined while the scanner waits, and where no text was read yet. */
  readonly lexeme: Lexeme | undefined;
}

export interface ParserState {
  /** Never empty. */
  readonly readings: readonly Reading[];
  /** Bytes of a character whose last bytes are to come. */
  readonly partial: readonly number[];
}

/** A string that two states of one recogniser share only if their futures are the same. */
export function stateKey({ readings, partial }: ParserState): string {
  let key = partial.join();
  for (const { node, scanner, text, scan, lexeme } of readings) {
    const stage = scan !== undefined ? 'scan' : lexeme === undefined ? '' : `${lexeme.state}`;
    key += `\u0001${node.id}\u0002${scanner}\u0002${stage}\u0002${text}`;
  }
  return key;
}
