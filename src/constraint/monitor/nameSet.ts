// The names that can stand at a place, as a set that is asked for beginnings: what an identifier trie answers, by binary search.

export class NameSet {
  readonly #sorted: readonly string[];

  constructor(names: Iterable<string>) {
    this.#sorted = [...new Set(names)].sort(byUnits);
  }

  get size(): number {
    return this.#sorted.length;
  }

  has(name: string): boolean {
    return this.#sorted[this.#firstFrom(name)] === name;
  }

  /** Whether some name begins with `text`. */
  begins(text: string): boolean {
    return this.#sorted[this.#firstFrom(text)]?.startsWith(text) ?? false;
  }

  /** The names that begin with `text`, less it. */
  restsOf(text: string): readonly string[] {
    const rests: string[] = [];
    for (let at = this.#firstFrom(text); this.#sorted[at]?.startsWith(text) === true; at++)
      rests.push(this.#sorted[at]!.slice(text.length));
    return rests;
  }

  #firstFrom(text: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
