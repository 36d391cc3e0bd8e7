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
  readonly reach: Reach;
}

interface Line {
  readonly offset: number;
  /** State at the line's start; undefined within damage. */
  readonly state: ParserState | undefined;
  readonly reach: Reach;
}

/** Anchors tried for one damage. */
const anchorTries = 8;

export class GrammarDocument {
  readonly #recogniser: Recogniser;
  readonly #findAnchors: FindAnchors;
  readonly #start: Line;
  #text = '';
  #lines: Line[];

  /** @param isWhole whether texts begin at the start of the file; if not, what is open at their first line is not known */
  constructor(recogniser: Recogniser, isWhole: boolean, findAnchors: FindAnchors) {
    this.#recogniser = recogniser;
    this.#findAnchors = findAnchors;
    this.#start = isWhole
      ? { offset: 0, state: recogniser.initial, reach: 'whole' }
      : { offset: 0, state: undefined, reach: 'soft' };
    this.#lines = [this.#start];
  }

  /** The state at the end of `prefix`, a document's text up to some place. Costs what differs from the last call's. */
  at(prefix: string): Place {
    this.#keepCommon(prefix);
    this.#text = prefix;
    let damaged = this.#lines.length === 1 && this.#start.state === undefined ? 0 : this.#feedLines();
    for (let mended = 0; damaged !== undefined && mended < anchorTries; mended++) damaged = this.#mend(damaged);
    const line = this.#lines.at(-1)!;
    if (line.state === undefined || damaged !== undefined) return soft;
    const state = this.#recogniser.feed(line.state, prefix.slice(line.offset));
    return state === undefined ? soft : { state, reach: line.reach };
  }

  /** Forgets the lines behind the first difference. */
  #keepCommon(text: string): void {
    const known = this.#text;
    const most = Math.min(known.length, text.length);
    let common = 0;
    while (common < most && known.charCodeAt(common) === text.charCodeAt(common)) common++;
    let count = this.#lines.length;
    while (count > 1 && this.#lines[count - 1]!.offset > common) count--;
    // damage was mended with text behind it, which may have changed
    while (count > 1 && this.#lines[count - 1]!.state === undefined) count--;
    this.#lines.length = count;
  }

  /** Feeds whole lines from the last known on; the offset of the line that nothing can follow, if there is one. */
  #feedLines(): number | undefined {
    for (;;) {
      const { offset, state, reach } = this.#lines.at(-1)!;
      const lineBreak = this.#text.indexOf('\n', offset);
      if (lineBreak < 0 || state === undefined) return undefined;
      const next = this.#recogniser.feed(state, this.#text.slice(offset, lineBreak + 1));
      if (next === undefined) return offset;
      this.#lines.push({ offset: lineBreak + 1, state: next, reach });
    }
  }

  /** Reads on behind damage in the line at `offset`. Gives the line where that fails again, or undefined. */
  #mend(offset: number): number | undefined {
    const from = this.#text.indexOf('\n', offset) + 1;
    for (const anchor of this.#findAnchors(this.#text, from).slice(0, anchorTries)) {
      const state = this.#recogniser.feed(this.#recogniser.initial, anchor.seed);
      if (state === undefined) continue;
      this.#lines.push({ offset: anchor.offset, state, reach: 'anchored' });
      return this.#feedLines();
    }
    this.#lines.push({ offset: from, state: undefined, reach: 'soft' });
    return undefined;
  }
}

const soft: Place = { state: undefined, reach: 'soft' };
