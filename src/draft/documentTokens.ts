// A document's text → its tokens, line by line: of a line that was seen before they are known.
import { setImmediate as turn } from 'node:timers/promises';
import type { Tokenizer } from '../model/tokenizer.ts';

/** Others get their turn after so many milliseconds of work. */
const sliceMs = 2;
const rememberedLines = 20_000;

export class DocumentTokens {
  readonly #tokenizer: Tokenizer;
  readonly #lines = new Map<string, readonly number[]>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The tokens of `text`; undefined if they are no longer wanted. */
  async of(text: string, isWanted: () => boolean): Promise<readonly number[] | undefined> {
    const tokens: number[] = [];
    let startMs = performance.now();
    // line breaks begin a piece of text to the tokenizers of code models, together with the indentation behind them
    for (const [line] of text.matchAll(/\n+[^\n]*|[^\n]+/g)) {
      tokens.push(...this.#tokensOf(line));
      if (performance.now() - startMs < sliceMs) continue;
      await turn();
      if (!isWanted()) return undefined;
      startMs = performance.now();
    }
    return tokens;
  }

  #tokensOf(line: string): readonly number[] {
    let tokens = this.#lines.get(line);
    if (tokens === undefined) {
      if (this.#lines.size === rememberedLines) this.#lines.clear();
      tokens = this.#tokenizer.encode(line);
      this.#lines.set(line, tokens);
    }
    return tokens;
  }
}
