// Which cached token follows which: one chain from the beginning on, and texts beside each other that branch off from it.

export class SlotTree {
  /** Slot → slot of the token before; -1 at the beginning. */
  readonly #parents: number[] = [];
  readonly #depths: number[] = [];
  /** Slots from the first on that follow each other. */
  #chainLength = 0;

  get length(): number {
    return this.#parents.length;
  }

  get chainLength(): number {
    return this.#chainLength;
  }

  /** Number of the tokens before `slot`; -1 before the beginning. */
  depth(slot: number): number {
    return slot < 0 ? -1 : this.#depths[slot]!;
  }

  parent(slot: number): number {
    return this.#parents[slot]!;
  }

  /** The slots behind the chain on the path to `slot`, the last first, and the last slot of the chain on it. */
  path(slot: number): { readonly branch: readonly number[]; readonly chainEnd: number } {
    const branch: number[] = [];
    let at = slot;
    for (; at >= this.#chainLength; at = this.#parents[at]!) branch.push(at);
    return { branch, chainEnd: at };
  }

  /**
   * Adds a slot for each of `parents`.
   * @throws RangeError where one is no slot before, or holds no token; the tree is as before then
   */
  append(parents: readonly number[]): void {
    const { length } = this;
    for (const parent of parents) {
      const slot = this.#parents.length;
      if (!Number.isInteger(parent) || parent >= slot || parent < -1) {
        this.truncate(length);
        throw new RangeError(`row ${slot - length} cannot follow slot ${parent}`);
      }
      if (this.#chainLength === slot && parent === slot - 1) this.#chainLength++;
      this.#parents.push(parent);
      this.#depths.push(this.depth(parent) + 1);
    }
  }

  truncate(length: number): void {
    this.#parents.length = length;
    this.#depths.length = length;
    this.#chainLength = Math.min(this.#chainLength, length);
  }
}
