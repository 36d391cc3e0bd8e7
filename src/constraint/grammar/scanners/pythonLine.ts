// Phases of Python's scanner between tokens: the white space and comments before the next token, and the ends of lines and blocks
// that they make, which are tokens without text.
import { find, peek, unknown, wait } from './automaton.ts';
import { external, isRecovering, isWithinBrackets, numberOf, type PythonPhase, type PythonScan } from './pythonScan.ts';
import { closeLevel, innerLevel, isDeeper, isInsideFormatted, isOpenLevel, openLevel } from './pythonState.ts';
import { stringStart } from './pythonString.ts';

const [tab, lineFeed, formFeed, carriageReturn, space] = [0x09, 0x0a, 0x0c, 0x0d, 0x20];
const [doubleQuote, hash, singleQuote, backslash, backtick] = [0x22, 0x23, 0x27, 0x5c, 0x60];
const beforeComments = external.indent | external.dedent | external.newline | external.except;
const largestWidth = 0xffff;

/** Begins at the end of a token. */
export const line: PythonPhase = (scan) => {
  scan.mark = scan.at;
  return whiteSpace;
};

const whiteSpace: PythonPhase = (scan) => {
  for (;;) {
    const code = peek(scan);
    if (code === space) indentBy(scan, 1, 0);
    else if (code === tab) indentBy(scan, 8, 1);
    else if (code === lineFeed || code === carriageReturn || code === formFeed) {
      scan.sawLineEnd ||= code === lineFeed;
      indentAnew(scan);
    } else if (code === unknown) return waitInLine(scan);
    else if (code === hash && scan.valid & beforeComments) return atComment(scan);
    else if (code !== backslash) return behindWhiteSpace;
    else {
      const length = lineContinuation(scan);
      if (length === unknown) return waitInLine(scan);
      if (length === 0) return 'none';
      scan.at += length - 1;
    }
    scan.at++;
  }
};

/** A comment on the line of a token goes before the end of that line; it is for the lexer to find. */
function atComment(scan: PythonScan): ReturnType<PythonPhase> {
  if (!scan.sawLineEnd) return 'none';
  if (scan.commentWidth === -1) scan.commentWidth = scan.width;
  return comment;
}

/** A comment and its line end. */
const comment: PythonPhase = (scan) => {
  for (;;) {
    const code = peek(scan);
    if (code === unknown) return waitInLine(scan);
    if (!isFileEnd(scan)) scan.at++;
    if (code !== 0 && code !== lineFeed) continue;
    indentAnew(scan);
    return whiteSpace;
  }
};

/** Length of a backslash and the end of its line, or of the file; 0 if anything else follows, or `unknown`. */
function lineContinuation(scan: PythonScan): number {
  const following = peek(scan, 1);
  const length = following === carriageReturn ? 2 : 1;
  const lineEnd = peek(scan, length);
  if (lineEnd === unknown) return unknown;
  if (lineEnd === lineFeed) return length + 1;
  return scan.at + length >= scan.text.length ? length : 0;
}

/** The next token begins here, or the file ends: says what the line ends before it mean. */
const behindWhiteSpace: PythonPhase = (scan) => {
  if (isFileEnd(scan)) {
    scan.sawLineEnd = true;
    indentAnew(scan);
  } else if (scan.strict && scan.sawLineEnd && breaksIndentation(scan)) return 'rejected';
  if (scan.sawLineEnd) {
    const { valid, state, width } = scan;
    if (valid & external.indent && width > innerLevel(state).width) {
      scan.state = openLevel(state, scan);
      return find(scan, numberOf(external.indent), scan.mark);
    }
    if (
      width < innerLevel(state).width &&
      mayDedent(scan) &&
      !(valid & external.stringStart && isQuote(peek(scan)) && !(valid & external.dedent))
    ) {
      scan.state = closeLevel(state);
      return find(scan, numberOf(external.dedent), scan.mark);
    }
    if (mayEndLine(scan)) return find(scan, numberOf(external.newline), scan.mark);
  }
  return scan.commentWidth === -1 && scan.valid & external.stringStart ? stringStart : 'none';
};

/**
 * Whether a line that is less indented ends a block. Where no block could end, one may all the same end, with an error, unless the
 * line goes on with a statement. Comments at the depth of the block belong to it and come first.
 */
function mayDedent(scan: PythonScan): boolean {
  const { valid, state, commentWidth } = scan;
  const isPlace = valid & external.dedent || !(valid & external.newline || isWithinBrackets(scan));
  return Boolean(isPlace) && !isInsideFormatted(state) && commentWidth < innerLevel(state).width;
}

const mayEndLine = (scan: PythonScan): boolean => (scan.valid & external.newline) !== 0 && !isRecovering(scan);

/**
 * Whether Python forbids the indentation of a new logical line, where the grammar does not (Python reference, 2.1.8). It has to be
 * deeper where a block must follow, else that of an open level. The tokens that are valid tell a new line from one that goes on in
 * brackets.
 */
function breaksIndentation(scan: PythonScan): boolean {
  const { valid, state } = scan;
  if (isWithinBrackets(scan) || isRecovering(scan)) return false;
  if (valid & external.indent) return !isDeeper(scan, innerLevel(state));
  return (valid & (external.newline | external.dedent)) !== 0 && !isOpenLevel(state, scan);
}

/** What may be found in white space once more text comes. */
function waitInLine(scan: PythonScan): 'wait' {
  const { valid, state, sawLineEnd, commentWidth } = scan;
  let mayFind = valid & external.indent;
  if (innerLevel(state).width > 0 && mayDedent(scan)) mayFind |= external.dedent;
  if (mayEndLine(scan)) mayFind |= external.newline;
  if (commentWidth === -1) mayFind |= valid & external.stringStart;
  return wait(scan, mayFind, !sawLineEnd || !mayEndLine(scan));
}

function indentBy(scan: PythonScan, width: number, tabs: number): void {
  scan.width = (scan.width + width) & largestWidth;
  scan.tabs += tabs;
}

function indentAnew(scan: PythonScan): void {
  scan.width = 0;
  scan.tabs = 0;
}

const isFileEnd = ({ at, text, ended }: PythonScan): boolean => ended && at >= text.length;

const isQuote = (code: number): boolean => code === doubleQuote || code === singleQuote || code === backtick;
