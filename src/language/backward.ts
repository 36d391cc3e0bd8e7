// The end of a text, read backwards without a grammar → where the expression before a `.` starts, and which argument of a call a
// place is in. Good enough for questions: where a text deceives it, the answer to the question says so, or nothing.

const identifierPart = /[\p{ID_Continue}$]/u;
const openings = '([{';
const closings = ')]}';
/** No expression that is asked about is longer than this. */
const longest = 4000;

/** Where the expression starts that ends before the `.` which ends `text`; `undefined` where that cannot be said. */
export function receiverStart(text: string): number | undefined {
  if (!text.endsWith('.')) return undefined;
  let at = text.length - 1;
  for (;;) {
    const start = skipBrackets(text, at);
    if (start === undefined) return undefined;
    const hasBrackets = start < at;
    at = start;
    const name = identifierStart(text, at);
    if (name < at) {
      at = name;
    } else if (isQuote(text[at - 1])) {
      const quoted = stringStart(text, at);
      return quoted === undefined ? undefined : identifierStart(text, quoted);
    } else {
      return hasBrackets ? at : undefined;
    }
    if (text[at - 1] !== '.') return at;
    at -= 1;
  }
}

/** Commas between a place and the `(` around it, those in brackets and strings not counted; `undefined` where there is none. */
export function argumentIndex(text: string): number | undefined {
  const end = Math.max(0, text.length - longest);
  let commas = 0;
  for (let at = text.length; at > end; ) {
    const character = text[at - 1]!;
    if (closings.includes(character)) {
      const start = bracketStart(text, at);
      if (start === undefined) return undefined;
      at = start;
      continue;
    }
    if (character === '(') return commas;
    // Inside of a list or an object that is an argument: its commas are its own.
    if (openings.includes(character)) commas = 0;
    if (character === ',') commas += 1;
    at = (isQuote(character) ? stringStart(text, at) : undefined) ?? at - 1;
  }
  return undefined;
}

/** Over any number of brackets that end at `at`, as in `f(1)[2]`; `undefined` where one has no beginning. */
function skipBrackets(text: string, at: number): number | undefined {
  let start = at;
  while (closings.includes(text[start - 1] ?? ' ')) {
    const opening = bracketStart(text, start);
    if (opening === undefined) return undefined;
    start = opening;
  }
  return start;
}

/** Where the bracket opens that is closed right before `at`. */
function bracketStart(text: string, at: number): number | undefined {
  const end = Math.max(0, at - longest);
  let depth = 0;
  for (let index = at; index > end; ) {
    const character = text[index - 1]!;
    if (closings.includes(character)) depth += 1;
    if (openings.includes(character)) depth -= 1;
    index = (isQuote(character) ? stringStart(text, index) : undefined) ?? index - 1;
    if (depth === 0) return index;
  }
  return undefined;
}

/** Where the string starts that ends right before `at`; `undefined` where its line has no other such quote. */
function stringStart(text: string, at: number): number | undefined {
  const quote = text[at - 1]!;
  const triple = quote.repeat(3);
  if (text.slice(at - 3, at) === triple) {
    const start = text.lastIndexOf(triple, at - 6);
    return start < 0 ? undefined : start;
  }
  for (let index = at - 2; index >= 0; index -= 1) {
    if (text[index] === '\n' && quote !== '`') return undefined;
    if (text[index] === quote && !isEscaped(text, index)) return index;
  }
  return undefined;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function identifierStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && identifierPart.test(text[start - 1]!)) start -= 1;
  return start;
}

function isQuote(character: string | undefined): boolean {
  return character === "'" || character === '"' || character === '`';
}
