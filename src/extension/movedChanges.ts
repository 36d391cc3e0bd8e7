// Changes to a document that has been changed meanwhile → the same changes where their places are now.
import type { TextChange } from '../protocol/messages.ts';

interface Place {
  readonly line: number;
  readonly character: number;
}

/** What the editor tells of a change: the place in the document before it, and the text that is there now. */
export interface ContentChange {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly text: string;
}

/** `changes` behind `edit`; `undefined` where it changed what one of them is about. */
export function movedChanges(changes: readonly TextChange[], edit: ContentChange): readonly TextChange[] | undefined {
  const moved = changes.map((change) => {
    const start = { line: change.startLine, character: change.startCharacter };
    const end = { line: change.endLine, character: change.endCharacter };
    const range = movedRange({ start, end }, edit);
    return (
      range && {
        startLine: range.start.line,
        startCharacter: range.start.character,
        endLine: range.end.line,
        endCharacter: range.end.character,
        text: change.text,
      }
    );
  });
  return moved.every((change) => change !== undefined) ? moved : undefined;
}

/** Where a range is behind `edit`; `undefined` where that changed something in it. */
export function movedRange(
  { start, end }: ContentChange['range'],
  { range, text }: ContentChange,
): ContentChange['range'] | undefined {
  if (compare(range.start, end) >= 0) return { start, end };
  if (compare(range.end, start) > 0) return undefined;
  const lines = text.split('\n');
  const added = lines.length - 1;
  const last = lines.at(-1)!.length + (added === 0 ? range.start.character : 0);
  const move = (place: Place): Place => ({
    line: place.line - range.end.line + range.start.line + added,
    character: place.line === range.end.line ? place.character - range.end.character + last : place.character,
  });
  return { start: move(start), end: move(end) };
}

function compare(one: Place, other: Place): number {
  return one.line - other.line || one.character - other.character;
}
