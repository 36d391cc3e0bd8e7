// All mutable state of an engine: the loaded model, what its cache holds, and how fast it is. Derived values are properties.
import type { Model, RowLogits } from '../model/model.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import type { Anchor } from '../prompt/anchor.ts';
import type { Layout } from '../prompt/layouts.ts';

/** A pass should take no longer than this, since it cannot be interrupted. */
const passMs = 40;
const leastChunk = 16;
const mostChunk = 256;
/** Aimed at below `passMs`, since passes vary. */
const aimMs = 0.9 * passMs;

/** A request was superseded or cancelled. Its work so far stays in the cache. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export class Session {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly layout: Layout;
  /** Anchor of the last prompt. */
  anchor: Anchor | undefined;
  /** The tokens whose keys and values the cache holds. */
  #cached: number[] = [];
  #chunk = 32;

  constructor(model: Model, tokenizer: Tokenizer, layout: Layout) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.layout = layout;
  }

  /** Rows per prefill pass, from measured speed. */
  get chunk(): number {
    return this.#chunk;
  }

  /** How many of `tokens` need not be computed: the common prefix with the cache, less the last, whose logits are wanted. */
  reusable(tokens: readonly number[]): number {
    const most = Math.min(this.#cached.length, tokens.length - 1);
    let length = 0;
    while (length < most && this.#cached[length] === tokens[length]) length++;
    return length;
  }

  /**
   * Brings the cache to exactly `tokens` and returns the logits after the last of them. Cancellation is looked at between
   * passes.
   * @throws Cancelled
   */
  async prefill(tokens: readonly number[], signal: AbortSignal, wantsAll: boolean): Promise<RowLogits> {
    this.rewind(this.reusable(tokens));
    for (;;) {
      const start = this.#cached.length;
      const end = Math.min(tokens.length, start + this.#chunk);
      const logits = await this.forward(tokens.slice(start, end), signal, wantsAll && end === tokens.length);
      if (end === tokens.length) return logits;
    }
  }

  /**
   * One pass over a chain of tokens; logits of the last.
   * @throws Cancelled before the pass
   */
  async forward(tokens: readonly number[], signal: AbortSignal, wantsAll = false): Promise<RowLogits> {
    if (signal.aborted) throw new Cancelled();
    const start = performance.now();
    const logits = await this.model.forward({ tokens, wanted: [tokens.length - 1], fetch: { logits: wantsAll } });
    this.#cached.push(...tokens);
    if (tokens.length === this.#chunk) this.#adjustChunk(performance.now() - start);
    return logits;
  }

  /** Forgets all but the first `length` cached tokens. */
  rewind(length: number): void {
    this.model.cache.truncate(length);
    this.#cached.length = length;
  }

  #adjustChunk(elapsedMs: number): void {
    const aimed = Math.round((this.#chunk * aimMs) / elapsedMs);
    const next = Math.min(2 * this.#chunk, Math.max(leastChunk, Math.min(mostChunk, aimed)));
    // small differences are noise
    if (Math.abs(next - this.#chunk) > this.#chunk / 8) this.#chunk = next;
  }
}
