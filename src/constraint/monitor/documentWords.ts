// The words that a document uses, asked for one by one: what it names elsewhere is evidence that the name is there.

const wordCharacter = /[\p{ID_Continue}$]/u;

export class DocumentWords {
  readonly #texts: readonly string[];
  readonly #begun = new Map<string, boolean>();
  readonly #whole = new Map<string, boolean>();

  /** Words of what stands before a place and behind it. */
  constructor(before: string, after: string) {
    this.#texts = [before, after];
  }

  has(word: string): boolean {
    return remembered(this.#whole, word, () => this.#finds(word, true));
  }

  /** Whether some word begins with `text`. */
  begins(text: string): boolean {
    return remembered(this.#begun, text, () => this.#finds(text, false));
  }

  #finds(word: string, isWhole: boolean): boolean {
    return this.#texts.some((text) => {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        const end = at + word.length;
        if (!isWordAt(text, at - 1) && !(isWhole && isWordAt(text, end))) return true;
      }
      return false;
    });
  }
}

function isWordAt(text: string, at: number): boolean {
  const character = text[at];
  return character !== undefined && wordCharacter.test(character);
}

function remembered(known: Map<string, boolean>, key: string, find: () => boolean): boolean {
  let found = known.get(key);
  if (found === undefined) {
    found = find();
    known.set(key, found);
  }
  return found;
}
