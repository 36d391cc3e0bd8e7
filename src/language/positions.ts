// Offsets in a text ↔ lines and characters of the protocol (UTF-16), and the one change that turns a text into another.
import type { Position, Range } from 'vscode-languageserver-protocol';

/** Line and character of an offset. */
export function positionAt(text: string, offset: number): Position {
  let line = 0;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', start)) {
    line += 1;
    start = at + 1;
  }
  return { line, character: offset - start };
}

/** A change of one range of a text. */
export interface RangeChange {
  readonly range: Range;
  readonly text: string;
}

/** What lies between the common beginning and the common end of two texts; `undefined` where they are the same. */
export function changeBetween(before: string, after: string): RangeChange | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isHighSurrogate(before, start - 1)) start -= 1;
  let tail = 0;
  const longest = shorter - start;
  while (tail < longest && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) {
    tail += 1;
  }
  if (tail > 0 && isLowSurrogate(before, before.length - tail)) tail -= 1;
  return {
    range: { start: positionAt(before, start), end: positionAt(before, before.length - tail) },
    text: after.slice(start, after.length - tail),
  };
}

function isHighSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00;
}
