// A stretch of text that tree-sitter calls an error → the lines in it at which an item seems to begin all the same: an error
// swallows whole what follows it. What is no item after all is found out by whoever reads on from it.

import type { Tree } from 'web-tree-sitter';

/** A line start at which an item begins. `seed`: the heads of what is around it, outermost first, as they stand in the text. */
export interface ItemStart {
  readonly offset: number;
  readonly seed: string;
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What of an item is parsed to see that it is one. */
const longestSample = 4000;

/** Lines that are parsed so. */
const mostSamples = 16;

/** Lines looked at in all. */
const mostLines = 2000;

/**
 * Of the lines without indentation those from which the text, parsed by itself, begins with something whole; of the others
 * those behind the end of a statement, one for each nest of openings they stand in.
 * @param parseAlone the tree of a text, which is deleted here
 */
export function itemsInErrors(
  text: string,
  errors: readonly Stretch[],
  parseAlone: (text: string) => Tree | undefined,
): ItemStart[] {
  const items: ItemStart[] = [];
  const seeds = new Set<string>();
  let samples = 0;
  let lines = 0;
  for (const { start, end } of errors) {
    for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
      lines += 1;
      if (lines > mostLines) return items;
      const indentation = indentationAt(text, at);
      if (!beginsItem.test(text[at + indentation] ?? '')) continue;
      if (indentation === 0 && samples < mostSamples) {
        samples += 1;
        if (beginsWithWhole(text, at, parseAlone)) items.push({ offset: at, seed: '' });
      } else if (indentation > 0 && isBehindEnd(text, at)) {
        const seed = openingsAround(text, at);
        if (!seeds.has(seed)) items.push({ offset: at, seed });
        seeds.add(seed);
      }
    }
  }
  return items;
}

const beginsItem = /[\p{L}_@#<$]/u;

/** Characters of indentation of the line that begins at `start`. */
function indentationAt(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at - start;
}

/** Whether the line before ends a statement, opens a block or is empty. */
function isBehindEnd(text: string, lineStart: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, lineStart).trim();
  return line === '' || /[;{}:]$/.test(line);
}

/** The lines above `offset` that are indented less than all between: those that open the blocks it stands in. */
export function openingsAround(text: string, offset: number): string {
  const openings: string[] = [];
  let least = indentationAt(text, offset);
  // an opening brace on a line of its own opens what the line above it says
  const wantsHead = (): boolean => openings[0]?.trim() === '{';
  let end = offset - 1;
  for (let line = 0; line < mostLines && (least > 0 || wantsHead()) && end > 0; line += 1) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const indentation = indentationAt(text, start);
    const isBlank = start + indentation >= end;
    if (!isBlank && (indentation < least || (wantsHead() && indentation === least))) {
      openings.unshift(text.slice(start, end + 1));
      least = indentation;
    }
    end = start - 1;
  }
  return openings.join('');
}

/** Whether the first thing in the text from `at` on has no error and ends, or has none in its first line and does not end. */
function beginsWithWhole(text: string, at: number, parseAlone: (text: string) => Tree | undefined): boolean {
  const sample = text.slice(at, at + longestSample);
  const tree = parseAlone(sample);
  if (tree === undefined) return false;
  try {
    const first = tree.rootNode.firstNamedChild;
    if (first === null || first.startIndex !== 0 || first.isError || first.isExtra) return false;
    if (!tree.rootNode.isError && !first.hasError && first.endIndex < sample.length) return true;
    const lineEnd = sample.indexOf('\n');
    return at + sample.length === text.length && lineEnd > 0 && firstError(tree) > lineEnd;
  } finally {
    tree.delete();
  }
}

/** Where the first error below the root is; infinity where there is none. */
function firstError(tree: Tree): number {
  const cursor = tree.walk();
  try {
    let into = true;
    for (;;) {
      if (!into || !cursor.gotoFirstChild())
        while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return Infinity;
      const node = cursor.currentNode;
      if (node.isError || node.isMissing) return node.startIndex;
      into = node.hasError;
    }
  } finally {
    // One that is collected instead would free the wrong address (web-tree-sitter 0.27.1).
    cursor.delete();
  }
}
