// Sources in which ‸ marks where the rest of a line is to be completed. Without its marks such a source is whole.
import type { Place } from './place.ts';

const mark = '‸';

/** One place per mark: the whole text but for what follows that mark on its line. */
export function markedPlaces(path: string, marked: string): readonly Place[] {
  const pieces = marked.split(mark);
  return pieces.slice(0, -1).map((_, i) => {
    const before = pieces.slice(0, i + 1).join('');
    const after = pieces.slice(i + 1).join('');
    const lineEnd = after.search(/\r?\n/);
    return { path, text: before + (lineEnd < 0 ? '' : after.slice(lineEnd)), offset: before.length };
  });
}
