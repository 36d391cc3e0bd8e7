// What the model said came after a token, and after two, when it last saw them, rejected or not: its most probable next tokens,
// never forgotten between requests (after Token Recycling, Luo et al., ACL 2025, which keeps eight behind one token).
import type { RowLogits } from '../model/model.ts';
import type { Follower, Guess } from './source.ts';

/** Kinds of guesses: by the probability that the model gave when it was seen, and by how many tokens were the same. */
const shares = 4;
const pairBits = 16;

/** By key the tokens that followed, and how probable each was. */
class Followers {
  /** [keys · width] */
  readonly next: Int32Array;
  readonly shares: Uint8Array;
  readonly #width: number;

  constructor(size: number, width: number) {
    this.next = new Int32Array(size * width).fill(-1);
    this.shares = new Uint8Array(size * width);
    this.#width = width;
  }

  set(key: number, { topIds, topLogits, logSumExp }: RowLogits): void {
    for (let rank = 0; rank < this.#width; rank++) {
      const probability = Math.exp(topLogits[rank]! - logSumExp[0]!);
      this.next[key * this.#width + rank] = topIds[rank]!;
      this.shares[key * this.#width + rank] = Math.min(shares - 1, Math.floor(shares * probability));
    }
  }

  get(key: number, most: number): readonly { readonly token: number; readonly share: number }[] {
    return Array.from({ length: Math.min(most, this.#width) }, (_, rank) => {
      const at = key * this.#width + rank;
      return { token: this.next[at] ?? -1, share: this.shares[at] ?? 0 };
    }).filter(({ token }) => token >= 0);
  }
}

export class Recycling {
  readonly #ofOne: Followers;
  /** By a hash; what was hashed alike is one guess more that may be wrong. */
  readonly #ofTwo: Followers;

  /** @param width tokens that are kept behind one, and behind two */
  constructor(vocabulary: number, width = 1) {
    this.#ofOne = new Followers(vocabulary, width);
    this.#ofTwo = new Followers(1 << pairBits, width);
  }

  /** All that was learnt. */
  get memory(): readonly (Int32Array | Uint8Array)[] {
    return [this.#ofOne, this.#ofTwo].flatMap(({ next, shares }) => [next, shares]);
  }

  /** The row of `logits` is what follows `before` and `token`. */
  learn(before: number | undefined, token: number, logits: RowLogits): void {
    this.#ofOne.set(token, logits);
    if (before !== undefined) this.#ofTwo.set(pair(before, token), logits);
  }

  /** Guesses what comes behind `before` and `last`. */
  follow(before: number | undefined, last: number | undefined): Follower {
    return {
      source: 'recycled',
      guesses: (most) => this.#guesses(before, last, most),
      after: (token) => this.follow(last, token),
    };
  }

  #guesses(before: number | undefined, last: number | undefined, most: number): readonly Guess[] {
    if (last === undefined) return [];
    const ofTwo = before === undefined ? [] : this.#ofTwo.get(pair(before, last), most);
    if (ofTwo.length > 0)
      return ofTwo.map(({ token, share }) => ({ token, kind: shares + share, prior: priorOf(share, 0.9) }));
    const ofOne = this.#ofOne.get(last, most);
    return ofOne.map(({ token, share }) => ({ token, kind: share, prior: priorOf(share, 0.5) }));
  }
}

/** The middle of what the model gave, and the part of it that is worth elsewhere. */
function priorOf(share: number, worth: number): number {
  return (worth * (share + 0.5)) / shares;
}

function pair(before: number, token: number): number {
  return Math.imul(Math.imul(before, 0x9e3779b1) ^ token, 0x85ebca6b) >>> (32 - pairBits);
}
