// A piece of code → the names in it that refer to something declared elsewhere. A lexer that is good enough for many languages: a
// name too many costs a question that has no answer, one too few an import that the user adds.

export interface Reference {
  readonly name: string;
  /** Offset in the text. */
  readonly start: number;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly isWord: boolean;
}

/** What the text of many languages consists of; a comment, a string or a number is no token. */
const lexeme = (language: string): RegExp => {
  const hash = /^(python|ruby|php|shellscript|yaml|r|perl|elixir|dockerfile|makefile)$/.test(language);
  const comment = hash ? '#[^\\n]*' : '\\/\\/[^\\n]*|\\/\\*(?:[^*]|\\*(?!\\/))*(?:\\*\\/|$)';
  // In Rust, a quote also begins the name of a lifetime.
  const quoted = language === 'rust' ? "'(?:\\\\.|[^'\\\\\\n])'" : "'(?:\\\\.|[^'\\\\\\n])*(?:'|$)";
  const strings = `"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\\\.|[^"\\\\\\n])*(?:"|$)|${quoted}`;
  const word = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
  const sign = '\\.\\.\\.|\\.\\.|\\?\\.|->|=>|::|:=|[=!<>]=+|[^\\s]';
  return new RegExp(`(?<skipped>${comment}|${strings}|\\d[\\w.]*)|(?<word>#?${word})|(?<sign>${sign})`, 'gmu');
};

const memberOperators = new Set(['.', '?.', '->', '::']);
const declaring = new Set(
  'const let var val function class interface type enum def fn func fun struct trait union module mod package namespace static as for catch mut'.split(
    ' ',
  ),
);
const withParameters = new Set(['function', 'def', 'fn', 'func', 'fun', 'catch']);
const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const keywords = new Set(
  (
    'abstract and any as assert async await bool boolean break byte case catch chan char class const constructor continue def ' +
    'default defer del delete do double elif else enum except export extends extern false False final finally float fn for ' +
    'foreach from func function get global go goto if impl implements import in instanceof int interface is keyof lambda let ' +
    'long loop match mod module mut namespace never new nil None nonlocal not null number object of or override package pass ' +
    'private protected pub public raise range readonly ref return satisfies select self Self set short signed sizeof static ' +
    'str string struct super switch symbol this throw throws trait true True try type typedef typeof undefined union unknown ' +
    'unsafe unsigned use using val var virtual void volatile when where while with yield'
  ).split(' '),
);

/**
 * Names that stand, at least in part, between `from` and `to`, and refer to something that `text` does not declare; each once, in
 * order.
 */
export function referencesIn(text: string, from: number, to: number, language: string): readonly Reference[] {
  const tokens = lex(text, language);
  const declared = declaredIn(tokens);
  const found = new Map<string, Reference>();
  tokens.forEach((token, at) => {
    const { text: name, start, isWord } = token;
    if (!isWord || start >= to || start + name.length <= from) return;
    if (keywords.has(name) || declared.has(name) || found.has(name) || name.startsWith('#')) return;
    if (memberOperators.has(tokens[at - 1]?.text ?? '') || isKey(text, tokens, at)) return;
    found.set(name, { name, start });
  });
  return [...found.values()];
}

function lex(text: string, language: string, offset = 0): Token[] {
  const tokens: Token[] = [];
  const lexemes = lexeme(language);
  for (let at = 0; at < text.length; ) {
    lexemes.lastIndex = at;
    const match = lexemes.exec(text);
    if (match === null) break;
    at = lexemes.lastIndex;
    const { word, sign } = match.groups ?? {};
    if (sign === '`') {
      const end = templateEnd(text, at);
      for (const [start, stop] of end.codes) tokens.push(...lex(text.slice(start, stop), language, offset + start));
      at = end.at;
    } else if (word !== undefined) tokens.push({ text: word, start: offset + match.index, isWord: true });
    else if (sign !== undefined) tokens.push({ text: sign, start: offset + match.index, isWord: false });
  }
  return tokens;
}

/** Where the template string that begins before `start` ends, and the code in it. */
function templateEnd(
  text: string,
  start: number,
): { readonly at: number; readonly codes: readonly [number, number][] } {
  const codes: [number, number][] = [];
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return { at: at + 1, codes };
    else if (text.startsWith('${', at)) {
      let depth = 1;
      let end = at + 2;
      for (; end < text.length && depth > 0; end++) depth += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0;
      codes.push([at + 2, depth > 0 ? end : end - 1]);
      at = end - 1;
    }
  }
  return { at: text.length, codes };
}

/** A key of an object, a label, a named argument: followed by `:` at once, or by `=` at once. */
function isKey(text: string, tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!;
  const next = tokens[at + 1];
  if (next === undefined || next.start !== token.start + token.text.length) return false;
  if (next.text === '=') return true;
  const endsLine = /^\s*(\n|$)/.test(text.slice(next.start + 1));
  return next.text === ':' && !endsLine && tokens[at - 1]?.text !== 'case';
}

/** Names that the tokens bring in: declared, assigned to, or parameters. */
function declaredIn(tokens: readonly Token[]): ReadonlySet<string> {
  const declared = new Set<string>();
  const declare = (from: number, to: number): void => {
    for (const [index, token] of tokens.slice(from, to).entries()) {
      const before = tokens[from + index - 1]?.text ?? '';
      // What follows a colon or an equals sign is a type or a default.
      if (token.isWord && /^([([{,&*]|\.\.\.)$/.test(before)) declared.add(token.text);
    }
  };
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token.isWord && declaring.has(token.text) && next !== undefined) {
      if (next.isWord) declared.add(next.text);
      const isNamed = next.isWord && withParameters.has(token.text);
      const opening = isNamed ? openingFrom(tokens, at + 2) : at + 1;
      if (token.text === 'for' && next.text === '(') return;
      if (closings[tokens[opening]?.text ?? ''] !== undefined) declare(opening, closingOf(tokens, opening));
      if (token.text === 'for')
        for (let on = at + 1; tokens[on]?.isWord && tokens[on]?.text !== 'in'; on += 2) declared.add(tokens[on]!.text);
    }
    if (token.isWord && (next?.text === '=>' || next?.text === '=' || next?.text === ':=')) declared.add(token.text);
    if (token.text === '(') {
      const end = closingOf(tokens, at);
      if (isArrow(tokens, end + 1)) declare(at, end);
    }
  });
  return declared;
}

/** The `(` of a function's parameters, over those of its type. */
function openingFrom(tokens: readonly Token[], at: number): number {
  let opening = at;
  while (opening < tokens.length && opening < at + 20 && tokens[opening]?.text !== '(') opening++;
  return opening;
}

function closingOf(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    if (text in closings) depth++;
    else if (/^[)\]}]$/.test(text) && --depth === 0) return at;
  }
  return tokens.length;
}

/** Whether an arrow comes, with the type of what it returns before it or not. */
function isArrow(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.text === '=>') return true;
  if (tokens[at]?.text !== ':') return false;
  for (let on = at + 1; on < Math.min(tokens.length, at + 12); on++) {
    if (tokens[on]?.text === '=>') return true;
    if (/^[;{}=]$/.test(tokens[on]?.text ?? '')) return false;
  }
  return false;
}
