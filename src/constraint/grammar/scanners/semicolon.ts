// Phases of the JavaScript and TypeScript scanners that find where a semicolon may be left out: at a `}`, at the end of the file, and
// at a line end unless what follows would go on with the statement (ECMA-262, 12.10, as far as a scanner can tell). The two
// grammars differ, and each is followed to the letter.
import { find, peek, unknown, wait } from './automaton.ts';
import {
  type EcmascriptPhase,
  type EcmascriptScan,
  external,
  isLineEnd,
  numberOf,
  skipSpace,
  waitForSemicolon,
} from './ecmascriptScan.ts';
import { question } from './ecmascriptText.ts';
import { isWideDigit, isWideLetter, isWideSpace } from './wideCharacters.ts';

const [slash, star, closeBrace, colon, comma, equals] = [0x2f, 0x2a, 0x7d, 0x3a, 0x2c, 0x3d];

/** Begins at the end of a token; the semicolon, if any, has no text and stands there. */
export const semicolon: EcmascriptPhase = (scan) => {
  scan.mark = scan.at;
  return ownLine;
};

const found = (scan: EcmascriptScan) => find(scan, numberOf(external.semicolon), scan.mark);

/** No semicolon. The position is then where a question mark would be; behind a comment it is not looked for. */
const noSemicolon: EcmascriptPhase = (scan) => {
  if (scan.sawComment || !(scan.valid & external.question)) return 'none';
  const code = peek(scan);
  if (code === unknown) return wait(scan, external.question);
  return code === 0x3f ? question : 'none';
};

/** The rest of the token's own line. */
const ownLine: EcmascriptPhase = (scan) => {
  for (;;) {
    const code = peek(scan);
    if (code === unknown) return waitForSemicolon(scan);
    if (code === 0) return found(scan);
    if (code === slash && !scan.isTypeScript) {
      scan.sawCommentLineEnd = false;
      return comments;
    }
    const next = ownLineAt(scan, code);
    if (next !== undefined) return next;
    scan.at++;
  }
};

/** What the character at the position decides on the token's own line; undefined for white space. */
function ownLineAt(scan: EcmascriptScan, code: number): ReturnType<EcmascriptPhase> | undefined {
  if (code === closeBrace) {
    if (!scan.isTypeScript) return found(scan);
    scan.at++;
    return behindBrace;
  }
  if (code === 10 || (!scan.isTypeScript && isLineEnd(code))) {
    scan.at++;
    scan.isNextLine = true;
    scan.sawCommentLineEnd = false;
    return comments;
  }
  return isWideSpace(code) ? undefined : noSemicolon;
}

/** In TypeScript a `}` with a colon behind it ends a pattern with a type, except within a conditional expression. */
const behindBrace: EcmascriptPhase = (scan) => {
  if (!skipSpace(scan)) return wait(scan, external.semicolon, (scan.valid & external.logicalOr) === 0);
  return peek(scan) !== colon || scan.valid & external.logicalOr ? found(scan) : noSemicolon;
};

/** White space and comments, in any number. */
const comments: EcmascriptPhase = (scan) => {
  if (!skipSpace(scan)) return waitForSemicolon(scan);
  if (peek(scan) !== slash) return scan.isNextLine ? nextLine : behindOwnLineComments;
  const following = peek(scan, 1);
  if (following === unknown) return waitForSemicolon(scan);
  if (following !== slash && following !== star) {
    scan.at++;
    return noSemicolon;
  }
  scan.at += 2;
  return following === slash ? lineComment : blockComment;
};

const lineComment: EcmascriptPhase = (scan) => {
  for (; ; scan.at++) {
    const code = peek(scan);
    if (code === unknown) return waitForSemicolon(scan);
    if (code === 0 || code === 10 || (!scan.isTypeScript && isLineEnd(code))) break;
  }
  scan.sawComment = true;
  return comments;
};

const blockComment: EcmascriptPhase = (scan) => {
  for (; ; scan.at++) {
    const code = peek(scan);
    const following = code === star ? peek(scan, 1) : 0;
    if (code === unknown || following === unknown) return waitForSemicolon(scan);
    if (code === 0) return comments;
    if (following === slash) break;
    scan.sawCommentLineEnd ||= isLineEnd(code);
  }
  scan.at += 2;
  if (scan.isTypeScript) return comments;
  scan.sawComment = true;
  return scan.isNextLine ? comments : behindBlockComment;
};

/** JavaScript, own line: a block comment counts as a line end if it holds one, else the line goes on. */
const behindBlockComment: EcmascriptPhase = (scan) => {
  const code = peek(scan);
  if (code === unknown) return waitForSemicolon(scan);
  if (code === slash) return comments;
  return scan.sawCommentLineEnd ? behindOwnLineComments : restOfOwnLine;
};

/** JavaScript: comments on the own line have come to an end with a line end among them. */
const behindOwnLineComments: EcmascriptPhase = (scan) => {
  const code = peek(scan);
  if (code === unknown) return waitForSemicolon(scan);
  const hasOperators = (scan.valid & external.logicalOr) !== 0;
  return hasOperators || code === comma || code === equals ? restOfOwnLine : found(scan);
};

/** Goes on with the own line behind comments; here the end of the file makes no semicolon. */
const restOfOwnLine: EcmascriptPhase = (scan) => {
  const code = peek(scan);
  if (code === unknown) return waitForSemicolon(scan);
  const next = ownLineAt(scan, code);
  if (next !== undefined) return next;
  scan.at++;
  return ownLine;
};

/** The first character of a later line that is neither white space nor of a comment. */
const nextLine: EcmascriptPhase = (scan) => {
  const code = peek(scan);
  if (code === unknown) return waitForSemicolon(scan);
  if (code >= 0x80 || code === 0) return found(scan);
  const character = String.fromCharCode(code);
  if (character === 'i') return operatorWord(scan);
  if (goesOn(scan, character)) return noSemicolon;
  const decides = beforeSecond[character];
  if (decides === undefined || (character === '.' && scan.isTypeScript)) return found(scan);
  const following = peek(scan, 1);
  if (following === unknown) return waitForSemicolon(scan);
  if (decides(following)) return found(scan);
  scan.at++;
  return noSemicolon;
};

/** Characters that begin both something that goes on with a statement and something that does not: when it does not. */
const beforeSecond: Record<string, (following: number) => boolean> = {
  '.': isWideDigit,
  '+': (following) => following === 0x2b,
  '-': (following) => following === 0x2d,
  '!': (following) => following !== equals,
};

/** Whether a statement goes on with this character, whatever comes behind it. */
function goesOn({ isTypeScript, valid }: EcmascriptScan, character: string): boolean {
  if ('`,:;*%><=?^|&/'.includes(character)) return true;
  if (!isTypeScript) return character === '[' || character === '(';
  if (character === '{') return (valid & external.signatureSemicolon) !== 0;
  if (character === '[' || character === '(') return (valid & external.logicalOr) !== 0;
  return character === '.';
}

/** `in` and `instanceof` go on with a statement, other words do not. */
function operatorWord(scan: EcmascriptScan): ReturnType<EcmascriptPhase> {
  const second = peek(scan, 1);
  if (second === unknown) return waitForSemicolon(scan);
  if (second !== 0x6e) return found(scan);
  const third = letterAt(scan, 2);
  if (third === unknown) return waitForSemicolon(scan);
  if (third === 0) return notBefore(scan, 2);
  for (let i = 0; i < stanceof.length; i++) {
    const code = peek(scan, 2 + i);
    if (code === unknown) return waitForSemicolon(scan);
    if (code !== stanceof.charCodeAt(i)) return found(scan);
  }
  const last = letterAt(scan, 2 + stanceof.length);
  if (last === unknown) return waitForSemicolon(scan);
  return last === 0 ? notBefore(scan, 2 + stanceof.length) : found(scan);
}

const stanceof = 'stanceof';

/** 1 if there is a letter, 0 if there is none, or `unknown`. */
function letterAt(scan: EcmascriptScan, ahead: number): number {
  const unit = peek(scan, ahead);
  if ((unit & 0xfc00) !== 0xd800 || unit === unknown) return unit === unknown ? unknown : Number(isWideLetter(unit));
  if (peek(scan, ahead + 1) === unknown) return unknown;
  return Number(isWideLetter(scan.text.codePointAt(scan.at + ahead)!));
}

/** No semicolon before an operator of this length. */
function notBefore(scan: EcmascriptScan, length: number): EcmascriptPhase {
  scan.at += length;
  return noSemicolon;
}
