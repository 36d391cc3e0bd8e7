// A draft of the engine → what the editor will really show at the cursor, or nothing. The second line of defence against
// text the file already holds (closing brackets, the following lines) and against indentation that keeps Tab from accepting.
import type { Draft } from '../protocol/messages.ts';
import { isSubsequence } from './resultCache.ts';

/** The text on both sides of the cursor (`\n` line ends) and the width of a tab in columns. */
export interface Surroundings {
  readonly prefix: string;
  readonly suffix: string;
  readonly tabSize: number;
}

/** `text` goes in at the cursor and replaces `replaces` UTF-16 units after it, all on the cursor's line. */
export interface ShownText {
  readonly text: string;
  readonly replaces: number;
}

/** The drafts that can be shown, in the engine's order, none twice. */
export function shownTexts(drafts: readonly Draft[], around: Surroundings): readonly ShownText[] {
  const shown: ShownText[] = [];
  for (const draft of drafts) {
    const item = shownText(draft, around);
    if (item === undefined || shown.some((other) => other.text === item.text && other.replaces === item.replaces))
      continue;
    shown.push(item);
  }
  return shown;
}

/** One draft made fit for its surroundings; `undefined` when nothing worth showing remains. */
export function shownText(draft: Pick<Draft, 'text' | 'replaces'>, around: Surroundings): ShownText | undefined {
  const restOfLine = firstLine(around.suffix);
  const replaces = Math.min(draft.replaces, restOfLine.length);
  const fitted = withoutFollowingLines(withSaneIndent(draft.text.replaceAll('\r\n', '\n'), around), around, replaces);
  const item = withoutSurplusClosers({ text: fitted, replaces }, around);
  const replaced = restOfLine.slice(0, item.replaces);
  if (item.text.trim() === '' || item.text === replaced || !isSubsequence(replaced, item.text)) return undefined;
  return item;
}

/**
 * Drops the draft's last lines when they are the very lines that follow in the file; blank lines do not count.
 * A draft that fills an empty line with nothing but the next line becomes empty.
 */
function withoutFollowingLines(text: string, around: Surroundings, replaces: number): string {
  const restOfLine = firstLine(around.suffix).slice(replaces);
  if (restOfLine.trim() !== '') return text;
  const following = around.suffix.split('\n').slice(1).filter(isWritten);
  if (following.length === 0) return text;
  const lines = text.split('\n');
  const start = lastLine(around.prefix);
  for (let at = 0; at < lines.length; at += 1) {
    const first = at === 0 ? start + (lines[0] ?? '') : (lines[at] ?? '');
    const tail = [first, ...lines.slice(at + 1)].filter(isWritten);
    const repeats =
      tail.length <= following.length && tail.every((line, index) => line.trimEnd() === following[index]?.trimEnd());
    if (tail.length === 0 || !isWritten(first) || !repeats) continue;
    return at === 0 ? '' : lines.slice(0, at).join('\n').trimEnd();
  }
  return text;
}

/** Closing bracket → its opening one. */
const closers: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const quotes: readonly string[] = ['"', "'", '`'];

/**
 * When the draft closes a bracket or quote that the rest of the line closes already, the surplus is taken off the draft's
 * end if it stands there, or else the rest of the line is replaced by the draft that brings it.
 */
function withoutSurplusClosers(item: ShownText, around: Surroundings): ShownText {
  const rest = firstLine(around.suffix).slice(item.replaces);
  const start = lastLine(around.prefix);
  if (rest.trim() === '' || !overCloses(start, item.text, rest)) return item;
  const outward = outwardClosers(item.text);
  for (let length = Math.min(rest.length, item.text.length); length > 0; length -= 1) {
    const cut = item.text.length - length;
    const overlap = rest.slice(0, length);
    if (!item.text.endsWith(overlap) || !onlyClosers(overlap)) continue;
    const text = item.text.slice(0, cut);
    const inward = [...overlap].some((character, at) => closers.has(character) && !outward.has(cut + at));
    if (!inward && !overCloses(start, text, rest)) return { text, replaces: item.replaces };
  }
  const covered = onlyClosers(rest) && isSubsequence(rest.trimEnd(), item.text);
  return covered ? { text: item.text, replaces: item.replaces + rest.trimEnd().length } : item;
}

/** Places in `text` of the closing brackets whose opening one stands before it. */
function outwardClosers(text: string): ReadonlySet<number> {
  const outward = new Set<number>();
  const open: string[] = [];
  for (const [at, character] of text.split('').entries()) {
    const opener = closers.get(character);
    if (opener === undefined) {
      if ([...closers.values()].includes(character)) open.push(character);
    } else if (open.at(-1) === opener) open.pop();
    else outward.add(at);
  }
  return outward;
}

function isCloser(character: string): boolean {
  return closers.has(character) || quotes.includes(character) || character === ';';
}

function onlyClosers(text: string): boolean {
  return [...text].every((character) => isCloser(character) || character === ' ' || character === ',');
}

/** True when the line with the text put in closes more, of any kind, than the line without it did. */
function overCloses(start: string, text: string, rest: string): boolean {
  for (const [closer, opener] of closers) {
    const before = count(start, opener) - count(start, closer) + count(rest, opener) - count(rest, closer);
    const added = count(text, opener) - count(text, closer);
    if (before + added < Math.min(before, 0)) return true;
  }
  return quotes.some((quote) => (count(start, quote) + count(rest, quote)) % 2 === 0 && count(text, quote) % 2 === 1);
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

/**
 * On a blank line, takes off indentation deeper than the code above calls for, from every line of the draft alike. The
 * editor's Tab key accepts an item only while it starts with less than a tab of blanks.
 */
function withSaneIndent(text: string, around: Surroundings): string {
  const start = lastLine(around.prefix);
  if (start.trim() !== '') return text;
  const first = firstLine(text);
  const own = columns(leadingBlanks(start + first), around.tabSize);
  const above = around.prefix.split('\n').slice(0, -1).findLast(isWritten) ?? '';
  const opens = /[{([:>]\s*$/.test(above) ? around.tabSize : 0;
  const surplus = own - columns(leadingBlanks(above), around.tabSize) - opens;
  if (surplus < around.tabSize || first.trim() === '') return text;
  return text
    .split('\n')
    .map((line, index) =>
      withoutColumns(
        line,
        index === 0 ? Math.min(surplus, columns(leadingBlanks(first), around.tabSize)) : surplus,
        around.tabSize,
      ),
    )
    .join('\n');
}

function withoutColumns(line: string, surplus: number, tabSize: number): string {
  const blanks = leadingBlanks(line);
  let at = 0;
  for (let width = 0; at < blanks.length && width < surplus; at += 1) width += blanks[at] === '\t' ? tabSize : 1;
  return line.slice(at);
}

function columns(blanks: string, tabSize: number): number {
  return [...blanks].reduce((width, blank) => width + (blank === '\t' ? tabSize - (width % tabSize) : 1), 0);
}

function leadingBlanks(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function isWritten(line: string): boolean {
  return line.trim() !== '';
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}
