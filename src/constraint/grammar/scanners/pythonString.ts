// Phases of Python's scanner within strings and at their start.
import { find, peek, unknown, wait } from './automaton.ts';
import { external, isRecovering, numberOf, type PythonPhase, type PythonScan } from './pythonScan.ts';
import { closeString, openString, quoting } from './pythonState.ts';

const [lineFeed, carriageReturn, doubleQuote, singleQuote] = [0x0a, 0x0d, 0x22, 0x27];
const [backslash, backtick, openBrace, closeBrace] = [0x5c, 0x60, 0x7b, 0x7d];

type Step = ReturnType<PythonPhase>;

/** `{{` and `}}` in a formatted string; a single brace is no token of the scanner. Elsewhere goes on with `otherwise`. */
export function escapedBrace(otherwise: PythonPhase): PythonPhase {
  return (scan) => {
    if (!(scan.valid & external.escapedBrace) || !(scan.string & quoting.format) || isRecovering(scan))
      return otherwise;
    const code = peek(scan);
    if (code === unknown) return wait(scan, external.escapedBrace | external.stringContent | external.stringEnd);
    if (code !== openBrace && code !== closeBrace) return otherwise;
    const following = peek(scan, 1);
    if (following === unknown) return wait(scan, external.escapedBrace);
    return following === code ? find(scan, numberOf(external.escapedBrace), scan.at + 2) : 'none';
  };
}

/** The inside of an open string and its end. A string that the file or a NUL ends goes on with `otherwise`, as do other places. */
export function stringContent(otherwise: PythonPhase): PythonPhase {
  const inside: PythonPhase = (scan) => {
    const { string } = scan;
    const quote = quoteOf(string);
    for (;;) {
      const code = peek(scan);
      if (code === unknown) return waitInString(scan);
      if (code === 0) return otherwise;
      if ((code === openBrace || code === closeBrace) && string & quoting.format) return contentSoFar(scan);
      if (code === quote) return atQuote(scan, quote);
      if (code === lineFeed && scan.hasContent && !(string & quoting.triple)) return 'none';
      if (code !== backslash) {
        scan.at++;
        scan.hasContent = true;
      } else {
        const step = atBackslash(scan, quote);
        if (step !== undefined) return step;
      }
    }
  };
  return (scan) => {
    const isInString = scan.valid & external.stringContent && scan.string !== 0 && !isRecovering(scan);
    return isInString ? inside : otherwise;
  };
}

/** Content in a string over several lines cannot fail; other strings end with the line. */
function waitInString(scan: PythonScan): 'wait' {
  const { hasContent, string } = scan;
  const mayEnd = hasContent ? 0 : external.stringEnd;
  return wait(scan, external.stringContent | mayEnd, !hasContent || !(string & quoting.triple));
}

const contentSoFar = (scan: PythonScan): Step =>
  scan.hasContent ? find(scan, numberOf(external.stringContent), scan.at) : 'none';

/** The string's own quote: its end, unless content comes before that or a string in triple quotes goes on. */
function atQuote(scan: PythonScan, quote: number): Step {
  let length = 1;
  if (scan.string & quoting.triple) {
    for (; length < 3; length++) {
      const following = peek(scan, length);
      if (following === unknown)
        return wait(scan, external.stringContent | (scan.hasContent ? 0 : external.stringEnd), false);
      if (following !== quote) return find(scan, numberOf(external.stringContent), scan.at + length);
    }
  }
  if (scan.hasContent) return contentSoFar(scan);
  scan.state = closeString(scan.state);
  return find(scan, numberOf(external.stringEnd), scan.at + length);
}

/** A backslash: goes over what is no escape (then gives undefined), else the content ends before it. */
function atBackslash(scan: PythonScan, quote: number): Step | undefined {
  if (scan.string & quoting.raw) return overRawBackslash(scan, quote);
  if (!(scan.string & quoting.bytes)) return contentSoFar(scan);
  const following = peek(scan, 1);
  if (following === unknown) return waitInString(scan);
  if (!'NuU'.includes(String.fromCharCode(following))) return contentSoFar(scan);
  if (peek(scan, 2) === unknown) return waitInString(scan);
  scan.at = Math.min(scan.at + 3, scan.text.length);
  scan.hasContent = true;
  return undefined;
}

/** In a raw string: the backslash, a quote or backslash behind it, and a line end behind these. None of it counts as content. */
function overRawBackslash(scan: PythonScan, quote: number): Step | undefined {
  let length = 1;
  const escaped = peek(scan, length);
  if (escaped === quote || escaped === backslash) length++;
  const lineEnd = peek(scan, length);
  if (lineEnd === carriageReturn) length++;
  const isLineEnd = lineEnd === lineFeed || lineEnd === carriageReturn;
  const last = peek(scan, length);
  if (escaped === unknown || lineEnd === unknown || (isLineEnd && last === unknown)) return waitInString(scan);
  if (last === lineFeed && isLineEnd) length++;
  scan.at += length;
  return undefined;
}

function quoteOf(string: number): number {
  if (string & quoting.single) return singleQuote;
  return string & quoting.double ? doubleQuote : backtick;
}

const prefixes: Record<string, number> = {
  f: quoting.format,
  t: quoting.format,
  r: quoting.raw,
  b: quoting.bytes,
  u: 0,
};

/** Letters that say how the string is to be read, in any number, and the opening quotes. */
export const stringStart: PythonPhase = (scan) => {
  for (;;) {
    const code = peek(scan);
    if (code === unknown) return wait(scan, external.stringStart);
    const prefix = code < 0x80 ? prefixes[String.fromCharCode(code).toLowerCase()] : undefined;
    if (prefix === undefined) return atOpeningQuote(scan, code);
    scan.prefix |= prefix;
    scan.at++;
  }
};

function atOpeningQuote(scan: PythonScan, code: number): Step {
  let quotes = 1;
  if (code === singleQuote || code === doubleQuote) {
    for (; quotes < 3; quotes++) {
      const following = peek(scan, quotes);
      if (following === unknown) return wait(scan, external.stringStart, false);
      if (following !== code) break;
    }
  } else if (code !== backtick) return 'none';
  const isTriple = quotes === 3;
  const quote = code === singleQuote ? quoting.single : code === doubleQuote ? quoting.double : quoting.backtick;
  scan.state = openString(scan.state, scan.prefix | quote | (isTriple ? quoting.triple : 0));
  return find(scan, numberOf(external.stringStart), scan.at + (isTriple ? 3 : 1));
}
