// What the model said came after a token, and after two, when it last saw them, rejected or not: its most probable next token,
// never forgotten between requests (after Token Recycling, Luo et al., ACL 2025, which keeps eight behind one token for trees).
import type { RowLogits } from '../model/model.ts';
import type { Follower } from './source.ts';

/** Kinds of guesses: by the probability that the model gave when it was seen, and by how many tokens were the same. */
const shares = 4;
const pairBits = 16;

/** By key the token that followed, and how probable it was. */
class Followers {
  readonly next: Int32Array;
  readonly shares: Uint8Array;

  constructor(size: number) {
    this.next = new Int32Array(size).fill(-1);
    this.shares = new Uint8Array(size);
  }

  set(key: number, token: number, share: number): void {
    this.next[key] = token;
    this.shares[key] = share;
  }

  get(key: number): { readonly token: number; readonly share: number } | undefined {
    const token = this.next[key] ?? -1;
    return token < 0 ? undefined : { token, share: this.shares[key]! };
  }
}

export class Recycling {
  readonly #ofOne: Followers;
  /** By a hash; what was hashed alike is one guess more that may be wrong. */
  readonly #ofTwo = new Followers(1 << pairBits);

  constructor(vocabulary: number) {
    this.#ofOne = new Followers(vocabulary);
  }

  /** All that was learnt. */
  get memory(): readonly (Int32Array | Uint8Array)[] {
    return [this.#ofOne, this.#ofTwo].flatMap(({ next, shares }) => [next, shares]);
  }

  /** The row of `logits` is what follows `before` and `token`. */
  learn(before: number | undefined, token: number, { topIds, topLogits, logSumExp }: RowLogits): void {
    const probability = Math.exp(topLogits[0]! - logSumExp[0]!);
    const share = Math.min(shares - 1, Math.floor(shares * probability));
    this.#ofOne.set(token, topIds[0]!, share);
    if (before !== undefined) this.#ofTwo.set(pair(before, token), topIds[0]!, share);
  }

  /** Guesses what comes behind `before` and `last`. */
  follow(before: number | undefined, last: number | undefined): Follower {
    let [one, two] = [before, last];
    return {
      source: 'recycled',
      guess: () => {
        if (two === undefined) return undefined;
        const found = one === undefined ? undefined : this.#ofTwo.get(pair(one, two));
        if (found !== undefined)
          return { token: found.token, kind: shares + found.share, prior: priorOf(found.share, 0.9) };
        const single = this.#ofOne.get(two);
        return single && { token: single.token, kind: single.share, prior: priorOf(single.share, 0.5) };
      },
      advance: (token) => {
        [one, two] = [two, token];
      },
    };
  }
}

/** The middle of what the model gave, and the part of it that is worth elsewhere. */
function priorOf(share: number, worth: number): number {
  return (worth * (share + 0.5)) / shares;
}

function pair(before: number, token: number): number {
  return Math.imul(Math.imul(before, 0x9e3779b1) ^ token, 0x85ebca6b) >>> (32 - pairBits);
}
