// Makes a completion fit the text right of the cursor: what is there already is not said again.
import { leadingClosers, onlyClosers, unclosedOpeners, unmatchedClosers } from '../context/closers.ts';
import { restOfLine } from '../context/gather.ts';

/** Text to insert at the cursor and how much of the line after the cursor it replaces, in UTF-16 units. */
export interface Fitted {
  readonly text: string;
  readonly replaces: number;
}

/**
 * Fits `text` to what stands right of the cursor; `lineStart` is what stands left of it on its line. Closers after the cursor
 * that the text brings too are left out of the text where it ends with them (`a, b)` before `)`), and replaced where it goes
 * on after them (`a, b);` before `)`), unless the line has openers for both. Other text after the cursor that the text ends
 * with is left out.
 */
export function fitToSuffix(text: string, lineStart: string, suffix: string): Fitted {
  const rest = restOfLine(suffix).trimEnd();
  if (rest !== '' && text.endsWith(rest) && !onlyClosers(rest))
    return { text: text.slice(0, -rest.length), replaces: 0 };
  const closing = leadingClosers(rest);
  const quote = quoteAt(closing);
  const closers = unmatchedClosers(text, quote);
  let matched = 0;
  while (matched < closing.length && matched < closers.length && closers[matched]!.closer === closing[matched])
    matched++;
  if (matched === 0) return { text, replaces: 0 };
  const lacksAll = unclosedOpeners(lineStart) >= closers.length + unmatchedClosers(closing).length;
  if (quote === undefined && lacksAll) return { text, replaces: 0 };
  const at = closers[0]!.at;
  if (closing.startsWith(text.slice(at))) return { text: text.slice(0, at), replaces: 0 };
  return { text, replaces: matched };
}

/** The quote that `closing` closes first, if it begins with one: the cursor stands inside a string. */
function quoteAt(closing: string): string | undefined {
  return /^["'`]/.exec(closing)?.[0];
}

/**
 * Whether the document goes on with `text` anyway: its next line that is not blank is what the text says behind `lineStart`. Closers
 * at another depth are others.
 */
export function repeatsSuffix(text: string, lineStart: string, suffix: string): boolean {
  const said = text.trim();
  const next = nextLine(suffix);
  if (next === undefined || said !== next.trim() || said.length < 2) return false;
  const isWholeLine = lineStart.trim() === '';
  return !(isWholeLine && onlyClosers(said) && indentationOf(lineStart + text) !== indentationOf(next));
}

const indentationOf = (line: string): string => /^\s*/.exec(line)![0];

/** The first line below the cursor's own that is not blank. */
export function nextLine(suffix: string): string | undefined {
  const below = suffix.indexOf('\n');
  if (below < 0) return undefined;
  return suffix
    .slice(below + 1)
    .split('\n', 64)
    .find((line) => line.trim() !== '');
}
