// A text that was just accepted → the imports it calls for. Its references are found by a simple lexer, and an oracle is asked
// for each whether it can be imported; each is asked about the document as the imports before it leave it.

import { startOfLine } from '../context/gather.ts';
import type { Oracle } from '../language/oracle.ts';
import { changeBetween } from '../language/positions.ts';
import type { ImportsQuestion, TextChange } from '../protocol/messages.ts';
import { referencesIn } from './references.ts';

const mostNames = 8;
const deadlineMs = 1500;

/** The edits that import what `accepted` names and the document does not have in sight; at most one on either side of it. */
export async function importsFor(
  oracle: Oracle,
  { document, language, before, accepted, after }: ImportsQuestion,
  signal: AbortSignal,
  waitMs: number = deadlineMs,
): Promise<readonly TextChange[]> {
  if (!oracle.knows(document, language)) return [];
  const line = startOfLine(before);
  const rest = after.slice(0, lineLength(after));
  const found = referencesIn(line + accepted + rest, line.length, line.length + accepted.length, language);
  // What the document names elsewhere is most likely in sight.
  const others = new Set(`${before} ${after}`.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const references = [
    ...found.filter(({ name }) => !others.has(name)),
    ...found.filter(({ name }) => others.has(name)),
  ].slice(0, mostNames);

  const inTime = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  let text: Sides = { before, after };
  for (const { name, start } of references) {
    if (inTime.aborted) break;
    const whole = text.before + accepted + text.after;
    const at = text.before.length - line.length + start;
    const place = {
      document,
      language,
      before: whole.slice(0, at),
      after: whole.slice(at + name.length),
      isWhole: true,
      typed: 0,
    };
    const changes = await unlessAborted(oracle.importOf(place, name, inTime), inTime);
    if (changes !== undefined) text = applied(text, accepted, changes) ?? text;
  }

  const above = changeBetween(before, text.before);
  const below = changeBetween(after, text.after);
  const end = placeAt(before + accepted);
  return [
    ...(above ? [changeAt(above.range.start, above.range.end, above.text)] : []),
    ...(below ? [changeAt(behind(end, below.range.start), behind(end, below.range.end), below.text)] : []),
  ];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** What stands on either side of the accepted text. */
interface Sides {
  readonly before: string;
  readonly after: string;
}

/** Both sides after changes to the whole; `undefined` where one touches what was accepted. */
function applied({ before, after }: Sides, accepted: string, changes: readonly TextChange[]): Sides | undefined {
  const whole = before + accepted + after;
  const afterStart = before.length + accepted.length;
  const sorted = changes
    .map(({ startLine, startCharacter, endLine, endCharacter, text }) => ({
      start: offsetAt(whole, startLine, startCharacter),
      end: offsetAt(whole, endLine, endCharacter),
      text,
    }))
    .sort((one, other) => other.start - one.start);
  let sides: Sides = { before, after };
  for (const { start, end, text } of sorted) {
    if (end <= before.length) {
      sides = { ...sides, before: sides.before.slice(0, start) + text + sides.before.slice(end) };
    } else if (start >= afterStart) {
      const { after: behindIt } = sides;
      sides = { ...sides, after: behindIt.slice(0, start - afterStart) + text + behindIt.slice(end - afterStart) };
    } else return undefined;
  }
  return sides;
}

function offsetAt(text: string, line: number, character: number): number {
  let start = 0;
  for (let at = 0; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return start + Math.min(character, lineLength(text.slice(start)));
}

function placeAt(text: string): Position {
  return { line: text.split('\n').length - 1, character: text.length - text.lastIndexOf('\n') - 1 };
}

/** A place counted from `origin`, counted from the document's start. */
function behind(origin: Position, { line, character }: Position): Position {
  return { line: origin.line + line, character: line === 0 ? origin.character + character : character };
}

function changeAt(start: Position, end: Position, text: string): TextChange {
  return {
    startLine: start.line,
    startCharacter: start.character,
    endLine: end.line,
    endCharacter: end.character,
    text,
  };
}

function lineLength(text: string): number {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
}

function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    void answer.then((value) => {
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    });
  });
}
