// The places where a decoded text may end: fitted to what stands after the cursor, and such that this can follow.
import type { ConstraintState } from '../constraint/constraint.ts';
import type { Monitor } from '../constraint/monitor/monitor.ts';
import type { Fitted } from './overlap.ts';

/** A text that was said, and the constraint and the monitor behind it. */
export interface Said {
  readonly text: string;
  readonly state: ConstraintState;
  readonly monitor: Monitor;
  readonly logProb: number;
  /** Logarithm of what could stand there where its tokens were chosen, as in `Draft`. */
  readonly logLegalMass: number;
}

/** What a draft may be cut to. */
export interface Ending extends Fitted, Pick<Said, 'logProb' | 'logLegalMass'> {
  /** The text with the characters before it that stand in the document already. */
  readonly said: string;
  /** Tokens that say it, up to `logProb`. */
  readonly tokens: number;
}

/** What the beginning and the end of a draft are held to. */
export interface EndingRules {
  /** Text that it begins with and that stands in the document already. */
  readonly healed: string;
  /** Fits a text to what stands after the cursor. */
  readonly fitText: (text: string) => Fitted;
}

/**
 * The endings of `text` and of its beginnings that split no word, the longest first.
 * @param steps what was said, token by token, from nothing on
 */
export function* endingsOf(text: string, steps: readonly Said[], rules: EndingRules): Generator<Ending> {
  for (let length = text.length; length > rules.healed.length; length--) {
    if (length < text.length && splitsWord(text, length)) continue;
    const ending = endingAt(text.slice(0, length), steps, rules);
    if (ending !== undefined) yield ending;
  }
}

/** The ending that `text` makes, which some of `steps` says or begins; undefined where the constraint does not let it end. */
export function endingAt(text: string, steps: readonly Said[], { healed, fitText }: EndingRules): Ending | undefined {
  if (text.length < healed.length) return undefined;
  const fitted = fitText(text.slice(healed.length).trimEnd());
  const length = healed.length + fitted.text.length;
  const tokens = steps.findLastIndex(({ text: said }) => said.length <= length);
  const step = steps[tokens];
  if (step === undefined) return undefined;
  const more = text.slice(step.text.length, length);
  const mayEnd = step.state.afterText(more)?.mayStop(fitted.replaces) && step.monitor.mayEndWith(more, fitted.replaces);
  const { logProb, logLegalMass } = step;
  return mayEnd ? { ...fitted, said: text.slice(0, length), tokens, logProb, logLegalMass } : undefined;
}

const wordCharacter = /[\p{L}\p{N}_$\uD800-\uDFFF]/u;

/** Whether `at` is within a word or behind a blank, where no text ends. */
function splitsWord(text: string, at: number): boolean {
  return /\s/.test(text[at - 1]!) || (wordCharacter.test(text[at - 1]!) && wordCharacter.test(text[at]!));
}
