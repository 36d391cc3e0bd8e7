// Token sequences that were seen (documents, by key), and what came in them behind a context: for every place whose last tokens
// are those of the context, the length of the match and the token that follows (after SuffixDecoding, Oliaro et al., NeurIPS 2025,
// whose suffix tree counts the same). Places with the same last two tokens are chained by hash, the newest first, as in a deflate
// window: adding is one step per token, and memory three numbers.
import type { Follower, Guess } from './source.ts';

/** Stands between sequences and for what was removed; never matches. */
const gap = -1;

const hashBits = 17;
/** Places that one look goes through, and those it keeps. */
const mostSteps = 256;
const mostPlaces = 32;
/** Longer matches say no more. */
const longestMatch = 32;
/** Weight of a match grows with its length, up to this. */
const heaviest = 12;

interface Place {
  /** Of the token that follows. */
  next: number;
  length: number;
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
  get #size(): number {
    return this.#length - this.#removed;
  }

  has(key: string): boolean {
    return this.#sequences.has(key);
  }

  /** Adds parts of a sequence, none of which goes on in the next, in place of what was known under `key`. */
  put(key: string, parts: readonly (readonly number[])[]): void {
    this.remove(key);
    const start = this.#length;
    for (const part of parts) {
      for (const token of part) this.#append(token);
      this.#append(gap);
    }
    this.#sequences.set(key, { start, end: this.#length });
    for (const [oldest] of this.#sequences) {
      if (this.#size <= this.#capacity || oldest === key) break;
      this.remove(oldest);
    }
    if (this.#removed > this.#capacity / 2 + this.#size) this.#compact();
  }

  remove(key: string): void {
    const sequence = this.#sequences.get(key);
    if (sequence === undefined) return;
    this.#tokens.fill(gap, sequence.start, sequence.end);
    this.#removed += sequence.end - sequence.start;
    this.#sequences.delete(key);
  }

  /** Guesses what comes behind `context`. */
  follow(context: readonly number[]): Follower {
    const path = context.slice(-longestMatch);
    let places = this.#find(path);
    return {
      source: 'suffix',
      guess: () => this.#guess(places),
      advance: (token) => {
        path.push(token);
        places = places
          .filter(({ next }) => this.#tokens[next] === token)
          .map(({ next, length }) => ({ next: next + 1, length: length + 1 }));
        if (places.length === 0) places = this.#find(path.slice(-longestMatch));
      },
    };
  }

  /** The token that most of the weight of the matches is behind. */
  #guess(places: readonly Place[]): Guess | undefined {
    const weights = new Map<number, number>();
    let total = 0;
    let best: number | undefined;
    for (const { next, length } of places) {
      const token = this.#tokens[next]!;
      if (token === gap) continue;
      const weight = 2 ** Math.min(length, heaviest);
      weights.set(token, (weights.get(token) ?? 0) + weight);
      total += weight;
      if (best === undefined || weights.get(token)! > weights.get(best)!) best = token;
    }
    if (best === undefined) return undefined;
    const share = weights.get(best)! / total;
    const longest = Math.max(...places.map(({ next, length }) => (this.#tokens[next] === best ? length : 0)));
    return { token: best, kind: 4 * Math.min(4, Math.floor(Math.log2(longest))) + Math.min(3, Math.floor(4 * share)) };
  }

  #find(context: readonly number[]): Place[] {
    const last = context.at(-1);
    const before = context.at(-2);
    if (last === undefined || before === undefined) return [];
    const found: Place[] = [];
    let at = this.#heads[hash(before, last)]!;
    for (let steps = 0; at >= 0 && steps < mostSteps && found.length < mostPlaces; steps++, at = this.#previous[at]!) {
      const length = this.#matchLength(at, context);
      if (length >= 2 && this.#tokens[at + 1] !== gap) found.push({ next: at + 1, length });
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
