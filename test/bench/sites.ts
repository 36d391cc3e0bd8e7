// Places in a file where a hole may be cut, whatever the language.

import type { HoleKind } from './items.ts';

/** A hole from `start` to `end`, UTF-16 offsets into the file. */
export interface Site {
  readonly kind: HoleKind;
  readonly start: number;
  readonly end: number;
}

/** Stands for each character of a literal in a mask: neither blank nor part of any word. */
export const stringMark = '\uE000';

/** A line of code a cursor may stop in: offsets of its first and after its last character of code. */
export interface CodeLine {
  readonly start: number;
  readonly end: number;
}

const minimumLineCharacters = 8;

/** Lines of `text` that hold enough code, no comment, and are no import. `mask` is the text with comments as blanks. */
export function codeLines(text: string, mask: string): CodeLine[] {
  const lines: CodeLine[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const code = mask.slice(offset, offset + line.length);
    const trimmed = line.trim();
    const isPlainCode = code.trim().length === trimmed.length;
    if (
      isPlainCode &&
      trimmed.length >= minimumLineCharacters &&
      /[\w$]/.test(code) &&
      !/^(import|from)\b/.test(trimmed)
    ) {
      const start = offset + line.indexOf(trimmed);
      lines.push({ start, end: start + trimmed.length });
    }
    offset += line.length + 1;
  }
  return lines;
}
