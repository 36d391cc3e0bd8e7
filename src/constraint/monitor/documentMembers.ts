// The members that a document uses, asked for one by one: what it names elsewhere is evidence that the name is there.

const wordCharacter = /[\p{ID_Continue}$]/u;

export class DocumentMembers {
  readonly #texts: readonly string[];
  readonly #begun = new Map<string, boolean>();
  readonly #whole = new Map<string, boolean>();

  /** Members in what stands before a place and behind it. */
  constructor(before: string, after: string) {
    this.#texts = [before, after];
  }

  has(name: string): boolean {
    return remembered(this.#whole, name, () => this.#texts.some((text) => hasMember(text, name)));
  }

  /** Whether some member begins with `text`. */
  begins(text: string): boolean {
    return remembered(this.#begun, text, () => this.#texts.some((each) => each.includes(`.${text}`)));
  }
}

function hasMember(text: string, name: string): boolean {
  for (let at = text.indexOf(`.${name}`); at >= 0; at = text.indexOf(`.${name}`, at + 1))
    if (!wordCharacter.test(text[at + 1 + name.length] ?? '')) return true;
  return false;
}

function remembered(known: Map<string, boolean>, key: string, find: () => boolean): boolean {
  let found = known.get(key);
  if (found === undefined) {
    found = find();
    known.set(key, found);
  }
  return found;
}
