// Whether the text after the cursor can still follow: feeds it line by line and remembers, for every state met at a line start,
// how it ended. Stacks are made once, so different completions meet in the same states after a line or two.
import { type ParserState, stateKey } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';

export interface Suffix {
  /** Begins at the cursor. */
  readonly text: string;
  /** Whether it goes to the end of the file. */
  readonly isWhole: boolean;
}

export class SuffixCheck {
  readonly #recogniser: Recogniser;
  readonly #lines: readonly string[];
  /** Whether the lines reach to the end of the file. */
  readonly #reachesEnd: boolean;
  readonly #known = new Map<string, boolean>();
  #budget: number;

  /**
   * @param lineLimit lines that are looked at
   * @param budgetLines lines fed over the life of the check; what would need more is taken to be wrong. A completion that leaves
   * nothing open needs a few.
   */
  constructor(recogniser: Recogniser, { text, isWhole }: Suffix, lineLimit: number, budgetLines: number) {
    this.#recogniser = recogniser;
    this.#budget = budgetLines;
    const lines: string[] = [];
    let at = 0;
    while (at < text.length && lines.length < lineLimit) {
      const lineBreak = text.indexOf('\n', at);
      const end = lineBreak < 0 ? text.length : lineBreak + 1;
      lines.push(text.slice(at, end));
      at = end;
    }
    this.#lines = lines;
    this.#reachesEnd = isWhole && at === text.length;
  }

  /** Whether the suffix can follow `state`, the state at the end of a completion. */
  follows(state: ParserState): boolean {
    const met: string[] = [];
    let here: ParserState | undefined = state;
    let follows: boolean | undefined;
    for (const [line, text] of this.#lines.entries()) {
      const key = `${line}${stateKey(here)}`;
      follows = this.#known.get(key);
      if (follows !== undefined) break;
      met.push(key);
      here = this.#budget-- > 0 ? this.#recogniser.feed(here, text, true) : undefined;
      if (here === undefined) break;
    }
    follows ??= here !== undefined && (!this.#reachesEnd || this.#recogniser.mayEnd(here));
    for (const key of met) this.#known.set(key, follows);
    return follows;
  }
}
