// Brackets and quotes that stand behind the cursor because the editor closed them for the user.
import { restOfLine } from './gather.ts';

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const quotes = new Set(['"', "'", '`']);

/** The closing brackets, quotes and separators that the rest of the cursor's line begins with. */
export function leadingClosers(rest: string): string {
  return /^[\s)\]}"'`;,]*/.exec(rest)![0].trimEnd();
}

/** Whether the rest of the cursor's line is nothing else. */
export function onlyClosers(rest: string): boolean {
  return rest.trim() !== '' && leadingClosers(rest) === rest.trimEnd();
}

/** Closing brackets and tags, which editors type by themselves. */
const closingHere = /^(?:[)\]}]|<\/[\w.:-]*>)+/;
/** Lines of them below the cursor's line, up to the first other one. */
const closingBelow = /^(?:\n[ \t]*(?:[)\]}]|<\/[\w.:-]*>)(?:[)\]};,]|<\/[\w.:-]*>)*[ \t]*(?=\n|$))+/;

/**
 * What stands behind the cursor without the closers that an editor may have typed there: brackets and tags right of the cursor; and
 * where nothing but closers is on its line, all of them and the lines of closers below.
 */
export function beyondClosers(suffix: string): string {
  const rest = restOfLine(suffix);
  const more = rest.replace(closingHere, '');
  if (leadingClosers(more) !== more.trimEnd()) return suffix.slice(rest.length - more.length);
  return suffix.slice(rest.length).replace(closingBelow, '');
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
  return scan(text, quote).closers;
}

/** How many brackets `text` opens and does not close. */
export function unclosedOpeners(text: string): number {
  return scan(text).openers;
}

function scan(
  text: string,
  quote?: string,
): { readonly closers: readonly UnmatchedCloser[]; readonly openers: number } {
  const closers: UnmatchedCloser[] = [];
  const open: string[] = [];
  let inside = quote;
  let ours = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (inside !== undefined) {
      if (c === '\\') i++;
      else if (c === inside) {
        if (!ours) closers.push({ at: i, closer: c });
        inside = undefined;
      } else if (c === '\n' && inside !== '`') inside = undefined;
    } else if (quotes.has(c)) {
      inside = c;
      ours = true;
    } else if (c === '(' || c === '[' || c === '{') open.push(c);
    else if (c in pairs) {
      if (open.at(-1) === pairs[c]) open.pop();
      else closers.push({ at: i, closer: c });
    }
  }
  return { closers, openers: open.length };
}
