// What follows from settings and from a document's place and language → found once, until it is forgotten: a keystroke asks often.

/** What is asked for documents; the same document may come to have another language. */
export class PerDocument<Document extends { readonly languageId: string }, Value> {
  readonly #find: (document: Document) => Value;
  #found = new WeakMap<Document, { readonly language: string; readonly value: Value }>();

  constructor(find: (document: Document) => Value) {
    this.#find = find;
  }

  of(document: Document): Value {
    const language = document.languageId;
    const found = this.#found.get(document);
    if (found?.language === language) return found.value;
    const value = this.#find(document);
    this.#found.set(document, { language, value });
    return value;
  }

  forget(): void {
    this.#found = new WeakMap();
  }
}
