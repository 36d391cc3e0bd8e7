// The byte strings of a vocabulary in order, and the same as a trie in preorder: which tokens begin with given bytes, or
// could begin them. Immutable; built once per vocabulary.

/** Token bytes one after another: those of id are pool[starts[id]] up to pool[starts[id + 1]]. */
export interface TokenPool {
  readonly pool: Uint8Array;
  readonly starts: Uint32Array;
}

/**
 * Nodes in preorder; node 0 is the root (no bytes). The children of node n are n + 1, then nodeEnd of each up to
 * nodeEnd[n]. Tokens are named by rank, their place in byte order: those at or below node n are ranks firstRank[n] up to
 * firstRank[nodeEnd[n]], those that end at n are ranks firstRank[n] up to firstRank[n + 1].
 */
export interface TokenTrie {
  /** Token id by rank. */
  readonly ids: Int32Array;
  /** The last byte of each node's path. */
  readonly nodeByte: Uint8Array;
  /** The node after each node's subtree. */
  readonly nodeEnd: Int32Array;
  /** One longer than the number of nodes. */
  readonly firstRank: Int32Array;
}

/** `ids` are the tokens to take in, each with at least one byte. */
export function buildTokenTrie(tokens: TokenPool, ids: readonly number[]): TokenTrie {
  const order = Int32Array.from(ids);
  sortByBytes(tokens, order, new Float64Array(order.length), 0, order.length, 0);
  const { pool, starts } = tokens;
  let nodeLimit = 1;
  for (const id of order) nodeLimit += starts[id + 1]! - starts[id]!;

  const nodeByte = new Uint8Array(nodeLimit);
  const nodeEnd = new Int32Array(nodeLimit);
  const firstRank = new Int32Array(nodeLimit + 1);
  let nodes = 1;
  let longest = 0;
  for (const id of order) longest = Math.max(longest, starts[id + 1]! - starts[id]!);
  /** Node at each depth of the path to the token before. */
  const path = new Int32Array(longest + 1);
  let depth = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const start = starts[order[rank]!]!;
    const length = starts[order[rank]! + 1]! - start;
    let shared = 0;
    while (shared < depth && shared < length && nodeByte[path[shared + 1]!] === pool[start + shared]) shared++;
    for (; depth > shared; depth--) nodeEnd[path[depth]!] = nodes;
    for (; depth < length; depth++) {
      nodeByte[nodes] = pool[start + depth]!;
      firstRank[nodes] = rank;
      path[depth + 1] = nodes++;
    }
  }
  for (; depth >= 0; depth--) nodeEnd[path[depth]!] = nodes;
  firstRank[nodes] = order.length;
  return {
    ids: order,
    nodeByte: nodeByte.slice(0, nodes),
    nodeEnd: nodeEnd.slice(0, nodes),
    firstRank: firstRank.slice(0, nodes + 1),
  };
}

/** The child of `node` along `byte`, -1 if there is none. */
export function childOf(trie: TokenTrie, node: number, byte: number): number {
  const end = trie.nodeEnd[node]!;
  for (let child = node + 1; child < end; child = trie.nodeEnd[child]!) {
    if (trie.nodeByte[child] === byte) return child;
  }
  return -1;
}

/**
 * Ids of the tokens that agree with `bytes`: they begin with them, or are a proper prefix of them. In byte order.
 * No bytes: every token.
 */
export function tokensAgreeing(trie: TokenTrie, bytes: Uint8Array): Int32Array {
  const found: number[] = [];
  let node = 0;
  for (const byte of bytes) {
    for (let rank = trie.firstRank[node]!; rank < trie.firstRank[node + 1]!; rank++) found.push(trie.ids[rank]!);
    node = childOf(trie, node, byte);
    if (node < 0) return Int32Array.from(found);
  }
  const longer = trie.ids.subarray(trie.firstRank[node]!, trie.firstRank[trie.nodeEnd[node]!]!);
  const all = new Int32Array(found.length + longer.length);
  all.set(found);
  all.set(longer, found.length);
  return all;
}

const idLimit = 2 ** 20;

/**
 * Sorts order[low..high) by bytes from `depth` on, with `keys` as scratch space of the same length. Four bytes at a time
 * become one number together with the id, so that the numeric sort of typed arrays does the work; 0 stands for "no
 * byte", so shorter comes first.
 */
function sortByBytes(
  tokens: TokenPool,
  order: Int32Array,
  keys: Float64Array,
  low: number,
  high: number,
  depth: number,
): void {
  const { pool, starts } = tokens;
  for (let i = low; i < high; i++) {
    const id = order[i]!;
    const end = starts[id + 1]!;
    let key = 0;
    for (let at = starts[id]! + depth, stop = at + 4; at < stop; at++) key = key * 257 + (at < end ? pool[at]! + 1 : 0);
    keys[i] = key * idLimit + id;
  }
  keys.subarray(low, high).sort();
  for (let i = low; i < high; i++) order[i] = keys[i]! % idLimit;
  for (let group = low; group < high; ) {
    const head = Math.floor(keys[group]! / idLimit);
    const groupEnd = (head + 1) * idLimit;
    let end = group + 1;
    while (end < high && keys[end]! < groupEnd) end++;
    // A group whose last byte is absent consists of equal strings.
    if (end - group > 1 && head % 257 !== 0) sortByBytes(tokens, order, keys, group, end, depth + 4);
    group = end;
  }
}
