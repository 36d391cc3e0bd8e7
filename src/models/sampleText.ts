// A text to try models on: code as people write it, long enough for a prompt, with places where the next characters are known.

export const sampleLanguage = 'typescript';

const before = `// Shelves of a library, and the books that stand on them.

export interface Book {
  readonly title: string;
  readonly author: string;
  readonly pages: number;
  readonly year: number;
}

export class Shelf {
  readonly name: string;
  readonly #books = new Map<string, Book>();

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#books.size;
  }

  add(book: Book): void {
    if (this.#books.has(book.title)) throw new Error(\`\${book.title} stands on \${this.name} already\`);
    this.#books.set(book.title, book);
  }

  remove(title: string): boolean {
    return this.#books.delete(title);
  }

  find(title: string): Book | undefined {
    return this.#books.get(title);
  }

  byAuthor(author: string): readonly Book[] {
    return [...this.#books.values()].filter((book) => book.author === author);
  }

  between(first: number, last: number): readonly Book[] {
    const books = [...this.#books.values()];
    return books.filter((book) => book.year >= first && book.year <= last);
  }

  longest(): Book | undefined {
    let longest: Book | undefined;
    for (const book of this.#books.values()) {
      if (longest === undefined || book.pages > longest.pages) longest = book;
    }
    return longest;
  }

  pages(): number {
    let sum = 0;
    for (const book of this.#books.values()) sum += book.pages;
    return sum;
  }
}

export class Library {
  readonly #shelves: Shelf[] = [];

  addShelf(name: string): Shelf {
    const shelf = new Shelf(name);
    this.#shelves.push(shelf);
    return shelf;
  }

  find(title: string): Book | undefined {
    for (const shelf of this.#shelves) {
      const book = shelf.find(title);
      if (book !== undefined) return book;
    }
    return undefined;
  }

  size(): number {
    let sum = 0;
    for (const shelf of this.#shelves) `;

const typed = 'sum += shelf.size;';

const after = `
    return sum;
  }
}
`;

/** Texts left and right of the cursor, one key after another. */
export const sampleKeys: readonly { readonly prefix: string; readonly suffix: string }[] = Array.from(
  { length: typed.length },
  (_, keys) => ({ prefix: before + typed.slice(0, keys), suffix: after }),
);
