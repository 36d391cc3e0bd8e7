// Whether the text after the cursor can still follow: feeds it line by line and remembers, for every state met at a line start,
// how it ended. Stacks are made once, so different completions meet in the same states after a line or two.
import { type ParserState, stateKey } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';

/** Lines of the suffix that are looked at. */
const lineLimit = 40;

/** States remembered for one suffix; past it the memory starts anew. */
const memoryLimit = 4096;

export class SuffixCheck {
  readonly #recogniser: Recogniser;
  readonly #lines: readonly string[];
  /** Whether the lines reach to the end of the file. */
  readonly #reachesEnd: boolean;
  readonly #known = new Map<string, boolean>();

  /** @param isWhole whether `suffix` goes to the end of the file */
  constructor(recogniser: Recogniser, suffix: string, isWhole: boolean) {
    this.#recogniser = recogniser;
    const lines: string[] = [];
    let at = 0;
    while (at < suffix.length && lines.length < lineLimit) {
      const lineBreak = suffix.indexOf('\n', at);
      const end = lineBreak < 0 ? suffix.length : lineBreak + 1;
      lines.push(suffix.slice(at, end));
      at = end;
    }
    this.#lines = lines;
    this.#reachesEnd = isWhole && at === suffix.length;
  }

  /** Whether the suffix can follow `state`, the state at the end of a completion. */
  follows(state: ParserState): boolean {
    if (this.#known.size > memoryLimit) this.#known.clear();
    const met: string[] = [];
    let here: ParserState | undefined = state;
    let follows: boolean | undefined;
    for (let line = 0; follows === undefined && line < this.#lines.length; line++) {
      const key = `${line}${stateKey(here)}`;
      follows = this.#known.get(key);
      if (follows !== undefined) break;
      met.push(key);
      here = this.#recogniser.feed(here, this.#lines[line]!, true);
      if (here === undefined) {
        follows = false;
        break;
      }
    }
    follows ??= !this.#reachesEnd || this.#recogniser.mayEnd(here!);
    for (const key of met) this.#known.set(key, follows);
    return follows;
  }
}
