// C text → tokens, one at a time, with the line for errors. Knows the C that tree-sitter's generator writes and no more.

type TokenKind = 'word' | 'number' | 'string' | 'punctuation' | 'directive' | 'end';

const escapes: Readonly<Record<string, number>> = {
  '0': 0,
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "'": 39,
  '?': 63,
  '\\': 92,
};
const twoCharacter = new Set(['&&', '||', '==', '!=', '<=', '>=']);
const oneCharacter = new Set('{}[]()=,;:.*&!<>-');

/** Reads a file forward. The current token is in `kind`, `text` (its content, for strings unescaped) and `value` (numbers). */
export class CReader {
  kind: TokenKind = 'end';
  text = '';
  value = 0;
  line = 1;
  readonly #source: string;
  readonly #file: string;
  #next = 0;
  #nextLine = 1;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
    this.advance();
  }

  /** Throws an error that names the line of the current token. */
  fail(message: string): never {
    throw new Error(`${this.#file}:${this.line}: ${message}, at ${this.kind} ${JSON.stringify(this.text)}`);
  }

  is(text: string): boolean {
    return this.text === text && this.kind !== 'string' && this.kind !== 'number';
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.accept(text)) this.fail(`expected ${JSON.stringify(text)}`);
  }

  /** Whether the token after the current one begins with `text`, and follows it directly. */
  peeks(text: string): boolean {
    return this.#source.startsWith(text, this.#next);
  }

  word(): string {
    return this.#take('word');
  }

  string(): string {
    return this.#take('string');
  }

  number(): number {
    const { value } = this;
    this.#take('number');
    return value;
  }

  advance(): void {
    this.#skipBlank();
    this.line = this.#nextLine;
    const source = this.#source;
    const start = this.#next;
    const code = source.charCodeAt(start);
    if (start >= source.length) this.#set('end', start, start);
    else if (code >= 48 && code <= 57) this.#readNumber(start);
    else if (isWordCode(code)) this.#set('word', start, this.#endOfWord(start));
    else if (code === 35) this.#set('directive', start, endOfLine(source, start));
    else if (code === 39) this.#readCharacter(start);
    else if (code === 34) this.#readString(start);
    else {
      this.#set('punctuation', start, start + (twoCharacter.has(source.slice(start, start + 2)) ? 2 : 1));
      if (this.text.length === 1 && !oneCharacter.has(this.text)) this.fail('unknown character');
    }
  }

  #endOfWord(start: number): number {
    let end = start + 1;
    while (isWordCode(this.#source.charCodeAt(end))) end++;
    return end;
  }

  #set(kind: TokenKind, start: number, end: number): void {
    this.kind = kind;
    this.text = this.#source.slice(start, end);
    this.#next = end;
  }

  #take(kind: TokenKind): string {
    if (this.kind !== kind) this.fail(`expected a ${kind}`);
    const { text } = this;
    this.advance();
    return text;
  }

  #skipBlank(): void {
    const source = this.#source;
    for (;;) {
      const code = source.charCodeAt(this.#next);
      if (code === 10) this.#nextLine++;
      else if (code === 47 && source.charCodeAt(this.#next + 1) === 42) {
        const end = source.indexOf('*/', this.#next + 2);
        if (end < 0) this.fail('a comment without end');
        for (let i = this.#next; i < end; i++) if (source.charCodeAt(i) === 10) this.#nextLine++;
        this.#next = end + 1;
      } else if (code !== 32 && code !== 9 && code !== 13) return;
      this.#next++;
    }
  }

  #readNumber(start: number): void {
    this.#set('number', start, this.#endOfWord(start));
    if (/^0[0-7]*$/.test(this.text)) this.value = Number.parseInt(this.text, 8);
    else if (/^([1-9][0-9]*|0x[0-9a-fA-F]+)$/.test(this.text)) this.value = Number(this.text);
    else this.fail('unknown form of number');
  }

  /** A character literal is a number. */
  #readCharacter(start: number): void {
    const escaped = this.#source[start + 1] === '\\';
    const end = start + (escaped ? 4 : 3);
    this.#set('number', start, end);
    if (!this.text.endsWith("'") || (!escaped && this.text === "'''")) this.fail('unknown form of character');
    this.value = escaped ? this.#escape(this.text[2]) : this.text.charCodeAt(1);
  }

  #readString(start: number): void {
    let content = '';
    let at = start + 1;
    for (; this.#source[at] !== '"'; at++) {
      const character = this.#source[at];
      if (character === undefined || character === '\n') this.fail('a string without end');
      if (character === '\\') content += String.fromCharCode(this.#escape(this.#source[++at]));
      else content += character;
    }
    this.#set('string', start, at + 1);
    this.text = content;
  }

  #escape(character: string | undefined): number {
    const code = character === undefined ? undefined : escapes[character];
    return code ?? this.fail(`unknown escape \\${character}`);
  }
}

function endOfLine(source: string, start: number): number {
  const end = source.indexOf('\n', start);
  return end < 0 ? source.length : end;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 // _
  );
}
