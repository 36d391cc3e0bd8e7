// What stays of the last prompt of a document while the user types on, so that a keystroke appends to the prompt instead of changing
// its beginning or its middle: where it starts, and its anchor, the line start after which text counts as typed.

/** Where the text before the cursor enters a prompt. */
export interface Start {
  /** Index in the text before the cursor. */
  readonly at: number;
  /** The line there. */
  readonly line: string;
}

/** Where the last prompt of a document started, where it was anchored, and what it was anchored in. */
export interface Anchor {
  readonly path: string;
  readonly start: Start;
  /** Text of the prompt above the anchor. */
  readonly above: string;
  readonly suffix: string;
}

const mostLinesTyped = 8;

/** Where the last prompt started, if its line is there still; whether a line starts there is for the cut to see. */
export function lastStart(path: string, before: string, previous: Anchor | undefined): number | undefined {
  if (previous?.path !== path) return undefined;
  const { at, line } = previous.start;
  return before.startsWith(line, at) ? at : undefined;
}

/** The start of a prompt that shows `prefix`, the end of `before`. */
export function startOf(before: string, prefix: string): Start {
  return { at: before.length - prefix.length, line: prefix.slice(0, prefix.indexOf('\n') + 1) };
}

/**
 * The previous anchor while only text after it changed, at most eight lines of it; else the start of the cursor's line. `prefix` and
 * `suffix` are what the prompt shows.
 */
export function placeAnchor(
  { path, start, prefix, suffix }: Pick<Anchor, 'path' | 'start' | 'suffix'> & { readonly prefix: string },
  previous: Anchor | undefined,
): Anchor {
  if (previous && previous.path === path && previous.suffix === suffix && prefix.startsWith(previous.above)) {
    const lines = prefix.slice(previous.above.length).split('\n').length;
    if (lines <= mostLinesTyped) return { ...previous, start };
  }
  return { path, start, above: prefix.slice(0, prefix.lastIndexOf('\n') + 1), suffix };
}
