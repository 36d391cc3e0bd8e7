// Token sequences that were seen (documents, by key), and the places in them behind which a context stands. Places with the same
// last two tokens are chained by hash, the newest first, as in a deflate window: adding is one step per token, and memory two
// numbers.

/** Stands between sequences and for what was removed; never matches. */
const gap = -1;

const hashBits = 17;
/** Places that one look goes through, and those it keeps: of two million tokens, all of them would say no more. */
const mostSteps = 64;
const mostMatches = 16;

/** A place behind which a context stands; it goes on as long as what comes is what stands there. */
export interface Place {
  /** The token at the place; undefined at an end. */
  readonly next: number | undefined;
  /** Tokens before the place that are those of the context, as far as was looked. */
  readonly length: number;
  /** The place so many tokens on. */
  ahead(count: number): Place;
}

/** A place in an index. */
export class Match implements Place {
  readonly #tokens: Int32Array;
  readonly #at: number;
  readonly length: number;

  constructor(tokens: Int32Array, at: number, length: number) {
    this.#tokens = tokens;
    this.#at = at;
    this.length = length;
  }

  get next(): number | undefined {
    return this.tokenAhead(0);
  }

  /** The token that stands so many behind the place; undefined from an end on. */
  tokenAhead(count: number): number | undefined {
    const token = this.#tokens[this.#at + count];
    return token === gap ? undefined : token;
  }

  ahead(count: number): Match {
    return new Match(this.#tokens, this.#at + count, this.length + count);
  }
}

export class SuffixIndex {
  readonly #capacity: number;
  #tokens = new Int32Array(1 << 14);
  /** Place → the last place before it with the same hash. */
  #previous = new Int32Array(1 << 14);
  readonly #heads = new Int32Array(1 << hashBits).fill(-1);
  #length = 0;
  #removed = 0;
  /** Sequences by key, the oldest first. */
  readonly #sequences = new Map<string, { readonly start: number; readonly end: number }>();

  /** Holds about `capacity` tokens; the oldest sequences make room. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Tokens that can be found. */
  get size(): number {
    return this.#length - this.#removed;
  }

  has(key: string): boolean {
    return this.#sequences.has(key);
  }

  /** Adds parts of a sequence, none of which goes on in the next, in place of what was known under `key`. */
  put(key: string, parts: readonly ArrayLike<number>[]): void {
    this.remove(key);
    const start = this.#length;
    for (const part of parts) {
      for (let at = 0; at < part.length; at++) this.#append(part[at]!);
      this.#append(gap);
    }
    this.#sequences.set(key, { start, end: this.#length });
    for (const [oldest] of this.#sequences) {
      if (this.size <= this.#capacity || oldest === key) break;
      this.remove(oldest);
    }
    if (this.#removed > this.#capacity / 2 + this.size) this.#compact();
  }

  remove(key: string): void {
    const sequence = this.#sequences.get(key);
    if (sequence === undefined) return;
    this.#tokens.fill(gap, sequence.start, sequence.end);
    this.#removed += sequence.end - sequence.start;
    this.#sequences.delete(key);
  }

  /** The places behind which `context` stands, two tokens of it at least: the newest that are accepted, up to 16. */
  find(context: readonly number[], accepts: (match: Match) => boolean = () => true): Match[] {
    const last = context.at(-1);
    const before = context.at(-2);
    if (last === undefined || before === undefined) return [];
    const found: Match[] = [];
    let at = this.#heads[hash(before, last)]!;
    for (let steps = 0; at >= 0 && steps < mostSteps && found.length < mostMatches; steps++, at = this.#previous[at]!) {
      const length = this.#matchLength(at, context);
      if (length < 2 || this.#tokens[at + 1] === gap) continue;
      const match = new Match(this.#tokens, at + 1, length);
      if (accepts(match)) found.push(match);
    }
    return found;
  }

  /** Tokens up to `at` that are those `context` ends with. */
  #matchLength(at: number, context: readonly number[]): number {
    let length = 0;
    while (length < context.length && this.#tokens[at - length] === context[context.length - 1 - length]) length++;
    return length;
  }

  #append(token: number): void {
    if (this.#length === this.#tokens.length) {
      this.#tokens = grown(this.#tokens);
      this.#previous = grown(this.#previous);
    }
    const at = this.#length++;
    this.#tokens[at] = token;
    const before = at > 0 ? this.#tokens[at - 1]! : gap;
    if (token === gap || before === gap) return;
    const key = hash(before, token);
    this.#previous[at] = this.#heads[key]!;
    this.#heads[key] = at;
  }

  /** Makes the places of removed sequences free. */
  #compact(): void {
    const kept = [...this.#sequences].map(([key, { start, end }]) => ({ key, tokens: this.#tokens.slice(start, end) }));
    this.#heads.fill(-1);
    this.#sequences.clear();
    this.#length = 0;
    this.#removed = 0;
    for (const { key, tokens } of kept) {
      const start = this.#length;
      for (const token of tokens) this.#append(token);
      this.#sequences.set(key, { start, end: this.#length });
    }
  }
}

function hash(before: number, token: number): number {
  return (Math.imul(Math.imul(before, 0x9e3779b1) ^ token, 0x85ebca6b) >>> (32 - hashBits)) | 0;
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
