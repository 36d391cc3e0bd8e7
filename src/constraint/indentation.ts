// Lines that a completion begins are indented with what the document is indented with: tabs or spaces, whatever the language.
import type { ConstraintState } from './constraint.ts';
import { free } from './constraint.ts';
import type { TokenTexts } from './tokenTexts.ts';

export type IndentationCharacter = ' ' | '\t';

/** Lines looked at to learn a document's habit. */
const sampleLines = 400;

/** What most indented lines near the end of `prefix` begin with; undefined where none or not clearly one of the two. */
export function indentationOf(prefix: string): IndentationCharacter | undefined {
  let tabs = 0;
  let spaces = 0;
  let end = prefix.length;
  for (let line = 0; line < sampleLines && end > 0; line++) {
    const start = prefix.lastIndexOf('\n', end - 1) + 1;
    if (prefix[start] === '\t') tabs++;
    // a single space is the margin of a comment
    else if (prefix[start] === ' ' && prefix[start + 1] === ' ') spaces++;
    end = start - 1;
  }
  if (tabs > 4 * spaces) return '\t';
  return spaces > 4 * tabs ? ' ' : undefined;
}

/** Where a line of the completion stands. */
type Place = 'lineStart' | 'indented' | 'text';

/**
 * The constraint after `lineStart`, the cursor's line up to the cursor. With spaces, no tab indents; with tabs, a space
 * indents only behind tabs or alone (alignment, comment margins).
 */
export function indentedWith(
  texts: TokenTexts,
  character: IndentationCharacter | undefined,
  lineStart: string,
): ConstraintState {
  if (character === undefined) return free;
  const after = (place: Place, text: string): Place | undefined => {
    let here = place;
    for (let i = 0; i < text.length; i++) {
      const found = text[i];
      if (found === '\n') here = 'lineStart';
      else if (here === 'text') {
        const lineBreak = text.indexOf('\n', i);
        if (lineBreak < 0) return 'text';
        i = lineBreak - 1;
      } else if (found !== ' ' && found !== '\t') here = 'text';
      else if (character === ' ') {
        if (found === '\t') return undefined;
        here = 'indented';
      } else if (found === ' ' && here === 'lineStart' && text[i + 1] === ' ') return undefined;
      else here = 'indented';
    }
    return here;
  };
  const at = (place: Place): ConstraintState => {
    const next = (text: string): ConstraintState | undefined => {
      const reached = after(place, text);
      return reached === undefined ? undefined : reached === place ? state : at(reached);
    };
    const state: ConstraintState = {
      candidates: undefined,
      legal: (token) => {
        const text = texts.of(token);
        return text === undefined || after(place, text) !== undefined;
      },
      advance: (token) => next(texts.of(token) ?? 'x') ?? state,
      afterText: next,
      mayStop: () => true,
      relax: () => state,
    };
    return state;
  };
  return at(after('lineStart', lineStart) ?? 'text');
}
