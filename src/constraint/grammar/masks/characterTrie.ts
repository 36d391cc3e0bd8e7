// A vocabulary's byte trie with the characters that its bytes make: where one ends, where a token ends within one, and what is not
// UTF-8 (Unicode standard, table 3-7).
import type { TokenTrie } from '../../../model/tokenTrie.ts';
import { codePointRange } from '../utf8.ts';

/** What a node's last byte is, where it ends no character: within one, or of none. */
export const within = -1;
export const broken = -2;

/** The nodes of `trie`; a node's text is that of the bytes on the path to it, behind those of `lead`. */
export interface CharacterTrie {
  readonly trie: TokenTrie;
  /** Bytes of an unfinished character that stands before every token. */
  readonly lead: readonly number[];
  readonly nodeCount: number;
  readonly parent: Int32Array;
  /** Bytes to each node. */
  readonly depth: Uint16Array;
  /** Code point that ends with each node's byte, `within`, or `broken`: then neither the node nor what is below it is text. */
  readonly code: Int32Array;
  /** Rank of a token → 1 if all of it is text, but for a character that it may begin. */
  readonly isText: Uint8Array;
  readonly deepest: number;
}

export function characterTrie(trie: TokenTrie, lead: readonly number[] = []): CharacterTrie {
  if (lead.length > 0) return makeCharacterTrie(trie, lead);
  let known = madeTries.get(trie);
  if (known === undefined) {
    known = makeCharacterTrie(trie, lead);
    madeTries.set(trie, known);
  }
  return known;
}

/** Those without a lead, for as long as their vocabulary is there. */
const madeTries = new WeakMap<TokenTrie, CharacterTrie>();

function makeCharacterTrie(trie: TokenTrie, lead: readonly number[]): CharacterTrie {
  const nodeCount = trie.nodeByte.length;
  const parent = new Int32Array(nodeCount).fill(-1);
  const depth = new Uint16Array(nodeCount);
  const code = new Int32Array(nodeCount);
  code[0] = within;
  let deepest = 0;
  for (let node = 0; node < nodeCount; node++) {
    deepest = Math.max(deepest, depth[node]!);
    for (let child = node + 1; child < trie.nodeEnd[node]!; child = trie.nodeEnd[child]!) {
      parent[child] = node;
      depth[child] = depth[node]! + 1;
    }
  }
  const isText = new Uint8Array(trie.ids.length);
  const characters: CharacterTrie = { trie, lead, nodeCount, parent, depth, code, isText, deepest };
  for (let node = 1; node < nodeCount; node++) {
    if (parent[node]! > 0 && code[parent[node]!] === broken) code[node] = broken;
    else if (trie.nodeByte[node]! < 0x80)
      code[node] = isWithin(characters, parent[node]!) ? broken : trie.nodeByte[node]!;
    else code[node] = codeOf(partialBytes(characters, node));
    if (code[node] !== broken) isText.fill(1, trie.firstRank[node], trie.firstRank[node + 1]);
  }
  return characters;
}

const isWithin = ({ code, lead }: CharacterTrie, node: number): boolean =>
  node === 0 ? lead.length > 0 : code[node] === within;

/** The bytes of the unfinished character that a node ends in, its own the last. */
export function partialBytes(characters: CharacterTrie, node: number): number[] {
  const { trie, parent, lead } = characters;
  const bytes = [trie.nodeByte[node]!];
  let above = parent[node]!;
  for (; above > 0 && isWithin(characters, above); above = parent[above]!) bytes.unshift(trie.nodeByte[above]!);
  return above === 0 ? [...lead, ...bytes] : bytes;
}

/** Whether there is no whole character between `anchor` and `node`, which ends within one. */
export function isOnlyCut({ code, parent }: CharacterTrie, anchor: number, node: number): boolean {
  let above = node;
  while (above !== anchor && code[above] === within) above = parent[above]!;
  return above === anchor;
}

/** The part of a vocabulary's trie whose tokens begin within a character. */
export function continuations({ ids, nodeByte, nodeEnd, firstRank }: TokenTrie): TokenTrie {
  let first = 1;
  while (first < nodeEnd.length && nodeByte[first]! < 0x80) first = nodeEnd[first]!;
  let end = first;
  while (end < nodeEnd.length && nodeByte[end]! < 0xc0) end = nodeEnd[end]!;
  const rank = firstRank[first]!;
  return {
    ids: ids.subarray(rank, firstRank[end]!),
    nodeByte: Uint8Array.of(0, ...nodeByte.subarray(first, end)),
    nodeEnd: Int32Array.of(end - first + 1, ...nodeEnd.subarray(first, end).map((node) => node - first + 1)),
    firstRank: Int32Array.of(0, ...firstRank.subarray(first, end + 1).map((each) => each - rank)),
  };
}

/** The code point of bytes of which the first is not ASCII, `within`, or `broken`. */
function codeOf(bytes: readonly number[]): number {
  const lead = bytes[0]!;
  const width = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (width === 0 || bytes.slice(1).some((byte) => byte >>> 6 !== 0b10)) return broken;
  const range = codePointRange(bytes);
  if (range === undefined) return broken;
  return bytes.length < width ? within : range.first;
}

/** The first node on the way from `above` to `node`, which is below it. */
export function stepTowards({ trie }: CharacterTrie, above: number, node: number): number {
  let child = above + 1;
  while (trie.nodeEnd[child]! <= node) child = trie.nodeEnd[child]!;
  return child;
}
