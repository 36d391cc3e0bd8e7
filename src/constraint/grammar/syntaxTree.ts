// Real documents → what tree-sitter says of them: how many errors there are, where they lie, and where items begin at which a
// strict parser can start again. Trees of the last few texts are kept, so that a text near one of them is parsed in part.

import type { Parser, Tree, TreeCursor } from 'web-tree-sitter';
import { type ItemStart, itemsInErrors, openingsAround, type Stretch } from './brokenItems.ts';
import { attempt, type LoadedGrammar, loadGrammar } from './treeSitter.ts';

/** `text` in place of what stands from `start` to `end`; offsets are UTF-16 units of the text before. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Answers are undefined where there is none: the text is longer than `longestText`, parsing it takes too long, or the runtime
 * was lost to a fault in a grammar and is not back. Offsets are UTF-16 units.
 */
export interface Syntax {
  /** Number of ERROR and MISSING nodes. */
  errors(text: string): number | undefined;
  /** The same of `before` with the edit made. `before` costs nothing when it was asked about lately. */
  errorsAfter(before: string, edit: TextEdit): number | undefined;
  /**
   * Starts of the lines, after `fromOffset`, whose first word begins a statement, declaration or member, with what stands around
   * them: outside of errors at any depth, within an error those at no indentation that are whole by themselves. Ascending, at
   * most `limit`.
   */
  items(text: string, fromOffset: number, limit?: number): readonly ItemStart[] | undefined;
  /** Parses a text ahead of questions about it and about texts near it. */
  prepare(text: string): void;
  /** Frees parser and trees. Nothing may be asked afterwards. */
  dispose(): void;
}

/** Texts beyond this many UTF-16 units are not parsed. */
export const longestText = 500_000;

/** Parsing is given up after this long: an editor waits. */
const longestParseMs = 500;

/** Trees kept. */
const keptTrees = 4;

/** Units handed to the parser at once; it asks for more. */
const chunkLength = 4096;

interface Parsed {
  readonly text: string;
  readonly tree: Tree;
  errors: number | undefined;
}

/**
 * Opens a grammar.
 * @param wasmPath the grammar as a WebAssembly module, for tree-sitter's ABI 13 to 15
 * @throws Error if the file is not there or is no grammar
 */
export async function openSyntax(wasmPath: string): Promise<Syntax> {
  /** The most recently used first. */
  let kept: Parsed[] = [];
  const forget = (): void => {
    for (const { tree } of kept) attempt(() => tree.delete());
    kept = [];
  };
  const grammar: LoadedGrammar = await loadGrammar(wasmPath, forget);

  const keep = (parsed: Parsed): Parsed => {
    kept = [parsed, ...kept.filter((each) => each !== parsed)];
    for (const old of kept.splice(keptTrees)) old.tree.delete();
    return parsed;
  };
  const parsed = (parser: Parser, text: string): Parsed | undefined => {
    const known = kept.find((each) => each.text === text);
    if (known !== undefined) return keep(known);
    const tree = parse(parser, text, kept);
    return tree === undefined ? undefined : keep({ text, tree, errors: undefined });
  };
  /** `question` of the text's tree. */
  const ask = <Answer>(text: string, question: (parsed: Parsed, parser: Parser) => Answer): Answer | undefined => {
    if (text.length > longestText) return undefined;
    return grammar.run((parser) => {
      const found = parsed(parser, text);
      return found === undefined ? undefined : question(found, parser);
    });
  };
  const count = (found: Parsed): number => {
    found.errors ??= countErrors(found.tree);
    return found.errors;
  };

  const items = (text: string, fromOffset: number, limit = 32): readonly ItemStart[] | undefined => {
    if (text.length > longestText) return undefined;
    return grammar.run((parser) => {
      // from nothing: a tree made out of another one may have other errors, and the answer is to depend on the text alone
      const tree = parse(parser, text, []);
      if (tree === undefined) return undefined;
      try {
        const found = findItems(tree, text, fromOffset, limit);
        const inErrors = itemsInErrors(text, found.errors, (sample) => parse(parser, sample, []));
        return [...found.starts, ...inErrors].sort((left, right) => left.offset - right.offset).slice(0, limit);
      } finally {
        tree.delete();
      }
    });
  };

  return {
    errors: (text) => ask(text, count),
    errorsAfter: (before, edit) => {
      // so that there is a tree to start from
      if (ask(before, () => true) === undefined) return undefined;
      return ask(before.slice(0, edit.start) + edit.text + before.slice(edit.end), count);
    },
    items,
    prepare: (text) => void ask(text, () => true),
    dispose: () => {
      forget();
      grammar.dispose();
    },
  };
}

/** A new tree, made from the nearest of `others` where it is near enough. */
function parse(parser: Parser, text: string, others: readonly Parsed[]): Tree | undefined {
  const near = nearest(text, others);
  const old = near?.parsed.tree.copy();
  if (near !== undefined) old?.edit(positionedEdit(near.parsed.text, text, near.start, near.tail));
  const deadline = performance.now() + longestParseMs;
  try {
    const read = (index: number): string => text.slice(index, index + chunkLength);
    const tree = parser.parse(read, old, { progressCallback: () => performance.now() > deadline });
    if (tree === null) parser.reset();
    return tree ?? undefined;
  } finally {
    old?.delete();
  }
}

interface Near {
  readonly parsed: Parsed;
  readonly start: number;
  readonly tail: number;
}

/** Of `others` the one that shares most with `text`, the first `start` units and the last `tail`, if it is most of itself. */
function nearest(text: string, others: readonly Parsed[]): Near | undefined {
  let best: Near | undefined;
  for (const parsed of others) {
    const other = parsed.text;
    const shorter = Math.min(text.length, other.length);
    let start = 0;
    while (start < shorter && text.charCodeAt(start) === other.charCodeAt(start)) start += 1;
    let tail = 0;
    const longestTail = shorter - start;
    const end = text.length - 1;
    const otherEnd = other.length - 1;
    while (tail < longestTail && text.charCodeAt(end - tail) === other.charCodeAt(otherEnd - tail)) tail += 1;
    const shared = start + tail;
    if (shared * 2 > other.length && shared > (best === undefined ? 0 : best.start + best.tail)) {
      best = { parsed, start, tail };
    }
  }
  return best;
}

interface Point {
  readonly row: number;
  readonly column: number;
}

function positionedEdit(before: string, after: string, start: number, tail: number): Parameters<Tree['edit']>[0] {
  const startPosition = pointAfter({ row: 0, column: 0 }, before, 0, start);
  const oldEndIndex = before.length - tail;
  const newEndIndex = after.length - tail;
  return {
    startIndex: start,
    oldEndIndex,
    newEndIndex,
    startPosition,
    oldEndPosition: pointAfter(startPosition, before, start, oldEndIndex),
    newEndPosition: pointAfter(startPosition, after, start, newEndIndex),
  } as Parameters<Tree['edit']>[0];
}

/** Row and column at `end`, where `from` is that of `start`. */
function pointAfter(from: Point, text: string, start: number, end: number): Point {
  let { row } = from;
  let lineStart = start - from.column;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    row += 1;
    lineStart = at + 1;
  }
  return { row, column: end - lineStart };
}

/** Calls `visit` on the nodes in text order; it answers whether to go into the node, or undefined to end the walk. */
function walk(tree: Tree, visit: (cursor: TreeCursor) => boolean | undefined): void {
  const cursor = tree.walk();
  try {
    for (;;) {
      const into = visit(cursor);
      if (into === undefined) return;
      if (into && cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return;
    }
  } finally {
    // One that is collected instead would free the wrong address (web-tree-sitter 0.27.1).
    cursor.delete();
  }
}

/**
 * Counted in the tree as text: of what is missing, a symbol without a name of its own (Python's end of a line) is no node that a
 * cursor comes to.
 */
function countErrors({ rootNode }: Tree): number {
  return rootNode.hasError ? (rootNode.toString().match(/\((?:ERROR|MISSING)\b/g)?.length ?? 0) : 0;
}

/** Nodes whose named children on lines of their own are items: files, bodies and blocks, in the words of the grammars. */
const holdsItems = new RegExp(
  [
    '^(program|module|source_file|translation_unit|preproc_(if|ifdef|else|elif)|compilation_unit|stylesheet|document|element|object_type|do_group)$',
    '^(switch_(body|case|default|section)|(expression|default|type|communication)_case|case_(statement|clause|item))$',
    '(^|_)(block|body|body_statement|suite|statements|compound_statement)$',
    '(declaration|member|enumerator|variant|statement)_list$',
  ].join('|'),
);

/** Bounds the time that a long table of data takes. */
const longestWalk = 20_000;

/** Starts of items, and the stretches of text behind `fromOffset` that are in errors. */
interface Items {
  readonly starts: ItemStart[];
  readonly errors: Stretch[];
}

/** What a node on the way down to an item adds to its seed. */
interface Level {
  readonly holdsItems: boolean;
  /** Heads of the holders above and, where it is known, of this one. */
  seed: string | undefined;
  /** Where the item starts that this node is or is a part of: its line, if nothing stands before it. */
  readonly itemStart: number;
  /** Seed up to `itemStart`. */
  readonly outer: string | undefined;
}

function findItems(tree: Tree, text: string, fromOffset: number, limit: number): Items {
  const starts: ItemStart[] = [];
  const errors: Stretch[] = [];
  const levels: Level[] = [];
  let lastError = -1;
  let steps = 0;
  walk(tree, (cursor) => {
    steps += 1;
    if (steps > longestWalk || starts.length >= limit) return undefined;
    const node = cursor.currentNode;
    const depth = cursor.currentDepth;
    const above = levels[depth - 1];
    const isItem = above?.holdsItems === true && node.isNamed && !node.isExtra && !node.isMissing;
    const lineStart = isItem ? text.lastIndexOf('\n', node.startIndex - 1) + 1 : -1;
    const isFirstOfLine = isItem && text.slice(lineStart, node.startIndex).trim() === '';
    if (isFirstOfLine && above.seed === undefined && above.outer !== undefined && lastError < above.itemStart) {
      above.seed = above.outer + text.slice(above.itemStart, lineStart);
    }
    if (node.isError || (node.hasError && node.endIndex <= fromOffset)) lastError = node.endIndex;
    if (node.endIndex <= fromOffset) return false;
    if (node.isError) {
      errors.push({ start: Math.max(node.startIndex, fromOffset), end: node.endIndex });
      return false;
    }
    if (isFirstOfLine && above.seed !== undefined && lineStart > fromOffset && starts.at(-1)?.offset !== lineStart) {
      // what is indented and yet outermost was torn out of its place by an error
      const isTornOut = above.seed === '' && lineStart < node.startIndex;
      starts.push({ offset: lineStart, seed: isTornOut ? openingsAround(text, lineStart) : above.seed });
    }
    levels[depth] = {
      holdsItems: node.isNamed && holdsItems.test(node.type),
      seed: depth === 0 ? '' : undefined,
      itemStart: isItem ? (isFirstOfLine ? lineStart : node.startIndex) : (above?.itemStart ?? 0),
      outer: isItem ? above.seed : above?.outer,
    };
    return true;
  });
  return { starts, errors };
}
