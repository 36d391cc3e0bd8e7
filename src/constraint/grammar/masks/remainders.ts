// The ends of tokens behind a place within them, as places in the vocabulary's trie.
import type { CharacterTrie } from './characterTrie.ts';
import type { Remainders } from './partitionTree.ts';
import { type TokenSet, tokenSet } from './tokenSet.ts';

/** Collects items, and apart from them the tokens that have no remainder. */
export class RemaindersBuilder {
  readonly ends: number[] = [];
  readonly #characters: CharacterTrie;
  readonly #items: number[] = [];

  constructor(characters: CharacterTrie) {
    this.#characters = characters;
  }

  get items(): number {
    return this.#items.length / 2;
  }

  add(anchor: number, node: number, whole: boolean): void {
    const { firstRank, ids, nodeEnd } = this.#characters.trie;
    if (anchor === node) {
      for (let rank = firstRank[node]!; rank < firstRank[node + 1]!; rank++) this.ends.push(ids[rank]!);
      if (!whole || nodeEnd[node] === node + 1) return;
    }
    this.#items.push(anchor, 2 * node + Number(whole));
  }

  finish(): Remainders | undefined {
    if (this.#items.length === 0) return undefined;
    return { items: new Int32Array(this.#items), byLexerState: undefined, byScan: undefined, all: undefined };
  }
}

/** Every token, from its start. */
export function wholeVocabulary(characters: CharacterTrie): Remainders {
  const builder = new RemaindersBuilder(characters);
  builder.add(0, 0, true);
  return builder.finish()!;
}

/** The tokens that have remainders, less those that are not text. */
export function tokensOf(remainders: Remainders, { trie, isText }: CharacterTrie, size: number): TokenSet | undefined {
  if (remainders.all !== undefined) return remainders.all;
  const { items } = remainders;
  const found: number[] = [];
  for (let item = 0; item < items.length; item += 2) {
    const node = items[item + 1]! >>> 1;
    const isWhole = (items[item + 1]! & 1) === 1;
    const first = trie.firstRank[node === items[item] ? node + 1 : node]!;
    const end = trie.firstRank[isWhole ? trie.nodeEnd[node]! : node + 1]!;
    for (let rank = first; rank < end; rank++) if (isText[rank] === 1) found.push(trie.ids[rank]!);
  }
  remainders.all = tokenSet(found, size);
  return remainders.all;
}
