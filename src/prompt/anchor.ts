// The anchor of a prefix-suffix-middle prompt: the line start after which text counts as typed. It stays while the user types
// on, so that a keystroke appends to the prompt instead of changing its middle.

/** Where the last prompt of a document was anchored, and what it was anchored in. */
export interface Anchor {
  readonly path: string;
  /** Text above the anchor. */
  readonly above: string;
  readonly suffix: string;
}

const mostLinesTyped = 8;

/** The previous anchor while only text after it changed, at most eight lines of it; else the start of the cursor's line. */
export function placeAnchor(path: string, prefix: string, suffix: string, previous: Anchor | undefined): Anchor {
  if (previous && previous.path === path && previous.suffix === suffix && prefix.startsWith(previous.above)) {
    const lines = prefix.slice(previous.above.length).split('\n').length;
    if (lines <= mostLinesTyped) return previous;
  }
  return { path, above: prefix.slice(0, prefix.lastIndexOf('\n') + 1), suffix };
}
