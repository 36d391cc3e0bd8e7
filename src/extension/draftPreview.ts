// A draft and the lines around the cursor → what is drawn into the editor while the draft is looked at. Nothing can be drawn between
// two lines, so the first line stands at the cursor, and every further one behind a line below, in its own column where that is free.
import type { ShownText } from './item.ts';

/** Further lines drawn at most. */
const mostLines = 20;
/** Between a line of the document and what is drawn behind it. */
const gap = '    ';

/** Lines count from 0, characters in UTF-16 units. */
export interface DraftPreview {
  /** Drawn at a place of the document, in this order. */
  readonly texts: readonly { readonly line: number; readonly character: number; readonly text: string }[];
  /** Text behind the cursor that the draft takes the place of. */
  readonly replaced?: { readonly line: number; readonly start: number; readonly end: number };
}

/** Where the draft goes, and the document's lines from there on. */
export interface PreviewPlace {
  readonly line: number;
  readonly character: number;
  /** Text of a line; `undefined` behind the last. */
  lineAt(line: number): string | undefined;
  /** Columns of a tab. */
  readonly tabSize: number;
}

/** Texts have non-breaking blanks, since others would be drawn as one. */
export function previewOf({ text, replaces }: ShownText, place: PreviewPlace): DraftPreview {
  const { line, character, tabSize } = place;
  const [first = '', ...all] = text.split('\n');
  const further = all.slice(0, mostLines);
  if (all.length > mostLines) further[mostLines - 1] = '…';
  const texts = [{ line, character, text: first }];
  further.forEach((written, index) => {
    const below = place.lineAt(line + 1 + index);
    if (below === undefined) {
      // the document ends here: what is left goes behind the last that was drawn
      const last = texts.at(-1)!;
      texts[texts.length - 1] = { ...last, text: `${last.text} ⏎ ${written.trim()}` };
      return;
    }
    const indented = expanded(written, tabSize);
    const width = expanded(below, tabSize).length;
    const blanks = indented.length - indented.trimStart().length;
    const before = width === 0 || blanks > width ? ' '.repeat(Math.max(blanks - width, 0)) : gap;
    texts.push({ line: line + 1 + index, character: below.length, text: before + indented.trimStart() });
  });
  return {
    texts: texts.map((drawn) => ({ ...drawn, text: expanded(drawn.text, tabSize).replaceAll(' ', '\u00a0') })),
    ...(replaces === 0 ? {} : { replaced: { line, start: character, end: character + replaces } }),
  };
}

/** With blanks in the place of tabs. */
function expanded(text: string, tabSize: number): string {
  let result = '';
  for (const unit of text) result += unit === '\t' ? ' '.repeat(tabSize - (result.length % tabSize)) : unit;
  return result;
}
