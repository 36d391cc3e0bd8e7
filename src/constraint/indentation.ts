// Lines that a completion begins are indented as the document is, whatever the language: with its tabs or its spaces, and a block
// that is opened is one unit deeper.
import { type ConstraintState, free } from './constraint.ts';
import type { TokenTexts } from './tokenTexts.ts';

/** A document's habit. */
export interface IndentationStyle {
  readonly character: ' ' | '\t';
  /** Characters of one level; undefined where the document does not tell. */
  readonly unit: number | undefined;
}

/** Lines looked at to learn a document's habit. */
const sampleLines = 400;

/** The habit of the lines near the end of `prefix`; undefined where they have none. */
export function indentationOf(prefix: string): IndentationStyle | undefined {
  let tabs = 0;
  let spaces = 0;
  /** How often a line is deeper than the one above by so many spaces. */
  const steps = new Map<number, number>();
  let end = prefix.length;
  let below = 0;
  for (let line = 0; line < sampleLines && end > 0; line++) {
    const start = prefix.lastIndexOf('\n', end - 1) + 1;
    const width = widthAt(prefix, start);
    if (start + width < end) {
      if (prefix[start] === '\t') tabs++;
      // a single space is the margin of a comment
      else if (width > 1) spaces++;
      if (below > width) steps.set(below - width, (steps.get(below - width) ?? 0) + 1);
      below = width;
    }
    end = start - 1;
  }
  if (tabs > 4 * spaces) return { character: '\t', unit: 1 };
  if (spaces <= 4 * tabs) return undefined;
  const [commonest] = [...steps].sort(([, a], [, b]) => b - a);
  return { character: ' ', unit: commonest !== undefined && commonest[0] > 1 ? commonest[0] : undefined };
}

/** Characters of indentation of the line that begins at `start`. */
function widthAt(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at - start;
}

/** Where a line of the completion stands. */
interface Place {
  /** Whether only indentation stands on the line so far. */
  readonly isIndenting: boolean;
  /** Characters of it. */
  readonly width: number;
  /** The last character of the line that is no blank; on a line of indentation alone that of the line above. */
  readonly last: string;
  /** Indentation of the line above. */
  readonly above: number;
}

/** The place after `text`; undefined where it is indented otherwise than `style` says. */
function placeAfter(place: Place, text: string, { character, unit }: IndentationStyle): Place | undefined {
  let { isIndenting, width, last, above } = place;
  for (const found of text) {
    if (found === '\n') {
      // a blank line says nothing
      if (!isIndenting) above = width;
      isIndenting = true;
      width = 0;
    } else if (isIndenting && (found === ' ' || found === '\t')) {
      const isMargin = character === '\t' && found === ' ' && (width === above || width + 1 === above);
      if (found !== character && !isMargin) return undefined;
      width++;
    } else if (isIndenting) {
      const opened = last === '{' || last === ':';
      if (opened && unit !== undefined && width > above && width !== above + unit) return undefined;
      isIndenting = false;
      last = found;
    } else if (found !== ' ') last = found;
  }
  return { isIndenting, width, last, above };
}

/** The constraint after `lineStart`, the cursor's line up to the place where the completion begins. */
export function indentedAs(style: IndentationStyle | undefined, texts: TokenTexts, lineStart: string): ConstraintState {
  if (style === undefined) return free;
  const at = (place: Place): ConstraintState => {
    const after = (text: string): ConstraintState | undefined => {
      const next = placeAfter(place, text, style);
      return next === undefined ? undefined : at(next);
    };
    const state: ConstraintState = {
      candidates: undefined,
      listLegal: () => undefined,
      legal: (token) => {
        const text = texts.of(token);
        return text === undefined || placeAfter(place, text, style) !== undefined;
      },
      advance: (token) => after(texts.of(token) ?? 'x') ?? state,
      afterText: after,
      mayStop: () => true,
      relax: () => state,
    };
    return state;
  };
  const width = widthAt(lineStart, 0);
  const isIndenting = width === lineStart.length;
  return at({ isIndenting, width, last: lineStart.trimEnd().at(-1) ?? '', above: width });
}
