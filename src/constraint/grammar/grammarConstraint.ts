// The recogniser as a constraint on tokens: legal is what some text of the language goes on with, and the text may end where the
// text after the cursor can follow.
import type { ConstraintState } from '../constraint.ts';
import type { TokenTexts } from '../tokenTexts.ts';
import type { EndingTest } from './endings.ts';
import type { OnDemandMasks } from './masks/onDemandMasks.ts';
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';

export interface GrammarRules {
  readonly recogniser: Recogniser;
  readonly texts: TokenTexts;
  /** Whether a completion may end in this state; undefined where the text after the cursor cannot tell. */
  readonly mayEnd: EndingTest | undefined;
  /** Where the grammar has them. */
  readonly masks: OnDemandMasks | undefined;
  /** Counts checks and the time they take. */
  readonly meter: CheckMeter;
}

/** What the checks of one request cost. */
export interface CheckMeter {
  checks: number;
  ms: number;
}

/**
 * The constraint at `state`.
 * @param relaxed what remains of it where it is taken off
 */
export function grammarConstraint(rules: GrammarRules, state: ParserState, relaxed: ConstraintState): ConstraintState {
  const { recogniser, texts, meter } = rules;
  const known = new Map<number, ParserState | undefined>();
  /** What was found out behind a token is not found out again when the choices are made again. */
  const advanced = new Map<number, ConstraintState>();
  const stateAfter = (token: number): ParserState | undefined => {
    if (known.has(token)) return known.get(token);
    const startMs = performance.now();
    const text = texts.of(token);
    const next =
      text === undefined || state.partial.length > 0
        ? recogniser.advance(state, texts.vocabulary.bytesOf(token), true)
        : recogniser.feed(state, text, true);
    known.set(token, next);
    meter.checks++;
    meter.ms += performance.now() - startMs;
    return next;
  };
  return {
    candidates: undefined,
    listLegal: () => rules.masks?.list(state),
    legal: (token) => stateAfter(token) !== undefined,
    advance: (token) => {
      let next = advanced.get(token);
      if (next === undefined) {
        next = grammarConstraint(rules, stateAfter(token)!, relaxed.advance(token));
        advanced.set(token, next);
      }
      return next;
    },
    afterText: (text) => {
      const next = recogniser.feed(state, text, true);
      return next === undefined ? undefined : grammarConstraint(rules, next, relaxed.afterText(text) ?? relaxed);
    },
    mayStop: (replaces) => {
      const startMs = performance.now();
      const may = state.partial.length === 0 && (rules.mayEnd?.(state, replaces) ?? relaxed.mayStop(replaces));
      meter.ms += performance.now() - startMs;
      return may;
    },
    relax: () => relaxed,
  };
}
