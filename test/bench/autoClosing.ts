// An editor that closes brackets, as a function: a text is typed into it, and the texts around the cursor come out, key by key.

/** What stands around the cursor after a key. */
export interface Typed {
  readonly before: string;
  readonly after: string;
  readonly isEnter: boolean;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const isCloser = (character: string | undefined): boolean => character !== undefined && /[)\]}]/.test(character);

/**
 * Types `text` between `before` and `after`. Openers bring their closers; these are typed over; Enter between the two gives the closer
 * a line of its own, which the cursor goes down to once it is next. A line break brings the indentation that the text has.
 */
export function* typeInto(before: string, text: string, after: string): Generator<Typed, undefined> {
  let left = before;
  let right = after;
  for (let at = 0; at < text.length; ) {
    const key = text[at]!;
    const isEnter = key === '\n';
    const said = isEnter ? /^\n[ \t]*/.exec(text.slice(at))![0] : key;
    const next = text[at + said.length];
    at += said.length;
    if (isEnter && isCloser(next) && right.startsWith(said + next)) {
      left += said + next;
      right = right.slice(said.length + 1);
      at++;
    } else {
      const opener = left.at(-1);
      const isSplit = isEnter && opener !== undefined && closers[opener] !== undefined && right[0] === closers[opener];
      if (isSplit) right = `\n${/^[ \t]*/.exec(left.slice(left.lastIndexOf('\n') + 1))![0]}${right}`;
      if (isCloser(key) && right[0] === key) right = right.slice(1);
      else if (closers[key] !== undefined) right = closers[key] + right;
      left += said;
    }
    yield { before: left, after: right, isEnter };
  }
}
