// Masks by key, the least recently used dropped first.

/** Masks kept. */
const limit = 256;

export class MaskMemory {
  readonly #masks = new Map<string, Uint32Array>();

  /** The mask of `key`, not to be written to. */
  get(key: string): Uint32Array | undefined {
    const mask = this.#masks.get(key);
    if (mask !== undefined) {
      this.#masks.delete(key);
      this.#masks.set(key, mask);
    }
    return mask;
  }

  set(key: string, mask: Uint32Array): void {
    this.#masks.set(key, mask);
    if (this.#masks.size > limit) for (const oldest of this.#masks.keys()) return void this.#masks.delete(oldest);
  }
}
