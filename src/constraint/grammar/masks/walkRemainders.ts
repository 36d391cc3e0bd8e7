// The way over the ends of tokens in the vocabulary's trie: from the place where each stands, down to its node, and where all that
// is below counts over that too, cutting off whatever ends early.
import { broken, type CharacterTrie, stepTowards, within } from './characterTrie.ts';
import type { Remainders } from './partitionTree.ts';
import { nodesPerStep, type Steps } from './steps.ts';

/** What is done on the way; it remembers by the depth of nodes. */
export interface RemainderVisitor {
  /** A way begins at `anchor`. */
  begin(anchor: number): void;
  /** The character that ends at `node`; false where nothing behind it is of interest, with texts through `through` dealt with. */
  read(node: number, anchor: number, through: number, whole: boolean): boolean;
  /** A byte within a character. */
  pass(node: number): void;
  /** The texts that end at `node`. */
  file(node: number, anchor: number): void;
}

export function* walkRemainders(
  characters: CharacterTrie,
  { items }: Remainders,
  { begin, read, pass, file }: RemainderVisitor,
): Steps<void> {
  const { trie, parent, code } = characters;
  const { nodeEnd } = trie;
  let passed = 0;
  for (let item = 0; item < items.length; item += 2) {
    if (++passed % nodesPerStep === 0) yield;
    const anchor = items[item]!;
    const node = items[item + 1]! >>> 1;
    const isWhole = (items[item + 1]! & 1) === 1;
    begin(anchor);
    let isOpen = true;
    for (let above = anchor; isOpen && above !== node; ) {
      above = parent[node] === above ? node : stepTowards(characters, above, node);
      if (code[above] === broken) isOpen = false;
      else if (code[above] === within) pass(above);
      else isOpen = read(above, anchor, node, isWhole);
    }
    if (!isOpen) continue;
    if (node !== anchor) file(node, anchor);
    if (!isWhole) continue;
    for (let below = node + 1; below < nodeEnd[node]!; ) {
      if (++passed % nodesPerStep === 0) yield;
      let goesOn = code[below] !== broken;
      if (goesOn) {
        if (code[below] === within) pass(below);
        else goesOn = read(below, anchor, below, true);
        if (goesOn) file(below, anchor);
      }
      below = goesOn ? below + 1 : nodeEnd[below]!;
    }
  }
}
