// The state of the recogniser along one document: a state for every line start, so that an edit costs the lines after it. A file
// is normally broken somewhere: behind the first line that no text can follow, reading starts again at an item that stands
// outside the damage.
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';

/** A line start from which a broken document can be read on, on a stack as `seed`, the openings around it, leaves it. */
export interface Anchor {
  readonly offset: number;
  readonly seed: string;
}

/** Anchors of `text` at `from` or later, in order. */
export type FindAnchors = (text: string, from: number) => readonly Anchor[];

/** `soft`: the place lies in damage that no anchor mends, so nothing is known of it. */
export type Reach = 'whole' | 'anchored' | 'soft';

export interface Place {
  readonly state: ParserState | undefined;
  /** At the start of the last line. */
  readonly lineStart: ParserState | undefined;
  readonly reach: Reach;
}

interface Line {
  readonly offset: number;
  /** State at the line's start; undefined where nothing is known of it. */
  readonly state: ParserState | undefined;
  readonly reach: Reach;
  /** Where reading starts again: the seed, and the damaged line before. */
  readonly mended: { readonly seed: string; readonly damage: number } | undefined;
}

interface MendedAt extends Anchor {
  /** After the seed. */
  readonly state: ParserState;
}

/** Damages of one document that are read over. */
const mostDamages = 8;

/** Lines behind a damage in which anchors are looked for. */
const anchorLines = 200;

export class GrammarDocument {
  readonly #recogniser: Recogniser;
  readonly #findAnchors: FindAnchors;
  readonly #lines: Line[];
  /** Anchors by the damage they lie behind, and the text that they were found in. */
  readonly #anchors = new Map<number, { readonly text: string; readonly anchor: MendedAt | undefined }>();
  #text = '';

  /** @param isWhole whether texts begin at the start of the file; if not, what is open at their first line is not known */
  constructor(recogniser: Recogniser, isWhole: boolean, findAnchors: FindAnchors) {
    this.#recogniser = recogniser;
    this.#findAnchors = findAnchors;
    const state = isWhole ? recogniser.initial : undefined;
    this.#lines = [{ offset: 0, state, reach: isWhole ? 'whole' : 'soft', mended: undefined }];
  }

  /** The state at the end of `prefix`, a document's text up to some place. Costs what differs from the last call's. */
  at(prefix: string): Place {
    this.#keep(prefix);
    if (this.#anchors.size > 4 * mostDamages) this.#anchors.clear();
    let damage = this.#feedLines();
    let damages = this.#lines.filter(({ mended }) => mended !== undefined).length;
    for (; damage !== undefined; damages++) {
      if (damages >= mostDamages || !this.#mend(damage)) return soft;
      damage = this.#feedLines();
    }
    const { state, offset, reach } = this.#lines.at(-1)!;
    const here = state && this.#recogniser.feed(state, prefix.slice(offset));
    return here === undefined ? soft : { state: here, lineStart: state, reach };
  }

  /** Keeps the lines before the first difference, and behind a damage only where reading would start again at the same place. */
  #keep(text: string): void {
    const known = this.#text;
    const most = Math.min(known.length, text.length);
    let common = 0;
    while (common < most && known.charCodeAt(common) === text.charCodeAt(common)) common++;
    this.#text = text;
    const lines = this.#lines;
    while (lines.length > 1 && lines.at(-1)!.offset > common) lines.pop();
    if (most === common && known.length === text.length) return;
    for (const [index, { offset, mended }] of lines.entries()) {
      if (mended === undefined) continue;
      const anchor = this.#anchorBehind(mended.damage);
      if (anchor?.offset === offset && anchor.seed === mended.seed) continue;
      lines.length = index;
      return;
    }
  }

  /** Feeds whole lines from the last known on; the offset of the line that nothing can follow, if there is one. */
  #feedLines(): number | undefined {
    for (;;) {
      const { offset, state, reach } = this.#lines.at(-1)!;
      if (state === undefined) return offset;
      const lineBreak = this.#text.indexOf('\n', offset);
      if (lineBreak < 0) return undefined;
      const next = this.#recogniser.feed(state, this.#text.slice(offset, lineBreak + 1));
      if (next === undefined) return offset;
      this.#lines.push({ offset: lineBreak + 1, state: next, reach, mended: undefined });
    }
  }

  /** Starts again behind the damaged line at `damage`; false where there is no place to. */
  #mend(damage: number): boolean {
    const anchor = this.#anchorBehind(damage);
    if (anchor === undefined) return false;
    const { offset, seed, state } = anchor;
    this.#lines.push({ offset, state, reach: 'anchored', mended: { seed, damage } });
    return true;
  }

  /** The first anchor behind a damage whose seed can be read. Depends on the text up to `anchorLines` behind it alone. */
  #anchorBehind(damage: number): MendedAt | undefined {
    const from = this.#text.indexOf('\n', damage) + 1;
    if (from === 0) return undefined;
    const text = this.#text.slice(0, offsetOfLine(this.#text, from, anchorLines));
    const known = this.#anchors.get(damage);
    if (known?.text === text) return known.anchor;
    let anchor: MendedAt | undefined;
    for (const found of this.#findAnchors(text, from)) {
      const state = this.#recogniser.feed(this.#recogniser.initial, found.seed);
      if (state === undefined) continue;
      anchor = { ...found, state };
      break;
    }
    this.#anchors.set(damage, { text, anchor });
    return anchor;
  }
}

/** Start of the line `count` lines behind the one at `offset`, or the end of `text`. */
function offsetOfLine(text: string, offset: number, count: number): number {
  let at = offset;
  for (let line = 0; line < count; line++) {
    const lineBreak = text.indexOf('\n', at);
    if (lineBreak < 0) return text.length;
    at = lineBreak + 1;
  }
  return at;
}

const soft: Place = { state: undefined, lineStart: undefined, reach: 'soft' };
