// The upper parts of one recogniser's stacks as stacks of another, on its floor: stacks that are alike above some depth have the
// same copy, and what is known of the copy holds for all of them.
import type { StackNode, Stacks } from '../stack.ts';

export class StackCopies {
  readonly #stacks: Stacks;
  readonly #byDepth = new Map<number, WeakMap<StackNode, StackNode>>();

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  /** The copy of the first `depth` states of a stack. */
  of(node: StackNode, depth: number): StackNode {
    if (depth === 0) return this.#stacks.floor;
    if (node.below.length === 0) return this.#stacks.root;
    let copies = this.#byDepth.get(depth);
    if (copies === undefined) {
      copies = new WeakMap();
      this.#byDepth.set(depth, copies);
    }
    let copy = copies.get(node);
    if (copy === undefined) {
      const below = node.below.map((each) => this.of(each, depth - 1));
      copy = this.#stacks.over(node.state, below);
      copies.set(node, copy);
    }
    return copy;
  }
}
