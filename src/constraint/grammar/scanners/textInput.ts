// The text a lexer reads, as tree-sitter's lexer.c presents it: one code point of lookahead, 0 at the end, a token that ends where
// it was marked or else where reading stopped. It also notes whether a lexer has seen the end of the text.
import type { GrammarModule, LexerCallbacks } from './grammarModule.ts';
import { ScannerFault } from './scannerFault.ts';

/** A reader over one text at a time. Offsets are UTF-16 units. */
export interface TextInput extends LexerCallbacks {
  /** Puts the lookahead at `start`; `limit` bounds the number of calls that a lexer may make before `ScannerFault` is thrown. */
  open(text: string, start: number, limit?: number): void;
  /** Where the token ends. */
  readonly end: number;
  /** Where it begins: after the last character skipped. */
  readonly start: number;
  /** Whether the lookahead has been the end of the text, or half a character there. */
  readonly touched: boolean;
}

const newline = 10;

/** A reader whose lookahead is that of `module`'s lexer. It answers that lexer from when it is set as `module.callbacks`. */
export function textInput(module: Pick<GrammarModule, 'words' | 'lexer'>): TextInput {
  const { words } = module;
  const lookahead = module.lexer >>> 2;
  let text = '';
  let [opened, position, tokenStart, tokenEnd, width, stepsLeft] = [0, 0, 0, -1, 0, 0];
  let touched = false;
  /** Code points read on this line; `column` adds those before `opened` while that is the same line. */
  let columnRead = 0;
  let isFirstLine = true;

  const look = () => {
    if (position >= text.length) {
      width = 0;
      words[lookahead] = 0;
      touched = true;
    } else {
      const code = text.codePointAt(position)!;
      width = code > 0xffff ? 2 : 1;
      words[lookahead] = code;
      if (position + 1 === text.length && (code & 0xfffffc00) === 0xd800) touched = true;
    }
  };
  const step = () => {
    if (--stepsLeft < 0) throw new ScannerFault('a lexer does not come to an end');
  };
  return {
    open(newText, start, limit = Number.POSITIVE_INFINITY) {
      text = newText;
      opened = start;
      position = start;
      columnRead = 0;
      isFirstLine = true;
      tokenStart = start;
      tokenEnd = -1;
      stepsLeft = limit;
      touched = false;
      look();
    },
    get end() {
      return tokenEnd < 0 ? position : tokenEnd;
    },
    get start() {
      return tokenStart;
    },
    get touched() {
      return touched;
    },
    advance(skip) {
      step();
      if (width === 0) return;
      position += width;
      columnRead++;
      if (words[lookahead] === newline) {
        columnRead = 0;
        isFirstLine = false;
      }
      if (skip) tokenStart = position;
      look();
    },
    markEnd() {
      tokenEnd = position;
    },
    column() {
      step();
      return isFirstLine ? columnRead + columnAt(text, opened) : columnRead;
    },
    atIncludedRangeStart: () => false,
    atEnd() {
      step();
      return width === 0;
    },
  };
}

function columnAt(text: string, offset: number): number {
  let column = 0;
  for (let i = offset; i > 0 && text.charCodeAt(i - 1) !== newline; i--)
    if ((text.charCodeAt(i - 1) & 0xfc00) !== 0xdc00) column++;
  return column;
}
