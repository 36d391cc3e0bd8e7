// Where a completion may end: where the text after the cursor can follow. While code is being typed that text is often short of
// closers that have nothing to do with the line at hand, and sometimes broken for good; both are found out once, at the cursor.
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';
import { type Suffix, SuffixCheck } from './suffix.ts';

/** Closers that are tried to make a text whole. */
const closers = [')', ']', '}'];
const mostClosers = 8;

/** What can stand for the rest of a string, an expression, a statement or the opening of a block while the suffix is tried. */
const ends = ['', 'x', ' x', '1', ': 1', '"x": 1', '": 1', '"', "'", '`', '*/'];
const openings = ['', ' {', '() {', ') {', '(', ' (', '[', ':', '():', '):', ' => {', ' {}', ' pass', ':\n pass'];
const heads = [
  'x of y) {',
  ' x of y) {',
  'f y) {',
  '; ;) {',
  'y x:',
  'n x:',
  ' in x:',
  'n x]',
  ' in x]',
  'lse x',
  ' else x',
];
const others = [
  'rom "x"',
  ' "x"',
  ' from "x"',
  'x } from "x"',
  ' import x',
  'import x',
  ' = x',
  'x = x',
  'x\ndef f(): pass',
];
const rests = ['}`', '}"', '"""', '/>', ' />', '"/>', '}/>', '</x>', '</>', 'rue', 'alse', 'ull', '(x)'];
const fillers = [...openings.flatMap((opening) => ends.map((end) => end + opening)), ...heads, ...others, ...rests];

/** How far a suffix is looked at, in lines, and what may be spent on it. */
const toTheEnd = { lineLimit: Number.POSITIVE_INFINITY, budgetLines: 8000 };
const nearby = { lineLimit: 40, budgetLines: 8000 };
/** What may be spent on finding out whether a suffix can follow anything. */
const trialLines = 2000;

export interface EndingPlace {
  /** At the start of the cursor's line. */
  readonly lineStart: ParserState;
  readonly cursor: ParserState;
  /** What stands after the cursor. */
  readonly suffix: Suffix;
}

/** Whether the suffix less its first `replaces` UTF-16 units can follow a state. */
export type EndingTest = (state: ParserState, replaces: number) => boolean;

export interface Endings {
  /** Undefined where no completion leads to a state that the suffix can follow. */
  readonly mayEnd: EndingTest | undefined;
  /** Whether the test looks at the file to its end: an ending it lets pass leaves no error behind. */
  readonly isWhole: boolean;
  /** Whether the file would be whole without the cursor's line: what that line opens has to be closed by the completion. */
  readonly wholeWithoutLine: boolean;
}

export function endingsAt(recogniser: Recogniser, { lineStart, cursor, suffix }: EndingPlace): Endings {
  const { text, isWhole } = suffix;
  const lineBreak = text.indexOf('\n');
  const rest = lineBreak < 0 ? text : text.slice(0, lineBreak);
  const below = lineBreak < 0 ? '' : text.slice(lineBreak + 1);
  const checkBelow = new SuffixCheck(recogniser, { text: below, isWhole }, toTheEnd.lineLimit, trialLines);
  const missing = missingClosers(recogniser, lineStart, checkBelow) ?? '';
  const wholeWithoutLine = checkBelow.follows(lineStart) && /^[)\]}"'`;,\s]*$/.test(rest);
  // a comment would take in the rest of the line, whatever it is
  const takesRest = (state: ParserState, replaces: number): boolean =>
    rest.slice(replaces).trim() !== '' && recogniser.isInExtra(state);

  // what is open over lines takes in all that follows up to the next of its kind
  const inText = recogniser.feed(cursor, 'x');
  const spansLines = recogniser.spansLines(cursor) || (inText !== undefined && recogniser.spansLines(inText));
  const opensLines = (state: ParserState): boolean => !spansLines && recogniser.spansLines(state);

  const testOf = (lineLimit: number, budgetLines: number): EndingTest => {
    const checks = new Map<number, readonly SuffixCheck[]>();
    const checksFor = (replaces: number): readonly SuffixCheck[] => {
      let found = checks.get(replaces);
      if (found === undefined) {
        const variants = [text.slice(replaces)];
        if (missing !== '') variants.push(`${rest.slice(replaces)}\n${missing}\n${below}`);
        found = variants.map((each) => new SuffixCheck(recogniser, { text: each, isWhole }, lineLimit, budgetLines));
        checks.set(replaces, found);
      }
      return found;
    };
    return (state, replaces) =>
      !takesRest(state, replaces) && !opensLines(state) && checksFor(replaces).some((check) => check.follows(state));
  };

  // what the editor closed by itself may be in the way of the fillers
  const closed = /^[)\]}"'`]*/.exec(rest)![0].length;
  for (const { lineLimit, budgetLines } of [toTheEnd, nearby]) {
    const trial = testOf(lineLimit, trialLines);
    for (let replaces = 0; replaces <= closed; replaces++)
      if (isReachable(recogniser, cursor, (state) => trial(state, replaces)))
        return {
          mayEnd: testOf(lineLimit, budgetLines),
          isWhole: isWhole && missing === '' && lineLimit === toTheEnd.lineLimit,
          wholeWithoutLine,
        };
  }
  return { mayEnd: undefined, isWhole: false, wholeWithoutLine };
}

/** The closers after which `check` says yes, innermost first; undefined if there are none. */
function missingClosers(recogniser: Recogniser, from: ParserState, check: SuffixCheck): string | undefined {
  let state = from;
  for (let missing = ''; missing.length <= mostClosers; ) {
    if (check.follows(state)) return missing;
    const next = close(recogniser, state);
    if (next === undefined) return undefined;
    missing += next.closer;
    state = next.state;
  }
  return undefined;
}

function isReachable(recogniser: Recogniser, cursor: ParserState, mayEnd: (state: ParserState) => boolean): boolean {
  return fillers.some((filler) => {
    let state = recogniser.feed(cursor, filler);
    for (let closed = 0; state !== undefined && closed <= mostClosers; closed++) {
      if (mayEnd(state)) return true;
      state = close(recogniser, state)?.state;
    }
    return false;
  });
}

/** The state after the first closer that may stand here. */
function close(recogniser: Recogniser, state: ParserState): { closer: string; state: ParserState } | undefined {
  for (const closer of closers) {
    const next = recogniser.feed(state, closer);
    if (next !== undefined) return { closer, state: next };
  }
  return undefined;
}
