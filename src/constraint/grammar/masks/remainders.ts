// The ends of tokens behind a place within them, as places in the vocabulary's trie, and what the lexer and the scanner make of them.
import type { CharacterTrie } from './characterTrie.ts';
import type { LexerPartition } from './lexerPartition.ts';
import type { ScannerPartition } from './scannerPartition.ts';
import { type TokenSet, tokenSet } from './tokenSet.ts';

/**
 * Tokens whose ends are still to be read. An item stands for the tokens through a node of the trie (or, if it is not whole, for
 * those that end there), read from an anchor above it on; tokens that end at the anchor are not meant.
 */
export interface Remainders {
  readonly anchors: Int32Array;
  readonly nodes: Int32Array;
  readonly whole: Uint8Array;
  /** Made when first asked for: by start state of the lexer, and by what the scanner is asked and remembers. */
  readonly byLexerState: Map<number, LexerPartition>;
  readonly byScan: Map<string, ScannerPartition>;
  all: TokenSet | undefined;
}

/** Collects items, and apart from them the tokens that have no remainder. */
export class RemaindersBuilder {
  readonly ends: number[] = [];
  readonly #characters: CharacterTrie;
  readonly #anchors: number[] = [];
  readonly #nodes: number[] = [];
  readonly #whole: number[] = [];

  constructor(characters: CharacterTrie) {
    this.#characters = characters;
  }

  get items(): number {
    return this.#nodes.length;
  }

  add(anchor: number, node: number, whole: boolean): void {
    const { firstRank, ids, nodeEnd } = this.#characters.trie;
    if (anchor === node) {
      for (let rank = firstRank[node]!; rank < firstRank[node + 1]!; rank++) this.ends.push(ids[rank]!);
      if (!whole || nodeEnd[node] === node + 1) return;
    }
    this.#anchors.push(anchor);
    this.#nodes.push(node);
    this.#whole.push(whole ? 1 : 0);
  }

  finish(): Remainders | undefined {
    if (this.#nodes.length === 0) return undefined;
    return {
      anchors: new Int32Array(this.#anchors),
      nodes: new Int32Array(this.#nodes),
      whole: new Uint8Array(this.#whole),
      byLexerState: new Map(),
      byScan: new Map(),
      all: undefined,
    };
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
  const { anchors, nodes, whole } = remainders;
  const found: number[] = [];
  for (const [item, node] of nodes.entries()) {
    const first = node === anchors[item] ? trie.firstRank[node + 1]! : trie.firstRank[node]!;
    const end = trie.firstRank[whole[item] === 1 ? trie.nodeEnd[node]! : node + 1]!;
    for (let rank = first; rank < end; rank++) if (isText[rank] === 1) found.push(trie.ids[rank]!);
  }
  remainders.all = tokenSet(found, size);
  return remainders.all;
}
