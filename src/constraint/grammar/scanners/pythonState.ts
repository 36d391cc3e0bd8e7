// What Python's scanner remembers, as the bytes that scanner.c of tree-sitter-python writes: whether the last string opened is
// formatted and still open, the number of open strings, the kind of each, and two bytes for the width of each open level of
// indentation but the first, 0. A character has room for more than a byte: above the low byte of a width stands the number of
// tabs in it, which the wasm does not know, so that mixed indentation can be told.
import type { ScannerState } from '../scanner.ts';

/** How a string is written, as bits; no bit: there is no string. */
export const quoting = {
  single: 1 << 0,
  double: 1 << 1,
  backtick: 1 << 2,
  raw: 1 << 3,
  format: 1 << 4,
  triple: 1 << 5,
  bytes: 1 << 6,
} as const;

/** Indentation of a line: a tab counts 8. */
export interface Indentation {
  readonly width: number;
  readonly tabs: number;
}

const stringLimit = 255;
const sizeLimit = 1024;
const tabsLimit = 255;
const margin: Indentation = { width: 0, tabs: 0 };

/** A state as written; that of a file's start is empty. */
export const normalised = (state: ScannerState): ScannerState => (state === '' ? '\0\0' : state);

export const isInsideFormatted = (state: ScannerState): boolean => state.charCodeAt(0) !== 0;

const stringCount = (state: ScannerState): number => state.charCodeAt(1);

/** The innermost open string. */
export function innerString(state: ScannerState): number {
  const count = stringCount(state);
  return count === 0 ? 0 : state.charCodeAt(1 + count);
}

export function openString(state: ScannerState, kind: number): ScannerState {
  const count = stringCount(state);
  const isFormatted = kind & quoting.format ? '\x01' : '\0';
  if (count === stringLimit) return isFormatted + state.slice(1);
  return `${isFormatted}${String.fromCharCode(count + 1)}${state.slice(2, 2 + count)}${String.fromCharCode(kind)}${state.slice(2 + count)}`;
}

export function closeString(state: ScannerState): ScannerState {
  const count = stringCount(state);
  return `\0${String.fromCharCode(count - 1)}${state.slice(2, 1 + count)}${state.slice(2 + count)}`;
}

/** The innermost open level. */
export function innerLevel(state: ScannerState): Indentation {
  return state.length === levelsStart(state) ? margin : levelAt(state, state.length - 2);
}

export function openLevel(state: ScannerState, { width, tabs }: Indentation): ScannerState {
  if (state.length >= sizeLimit) return state;
  return state + String.fromCharCode((width & 0xff) | (Math.min(tabs, tabsLimit) << 8), width >>> 8);
}

export const closeLevel = (state: ScannerState): ScannerState => state.slice(0, -2);

/** Whether a line of this indentation stands at an open level, by the same white space. */
export function isOpenLevel(state: ScannerState, { width, tabs }: Indentation): boolean {
  if (width === 0) return true;
  for (let i = levelsStart(state); i < state.length; i += 2) {
    const level = levelAt(state, i);
    if (level.width === width) return level.tabs === Math.min(tabs, tabsLimit);
  }
  return false;
}

/** Whether one is deeper than the other, whatever a tab is worth (Python reference, 2.1.8). */
export const isDeeper = (inner: Indentation, outer: Indentation): boolean =>
  inner.width > outer.width && inner.width - 7 * inner.tabs > outer.width - 7 * outer.tabs;

const levelsStart = (state: ScannerState): number => 2 + stringCount(state);

const levelAt = (state: ScannerState, at: number): Indentation => ({
  width: (state.charCodeAt(at) & 0xff) | (state.charCodeAt(at + 1) << 8),
  tabs: state.charCodeAt(at) >>> 8,
});
