// What every cache of keys and values knows, wherever those lie: how many tokens they are of, and which follows which.
import type { TokenCache } from './model.ts';
import { SlotTree } from './slotTree.ts';

export class SlotCache implements TokenCache {
  readonly maxLength: number;
  /** Which token follows which; during a pass the new rows are in it already. */
  readonly slots = new SlotTree();
  #length = 0;

  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  /** Tokens whose keys and values are valid. */
  get length(): number {
    return this.#length;
  }

  truncate(length: number): void {
    if (length < 0 || length > this.#length)
      throw new RangeError(`cannot truncate ${this.#length} tokens to ${length}`);
    this.#length = length;
    this.slots.truncate(length);
  }

  /** The keys and values of so many tokens more are there. */
  extend(rows: number): void {
    this.#length += rows;
  }
}
