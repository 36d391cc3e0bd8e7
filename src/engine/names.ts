// A request → the monitor of the names in its completion and the facts it goes by.
import type { GrammarPlace } from '../constraint/grammar/grammars.ts';
import { DocumentMembers } from '../constraint/monitor/documentMembers.ts';
import { Facts } from '../constraint/monitor/facts.ts';
import { type Monitor, monitorAt, unmonitored } from '../constraint/monitor/monitor.ts';
import type { Context } from '../context/gather.ts';
import type { Prompt } from '../prompt/render.ts';
import type { CompletionRequest, MonitorCoverage } from '../protocol/messages.ts';
import type { DecodingResult } from './draftTask.ts';
import type { Session } from './session.ts';

/** What holds the names of a completion, and what is known of them. */
export interface NamesPlace {
  readonly monitor: Monitor;
  readonly facts: Facts | undefined;
  readonly coverage: MonitorCoverage;
  /** Milliseconds that a finished draft may wait for them. */
  readonly waitMs: number;
}

const defaultWaitMs = 150;
/** Who has yet to be started does not answer sooner than this: a shorter wait would be in vain. */
const leastStartMs = 1000;

/** The monitor of names; the names at the cursor are asked for at once. */
export function namesAt(
  session: Session,
  { whole }: Pick<Context, 'whole'>,
  { healed }: Prompt,
  request: CompletionRequest,
  { parser }: Pick<GrammarPlace, 'parser'>,
  signal: AbortSignal,
): NamesPlace {
  const { document, language } = request;
  const { oracle, texts } = session;
  const nameless = (coverage: MonitorCoverage) => ({ monitor: unmonitored, facts: undefined, coverage, waitMs: 0 });
  if (document === undefined || request.monitor === false) return nameless('off');
  if (!oracle.knows(document, language)) return nameless('none');
  if (parser === undefined) return nameless('unsure');
  const { before, after, isWhole } = whole;
  const start = before.slice(0, before.length - healed.length);
  // what is asked ahead of need is at no cursor: nobody works on it any longer once it is given up
  const cursor = request.ahead === true ? -1 : before.length;
  const about = { document, language, start, cursor, after, isWhole };
  const { monitorMs = defaultWaitMs } = request;
  const waitMs = monitorMs >= leastStartMs || oracle.hasAnswered(document, language) ? monitorMs : 0;
  const facts = new Facts(oracle, about, signal);
  const { recogniser, sites } = parser;
  const members = new DocumentMembers(start, after);
  const rules = { recogniser, sites, texts, facts, before: start, after, typed: healed, members };
  return { monitor: monitorAt(rules, parser.start), facts, coverage: 'on', waitMs };
}

/** What names did to a draft, for its trace. */
export function namesNote(
  { coverage, facts }: NamesPlace,
  { unfounded, released }: DecodingResult,
  waitedMs: number,
): string {
  if (facts === undefined) return `names: ${coverage}`;
  const said = facts.places.map((place) => {
    const fact = place.site === 'call' ? facts.callAt(place) : facts.at(place);
    const known = typeof fact === 'string' ? fact : 'size' in fact ? `${fact.size} names` : 'known';
    return `${JSON.stringify(place.said.slice(-saidLength))} ${place.site}: ${known}`;
  });
  const times = `slowest answer ${facts.answerMs.toFixed(0)} ms, waited ${waitedMs.toFixed(0)} ms`;
  return [`names: ${unfounded} passed over, ${released} without a probable one, ${times}`, ...said].join('; ');
}

/** Characters before a name that say which it was. */
const saidLength = 20;
