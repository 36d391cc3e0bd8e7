// What the phases of Python's scanner know of a scan, and the external tokens they look for.

import type { ScannerState } from '../scanner.ts';
import type { Phase, Scan } from './automaton.ts';

/** Bits of the external tokens, in the order of the grammar. */
export const external = {
  newline: 1 << 0,
  indent: 1 << 1,
  dedent: 1 << 2,
  stringStart: 1 << 3,
  stringContent: 1 << 4,
  escapedBrace: 1 << 5,
  stringEnd: 1 << 6,
  comment: 1 << 7,
  closeParenthesis: 1 << 8,
  closeBracket: 1 << 9,
  closeBrace: 1 << 10,
  except: 1 << 11,
} as const;

export interface PythonScan extends Scan<PythonScan> {
  valid: number;
  strict: boolean;
  /** As it was, and once a token is found, as it then is. */
  state: ScannerState;
  /** The innermost open string, as bits of `quoting`. */
  string: number;
  hasContent: boolean;
  /** Bits of `quoting` from the letters before a quote. */
  prefix: number;
  /** Where a token without text would stand. */
  mark: number;
  /** Of the white space before the next token: whether it holds a line end, and the indentation of its last line. */
  sawLineEnd: boolean;
  width: number;
  tabs: number;
  /** Indentation of the first comment in it, -1 if there is none. */
  commentWidth: number;
}

export type PythonPhase = Phase<PythonScan>;

/** In error recovery tree-sitter asks for everything at once; these two are never valid together otherwise. */
export const isRecovering = ({ valid }: PythonScan): boolean =>
  (valid & external.stringContent) !== 0 && (valid & external.indent) !== 0;

/** Whether the grammar expects a closing bracket. Between operands in brackets it does not, so this may miss some. */
export const isWithinBrackets = ({ valid }: PythonScan): boolean =>
  (valid & (external.closeParenthesis | external.closeBracket | external.closeBrace)) !== 0;

/** The number of a token from its bit. */
export const numberOf = (bit: number): number => 31 - Math.clz32(bit);
