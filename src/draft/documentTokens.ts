// A document's text → its tokens, line by line: of a line that was seen before they are known.
import type { Tokenizer } from '../model/tokenizer.ts';

/** Others get their turn after so many milliseconds of work. */
const sliceMs = 2;
const rememberedLines = 20_000;

export class DocumentTokens {
  readonly #tokenizer: Tokenizer;
  readonly #remembered: number;
  readonly #lines = new Map<string, readonly number[]>();

  /** @param remembered lines at most; none where texts are read once */
  constructor(tokenizer: Tokenizer, remembered: number = rememberedLines) {
    this.#tokenizer = tokenizer;
    this.#remembered = remembered;
  }

  /**
   * The tokens of `text`; undefined if they are no longer wanted.
   * @param turn gives others their turn; false if the tokens are not wanted any more
   */
  async of(text: string, turn: () => Promise<boolean>): Promise<readonly number[] | undefined> {
    const tokens: number[] = [];
    let startMs = performance.now();
    // line breaks begin a piece of text to the tokenizers of code models, together with the indentation behind them
    for (const [line] of text.matchAll(/\n+[^\n]*|[^\n]+/g)) {
      for (const token of this.#tokensOf(line)) tokens.push(token);
      if (performance.now() - startMs < sliceMs) continue;
      if (!(await turn())) return undefined;
      startMs = performance.now();
    }
    return tokens;
  }

  #tokensOf(line: string): readonly number[] {
    if (this.#remembered === 0) return this.#tokenizer.encode(line);
    let tokens = this.#lines.get(line);
    if (tokens === undefined) {
      if (this.#lines.size === this.#remembered) this.#lines.clear();
      tokens = this.#tokenizer.encode(line);
      this.#lines.set(line, tokens);
    }
    return tokens;
  }
}
