// A parser's state, and why a text cannot follow it, in the words of the grammar: for those who ask what the grammar does at a
// place.
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';

/** One way to read the text up to a place. */
export interface ReadingView {
  /** Row of the grammar's parse table. */
  readonly state: number;
  /** The unfinished token, less the blanks before it; empty between tokens. */
  readonly openText: string;
  /** Whether the scanner, the lexer's part written by hand, cannot answer before it has seen more. */
  readonly scannerWaits: boolean;
}

/** A kind of token. The name of a literal is its text. */
export interface TerminalView {
  readonly name: string;
  readonly isLiteral: boolean;
}

export interface ParserView {
  readonly readings: readonly ReadingView[];
  /** What the unfinished token can be, or become; empty between tokens. Literals last, here and below. */
  readonly open: readonly TerminalView[];
  /** What can follow, behind the unfinished token where there is one; empty where that cannot end yet. */
  readonly next: readonly TerminalView[];
  /** The text that has to come next; empty where there is a choice. */
  readonly forced: string;
}

/** Where a text leaves the language. */
export interface DeadEnd {
  /** The text up to there, and the first character that no text of the language has there; empty where just its first bytes are known. */
  readonly before: string;
  readonly character: string;
  /** What could have followed, or what the unfinished token could have become where it could not end yet. */
  readonly possible: readonly TerminalView[];
  /** Whether the grammar would let it pass, and only the language's rules of indentation do not. */
  readonly isIndentation: boolean;
}

export function viewOf(recogniser: Recogniser, state: ParserState): ParserView {
  const readings = state.readings.map(({ node, text, scan, lexeme }) => ({
    state: node.state,
    openText: text.slice(lexeme?.start ?? 0).trimStart(),
    scannerWaits: scan !== undefined,
  }));
  return { readings, ...terminalsAround(recogniser, state), forced: recogniser.forced(state) };
}

/** Where UTF-8 `bytes` leave the language behind `state`; undefined where all of them can follow. */
export function deadEndOf(recogniser: Recogniser, state: ParserState, bytes: Uint8Array): DeadEnd | undefined {
  if (recogniser.advance(state, bytes, true) !== undefined) return undefined;
  let before = '';
  let alive = state;
  for (const character of new TextDecoder().decode(bytes)) {
    const text = before + character;
    const next = recogniser.feed(state, text, true);
    if (next === undefined) {
      const isIndentation = recogniser.feed(state, text) !== undefined;
      return { before, character, possible: possibleAt(recogniser, alive), isIndentation };
    }
    before = text;
    alive = next;
  }
  // only the first bytes of a character are there, and none that begins with them can follow
  return { before, character: '', possible: possibleAt(recogniser, alive), isIndentation: false };
}

function possibleAt(recogniser: Recogniser, state: ParserState): readonly TerminalView[] {
  const { open, next } = terminalsAround(recogniser, state);
  return next.length > 0 ? next : open;
}

function terminalsAround(recogniser: Recogniser, state: ParserState): Pick<ParserView, 'open' | 'next'> {
  const isOpen = state.readings.some(({ text, lexeme }) => lexeme !== undefined && lexeme.start < text.length);
  const scannerWaits = state.readings.some(({ scan }) => scan !== undefined);
  // to a scanner that waits a blank may mean something
  if (!isOpen || scannerWaits) return { open: [], next: terminalsAt(recogniser, state) };
  // most tokens end at a blank
  const behind = recogniser.feed(state, ' ');
  return {
    open: terminalsAt(recogniser, state),
    next: behind === undefined ? [] : terminalsAt(recogniser, behind),
  };
}

function terminalsAt(recogniser: Recogniser, state: ParserState): readonly TerminalView[] {
  const { symbolNames, literal } = recogniser.tables;
  const found = new Map<string, TerminalView>();
  for (const terminal of recogniser.terminals(state)) {
    const name = terminal === 0 ? 'end of the file' : symbolNames[terminal]!;
    found.set(name, { name, isLiteral: literal[terminal] === 1 });
  }
  return [...found.values()].sort((left, right) => Number(left.isLiteral) - Number(right.isLiteral));
}
