// Why nothing was suggested → one sentence for the user, and what can be done about it.
import type { Reason } from './eligibility.ts';
import type { EngineState } from './engineClient.ts';

/** What became of the last question about a document. */
export type Silence =
  | {
      readonly kind:
        | Reason
        | 'paused'
        | 'battery'
        | 'superseded'
        | 'lost'
        | 'empty'
        | 'nameless'
        | 'illegal'
        | 'unfit'
        | 'undone'
        | 'unasked'
        | 'shown';
    }
  /** From 0 to 1, and how much is wanted of what nobody asked for. */
  | { readonly kind: 'unsure'; readonly sureness: number; readonly least: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** What is true of a document now, and what became of the last question about it. */
export interface SilenceFacts {
  readonly engine: EngineState;
  readonly isEnabled: boolean;
  /** Percent that are left of a battery that suggestions are paused for. */
  readonly lowBattery: number | undefined;
  /** Why its file gets no completions, whatever is typed. */
  readonly reason: Reason | undefined;
  readonly language: string;
  /** The entry of the setting that excludes it. */
  readonly excludedBy: string | undefined;
  readonly hasOneCursor: boolean;
  /** From the last question that was answered to its first draft. */
  readonly lastLatencyMs: number | undefined;
  readonly last: Silence;
}

export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly argument?: string;
}

export interface Explanation {
  readonly message: string;
  readonly remedy?: Remedy;
}

/** Puts numbers and names into a text of the user's language: `vscode.l10n.t`. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** What stands in the way now, whatever came before; else what became of the last question. */
export function explainSilence(facts: SilenceFacts, t: Translate): Explanation {
  const { engine, reason, last } = facts;
  if (reason !== undefined) return explainReason(reason, facts, t);
  if (engine.kind === 'failed')
    return {
      message: t('The engine cannot complete code: {0}.', engine.reason),
      remedy: { title: t('Choose Model…'), command: 'palimpsest.chooseModel' },
    };
  if (engine.kind === 'starting') return { message: t('The engine is starting. Suggestions come once it is there.') };
  if (engine.kind === 'recovering')
    return {
      message: t('The engine ended and is started again. Suggestions come once it is back.'),
      remedy: { title: t('Show Log'), command: 'palimpsest.showLog' },
    };
  if (!facts.hasOneCursor) return explainReason('selection', facts, t);
  if (!facts.isEnabled && (last.kind === 'paused' || last.kind === 'unasked')) return paused(t);
  if (facts.lowBattery !== undefined && (last.kind === 'battery' || last.kind === 'unasked'))
    return {
      message: t(
        'Suggestions are paused while the battery is low ({0} %, see palimpsest.batteryPercent). They come back by themselves.',
        facts.lowBattery,
      ),
      remedy: { title: t('Complete Here'), command: 'palimpsest.trigger' },
    };
  return explainLast(last, facts, t);
}

/** A typist who thinks for a moment is still not overtaken by what takes less. */
const slowMs = 500;

const openSettings = 'workbench.action.openSettings';

function paused(t: Translate): Explanation {
  return {
    message: t('Suggestions are paused: they come only when asked for.'),
    remedy: { title: t('Resume'), command: 'palimpsest.toggle' },
  };
}

function explainReason(reason: Reason, { language, excludedBy }: SilenceFacts, t: Translate): Explanation {
  switch (reason) {
    case 'excluded':
      return {
        message: t('This file is excluded by "{0}" in palimpsest.exclude, and is not read.', excludedBy ?? '?'),
        remedy: { title: t('Open Setting'), command: openSettings, argument: 'palimpsest.exclude' },
      };
    case 'language':
      return {
        message: t('Suggestions are off in {0} (palimpsest.languages).', language),
        remedy: { title: t('Turn On'), command: 'palimpsest.toggleLanguage' },
      };
    case 'selection':
      return { message: t('There are several cursors or a selection. Suggestions come at a single cursor.') };
    default:
      return { message: t('This editor holds no code of yours, and gets no suggestions.') };
  }
}

/** Small shares have more digits. */
function percent(share: number): number {
  return Number((100 * share).toPrecision(2));
}

function overtaken({ lastLatencyMs }: SilenceFacts, t: Translate): string {
  return lastLatencyMs === undefined || lastLatencyMs < slowMs
    ? t('The next key came before the suggestion did.')
    : t(
        'The next key came before the suggestion did. The last suggestion took {0} ms; with smaller palimpsest.prefixTokens they come sooner.',
        Math.round(lastLatencyMs),
      );
}

function explainLast(last: Silence, facts: SilenceFacts, t: Translate): Explanation {
  const again = { title: t('Complete Here'), command: 'palimpsest.trigger' };
  const trace = { title: t('Show Last Completion Trace'), command: 'palimpsest.showTrace' };
  switch (last.kind) {
    case 'paused':
      return { message: t('Suggestions were paused at the last keystroke. They are on again.'), remedy: again };
    case 'battery':
      return { message: t('The battery was low at the last keystroke. Suggestions are on again.'), remedy: again };
    case 'superseded':
      return { message: overtaken(facts, t), remedy: again };
    case 'lost':
      return {
        message: t('The engine went away while it was asked.'),
        remedy: { title: t('Show Log'), command: 'palimpsest.showLog' },
      };
    case 'empty':
      return {
        message: t(
          'The engine had nothing worth showing there: the model was unsure, or what it said did not fit the code.',
        ),
        remedy: trace,
      };
    case 'unsure':
      return {
        message: t(
          'The model was unsure: what it would say is {0} % probable. Suggestions below {1} % come only when asked for (palimpsest.leastSureness).',
          percent(last.sureness),
          percent(last.least),
        ),
        remedy: again,
      };
    case 'nameless':
      return {
        message: t('The model had a name in mind that the project does not have, and none of those that it has.'),
        remedy: trace,
      };
    case 'illegal':
      return {
        message: t('What the model would say does not fit the syntax there, and nothing else was likely.'),
        remedy: trace,
      };
    case 'unfit':
      return { message: t('What the engine said is already there, or the editor would not show it at this place.') };
    case 'undone':
      return { message: t('The suggestion was accepted here and undone, so it is not offered again.'), remedy: again };
    case 'failed':
      return {
        message: t('The engine could not answer: {0}.', last.reason),
        remedy: { title: t('Show Log'), command: 'palimpsest.showLog' },
      };
    case 'unasked':
      return { message: t('Nothing was asked in this file yet. Suggestions come while you type.'), remedy: again };
    case 'shown':
      return { message: t('The last question in this file was answered with a suggestion.'), remedy: again };
    default:
      return explainReason(last.kind, facts, t);
  }
}
