// What the model said came after a token when it last saw it, rejected or not (Token Recycling, Luo et al., ACL 2025): the most
// probable next token of each, never forgotten between requests.
import type { RowLogits } from '../model/model.ts';
import type { Follower } from './source.ts';

/** Kinds of guesses: by the probability that the model gave when it was seen. */
const kinds = 4;

export class Recycling {
  readonly #next: Int32Array;
  readonly #kinds: Uint8Array;

  constructor(vocabulary: number) {
    this.#next = new Int32Array(vocabulary).fill(-1);
    this.#kinds = new Uint8Array(vocabulary);
  }

  /** The row of `logits` is what follows `token`. */
  learn(token: number, { topIds, topLogits, logSumExp }: RowLogits): void {
    this.#next[token] = topIds[0]!;
    const probability = Math.exp(topLogits[0]! - logSumExp[0]!);
    this.#kinds[token] = Math.min(kinds - 1, Math.floor(kinds * probability));
  }

  /** Guesses what comes behind `last`. */
  follow(last: number | undefined): Follower {
    let at = last;
    return {
      source: 'recycled',
      guess: () => {
        const token = at === undefined ? -1 : (this.#next[at] ?? -1);
        return token < 0 ? undefined : { token, kind: this.#kinds[at!]! };
      },
      advance: (token) => {
        at = token;
      },
    };
  }
}
