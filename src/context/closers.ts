// Brackets and quotes that stand right of the cursor because the editor closed them for the user.

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const quotes = new Set(['"', "'", '`']);

/** Whether the rest of the cursor's line is nothing but closing brackets, quotes and separators. */
export function onlyClosers(rest: string): boolean {
  return rest.trim() !== '' && /^[\s)\]}"'`;,]*$/.test(rest);
}

/** Position in `text` and kind of a closer whose opener lies before `text`. */
export interface UnmatchedCloser {
  readonly at: number;
  readonly closer: string;
}

/**
 * Closers in `text` whose openers are not in it, first to last. `quote` is the quote the text starts inside of, if any: its
 * next unescaped occurrence closes it.
 */
export function unmatchedClosers(text: string, quote?: string): readonly UnmatchedCloser[] {
  const found: UnmatchedCloser[] = [];
  const open: string[] = [];
  let inside = quote;
  let ours = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (inside !== undefined) {
      if (c === '\\') i++;
      else if (c === inside) {
        if (!ours) found.push({ at: i, closer: c });
        inside = undefined;
      } else if (c === '\n' && inside !== '`') inside = undefined;
    } else if (quotes.has(c)) {
      inside = c;
      ours = true;
    } else if (c === '(' || c === '[' || c === '{') open.push(c);
    else if (c in pairs) {
      if (open.at(-1) === pairs[c]) open.pop();
      else found.push({ at: i, closer: c });
    }
  }
  return found;
}
