// What the phases of the JavaScript and TypeScript scanners know of a scan, and the external tokens they look for.
import { type Phase, peek, type Scan, unknown, wait } from './automaton.ts';
import { isWideSpace } from './wideCharacters.ts';

/** Bits of the external tokens, in the order of the grammars; the last two are TypeScript's. */
export const external = {
  semicolon: 1 << 0,
  templateText: 1 << 1,
  question: 1 << 2,
  htmlComment: 1 << 3,
  logicalOr: 1 << 4,
  escapeSequence: 1 << 5,
  regexPattern: 1 << 6,
  jsxText: 1 << 7,
  signatureSemicolon: 1 << 8,
} as const;

export interface EcmascriptScan extends Scan<EcmascriptScan> {
  readonly isTypeScript: boolean;
  start: number;
  valid: number;
  /** Whether JSX text has something to show, and whether nothing but space has come since its last line end. */
  sawText: boolean;
  atLineStart: boolean;
  /** Where a semicolon would stand. */
  mark: number;
  /** While looking for a semicolon: on a line after the token's own; a comment has been passed; one with a line end in it. */
  isNextLine: boolean;
  sawComment: boolean;
  sawCommentLineEnd: boolean;
}

export type EcmascriptPhase = Phase<EcmascriptScan>;

/** The number of a token from its bit. */
export const numberOf = (bit: number): number => 31 - Math.clz32(bit);

/** Goes over white space; whether what comes after it is known. */
export function skipSpace(scan: EcmascriptScan): boolean {
  let code = peek(scan);
  while (code !== unknown && isWideSpace(code)) {
    scan.at++;
    code = peek(scan);
  }
  return code !== unknown;
}

/** Whether a code unit ends a line for ECMAScript, the carriage return left out as in the grammars. */
export const isLineEnd = (code: number): boolean => code === 10 || code === 0x2028 || code === 0x2029;

/** Waits in a phase that looks for a semicolon and, where that fails before a question mark, for the latter. */
export function waitForSemicolon(scan: EcmascriptScan): 'wait' {
  const orQuestion = scan.sawComment ? 0 : scan.valid & external.question;
  return wait(scan, external.semicolon | orQuestion);
}
