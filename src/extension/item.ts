// A draft of the engine → what the editor will really show at the cursor, or nothing: an item whose replaced text it does not
// bring is hidden, and one that starts with a tab of blanks cannot be accepted by Tab.
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

/** What is shown, and the draft that it was made of. */
export interface Choice extends ShownText {
  readonly draft: Draft;
}

/** The drafts that can be shown, in the engine's order, none twice. */
export function choicesOf(drafts: readonly Draft[], around: Surroundings): readonly Choice[] {
  const choices: Choice[] = [];
  for (const draft of drafts) {
    const item = shownText(draft, around);
    if (item === undefined || choices.some((other) => other.text === item.text && other.replaces === item.replaces))
      continue;
    choices.push({ ...item, draft });
  }
  return choices;
}

/** One draft made fit for its surroundings; `undefined` when nothing worth showing remains. */
export function shownText(draft: Pick<Draft, 'text' | 'replaces'>, around: Surroundings): ShownText | undefined {
  const restOfLine = firstLine(around.suffix);
  const replaces = Math.min(draft.replaces, restOfLine.length);
  const replaced = restOfLine.slice(0, replaces);
  const text = withSaneIndent(draft.text.replaceAll('\r\n', '\n'), around);
  if (text.trim() === '' || text === replaced || !isSubsequence(replaced, text)) return undefined;
  return { text, replaces };
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
