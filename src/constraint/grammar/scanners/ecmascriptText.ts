// Phases of the JavaScript and TypeScript scanners for tokens that are text: of templates, of JSX, comments in HTML's style, and the
// question mark of a conditional expression.
import { find, peek, unknown, wait } from './automaton.ts';
import {
  type EcmascriptPhase,
  type EcmascriptScan,
  external,
  isLineEnd,
  numberOf,
  skipSpace,
} from './ecmascriptScan.ts';
import { isWideDigit, isWideSpace } from './wideCharacters.ts';

const [backtick, dollar, backslash, openBrace] = [0x60, 0x24, 0x5c, 0x7b];
const [less, greater, closeBrace, ampersand] = [0x3c, 0x3e, 0x7d, 0x26];
const [questionMark, dot, colon, closeParenthesis, comma] = [0x3f, 0x2e, 0x3a, 0x29, 0x2c];

/** Text of a template up to its end, an escape or a `${`; with the end of the file none. */
export const templateText: EcmascriptPhase = (scan) => {
  for (;;) {
    const code = peek(scan);
    const hasText = scan.at > scan.start;
    const following = code === dollar ? peek(scan, 1) : 0;
    if (code === unknown || following === unknown) return wait(scan, external.templateText, !hasText);
    if (code === 0) return 'none';
    if (code === backtick || code === backslash || following === openBrace)
      return hasText ? find(scan, numberOf(external.templateText), scan.at) : 'none';
    scan.at++;
  }
};

/**
 * Text between JSX tags. Line ends, and white space after them, show nothing; if there is no more than that, the search for other
 * tokens goes on with `otherwise` behind it, as a lexer cannot go back.
 */
export function jsxText(otherwise: EcmascriptPhase, otherwiseFinds: (scan: EcmascriptScan) => number): EcmascriptPhase {
  return (scan) => {
    for (;;) {
      const code = peek(scan);
      if (code === unknown)
        return wait(scan, external.jsxText | (scan.sawText ? 0 : otherwiseFinds(scan)), !scan.sawText);
      if (isJsxTextEnd(code)) return scan.sawText ? find(scan, numberOf(external.jsxText), scan.at) : otherwise;
      if (code === 10) scan.atLineStart = true;
      else {
        scan.atLineStart &&= isWideSpace(code);
        scan.sawText ||= !scan.atLineStart;
      }
      scan.at++;
    }
  };
}

const isJsxTextEnd = (code: number): boolean =>
  code === 0 || code === less || code === greater || code === openBrace || code === closeBrace || code === ampersand;

/** The question mark of a conditional expression, behind white space. */
export const question: EcmascriptPhase = (scan) => {
  if (!skipSpace(scan)) return wait(scan, external.question);
  if (peek(scan) !== questionMark) return 'none';
  const following = peek(scan, 1);
  if (following === unknown) return wait(scan, external.question);
  if (following === questionMark || (scan.isTypeScript && following === dot)) return 'none';
  scan.at++;
  scan.end = scan.at;
  return scan.isTypeScript ? optionalMark : questionBeforeDot;
};

/** In TypeScript, a question mark before one of these, perhaps after white space, is that of something optional. */
const optionalMark: EcmascriptPhase = (scan) => {
  if (!skipSpace(scan)) return wait(scan, external.question);
  const code = peek(scan);
  return code === colon || code === closeParenthesis || code === comma ? 'none' : questionBeforeDot;
};

/** `a?.b` is no conditional, `a?.5:b` is. */
const questionBeforeDot: EcmascriptPhase = (scan) => {
  const code = peek(scan);
  const following = code === dot ? peek(scan, 1) : 0;
  if (code === unknown || following === unknown) return wait(scan, external.question);
  if (code === dot && !isWideDigit(following)) return 'none';
  return find(scan, numberOf(external.question), scan.end);
};

/** `<!--` or `-->`, behind white space, and the rest of the line. */
export const htmlComment: EcmascriptPhase = (scan) => {
  if (!skipSpace(scan)) return wait(scan, external.htmlComment);
  const opening = peek(scan) === less ? '<!--' : '-->';
  for (let i = 0; i < opening.length; i++) {
    const code = peek(scan, i);
    if (code === unknown) return wait(scan, external.htmlComment);
    if (code !== opening.charCodeAt(i)) return 'none';
  }
  scan.at += opening.length;
  return restOfHtmlComment;
};

const restOfHtmlComment: EcmascriptPhase = (scan) => {
  for (; ; scan.at++) {
    const code = peek(scan);
    if (code === unknown) return wait(scan, external.htmlComment, false);
    if (code === 0 || isLineEnd(code)) return find(scan, numberOf(external.htmlComment), scan.at);
  }
};
