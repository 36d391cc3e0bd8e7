// Whether a call can go on, or end, with a character: against the parameters that it has.
import type { Call } from '../../language/oracle.ts';

/** The arguments of a call up to a place. */
export interface ArgumentsSoFar {
  readonly isEmpty: boolean;
  /** Whether one of them stands for any number. */
  readonly isSpread: boolean;
}

/** Text that is looked through for the beginning of a call. */
const longest = 1000;

/**
 * The arguments at the end of `text`, which are open there; undefined where their beginning is not found. Reads backwards over
 * brackets and strings; what it takes for a string by mistake makes it find nothing.
 */
export function argumentsBefore(text: string): ArgumentsSoFar | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= Math.max(0, text.length - longest); at--) {
    const character = text[at]!;
    if (character === '"' || character === "'" || character === '`') {
      at = text.lastIndexOf(character, at - 1);
      if (at < 0) return undefined;
    } else if (')]}'.includes(character)) depth++;
    else if ('([{'.includes(character) && depth-- === 0) {
      if (character !== '(') return undefined;
      const said = text.slice(at + 1);
      return { isEmpty: said.trim() === '', isSpread: /\.\.\.|\*/.test(said) };
    }
  }
  return undefined;
}

/**
 * Whether the call takes `character` next: `,` where another argument can come, `)` where those it needs are there, `=` behind a
 * name that an argument can have.
 * @param word the name before the character
 * @param endsLine whether a line break follows: a comma before one may be the last
 */
export function takes(
  { signatures, argument }: Call,
  { isEmpty, isSpread }: ArgumentsSoFar,
  character: string,
  word: string,
  endsLine: boolean,
): boolean {
  if (signatures.length === 0) return true;
  if (character === '=')
    return signatures.some(({ keywords }) => keywords === undefined || keywords.includes(word) || word === '');
  if (isSpread || signatures.some(({ keywords }) => keywords !== undefined)) return true;
  if (character === ',') return endsLine || signatures.some(({ most }) => most > argument + 1);
  const count = isEmpty ? 0 : argument + 1;
  return signatures.some(({ least }) => least <= count);
}
