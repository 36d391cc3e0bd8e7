// Where a completion may end: where the text after the cursor can follow. While code is being typed that text is often short of
// closers that have nothing to do with the line at hand, and sometimes broken for good; both are found out once, at the cursor.
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';
import { SuffixCheck } from './suffix.ts';

/** Closers that are tried to make a text whole. */
const closers = [')', ']', '}'];
const mostClosers = 8;

/** What can stand for the rest of a string, an expression, a statement or a block while the suffix is tried. */
const fillers = ['', 'x', ' x', '1', ': 1', '"', "'", '`', ' {}', ' pass', ':\n pass', '*/'];

export interface EndingPlace {
  /** At the start of the cursor's line. */
  readonly lineStart: ParserState;
  readonly cursor: ParserState;
  /** Text after the cursor, whole or at least 40 lines of it. */
  readonly suffix: string;
}

/** Tells whether the suffix can follow a state; undefined where no completion of this place leads to one it can follow. */
export function endingsAt(recogniser: Recogniser, place: EndingPlace): ((state: ParserState) => boolean) | undefined {
  const { lineStart, cursor, suffix } = place;
  const plain = new SuffixCheck(recogniser, suffix);
  const checks = [plain];
  const lineBreak = suffix.indexOf('\n');
  const below = lineBreak < 0 ? '' : suffix.slice(lineBreak + 1);
  const missing = missingClosers(recogniser, lineStart, new SuffixCheck(recogniser, below));
  if (missing !== undefined && missing !== '') {
    const rest = lineBreak < 0 ? suffix : suffix.slice(0, lineBreak);
    checks.push(new SuffixCheck(recogniser, `${rest}\n${missing}\n${below}`));
  }
  const mayEnd = (state: ParserState): boolean => checks.some((check) => check.follows(state));
  return isReachable(recogniser, cursor, mayEnd) ? mayEnd : undefined;
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
