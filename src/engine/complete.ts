// The flow of one completion, to be read first:
//
//   gather(context) → render(prompt) → prefill(cache) →
//     loop { forward(model) → verify(constraint, logits) → accept → stop? } →
//   rank(drafts) → suggestions
import { setMaxListeners } from 'node:events';
import { Trace } from '../base/trace.ts';
import { both } from '../constraint/constraint.ts';
import type { GrammarPlace } from '../constraint/grammar/grammars.ts';
import type { Facts } from '../constraint/monitor/facts.ts';
import type { Monitor } from '../constraint/monitor/monitor.ts';
import { typedBytes } from '../constraint/typedBytes.ts';
import { type Context, gather, opensBlock, startOfLine } from '../context/gather.ts';
import { type Prompt, type PromptBudget, render } from '../prompt/render.ts';
import type { CompletionRequest, Draft, GrammarCoverage, Outcome } from '../protocol/messages.ts';
import { type DecodedDraft, decodeDraft } from './decodeDraft.ts';
import type { DraftTask } from './decoding.ts';
import { namesAt, namesNote } from './names.ts';
import { fitToSuffix, nextLine, repeatsSuffix } from './overlap.ts';
import { Cancelled, type Session } from './session.ts';
import { vouchersFor } from './vouchers.ts';

const defaults = {
  prefixTokens: 1024,
  suffixTokens: 256,
  excerptTokens: 512,
  maxTokens: 96,
  maxLines: 12,
  monitorMs: 150,
} as const;

/** Tokens of the cache that a request ahead of need may cost the next keystroke: where tokens meet, a few change. */
const mostLost = 8;

/** Lengths of a draft that are tried on the document's tree before it is dropped. */
const validations = 3;

export interface CompletionOptions {
  readonly signal: AbortSignal;
  /** Milliseconds the request waited before this call. */
  readonly queueMs?: number;
  /** Filled with the request's spans. */
  readonly trace?: Trace;
  /** Told the answer with the first draft alone as soon as that is there, where more are wanted. */
  readonly onFirst?: (outcome: Outcome) => void;
}

/** Completes one request on `session`. Never throws for what a document or a user can cause. */
export async function complete(
  session: Session,
  request: CompletionRequest,
  options: CompletionOptions,
): Promise<Outcome> {
  const { signal, queueMs = 0, trace = new Trace('complete') } = options;
  const startMs = performance.now();
  // as many as places are asked about
  setMaxListeners(0, signal);
  try {
    const context = trace.spanSync('gather', () => gather(request));
    const prompt = trace.spanSync('render', () => renderPrompt(session, context, request));
    const contextMs = performance.now() - startMs;
    const reusedTokens = session.reusable(prompt.tokens);
    const isAhead = request.ahead === true;
    if (isAhead && session.losing(prompt.tokens) > mostLost) return { outcome: 'cancelled' };
    session.promptLength = prompt.tokens.length;
    const { speculation } = session;
    const speculates = request.speculate !== false;
    const document = { key: request.document?.uri ?? request.path, ...context.whole };
    if (speculates && !speculation.knows(document.key)) void speculation.learnDocument(document);
    const constrained = constrain(session, context, prompt, request, trace).then((place) => ({
      place,
      names: namesAt(session, context, prompt, request, place, signal),
    }));
    const [{ place, names }, first] = await Promise.all([
      constrained,
      trace.span('prefill', () => session.prefill(prompt.tokens, signal, prompt.healed.length > 0)),
    ]);
    const prefillMs = performance.now() - startMs - contextMs;

    const task = draftTask(context, prompt, names.monitor, place, request);
    const { facts } = names;
    const recent = speculates ? recentTokens(session, context, prompt) : undefined;
    const waitMs = request.monitorMs ?? defaults.monitorMs;
    const decoded = await decodeDraft(
      session,
      { task, promptTokens: prompt.tokens, first, facts, waitMs, context: recent },
      signal,
      trace,
    );
    trace.note(namesNote(names, decoded));
    if (speculates && !isAhead) void speculation.learnDocument(document);
    const drafts = trace.spanSync('rank', () => rank(session, decoded, { context, place, facts, task }));
    const totalMs = performance.now() - startMs;
    const { emitted, passes, rows, accepted, proposals, proposeMs, interventions, unfounded, released, waitedMs } =
      decoded;
    return {
      outcome: 'done',
      drafts,
      grammar: place.coverage,
      monitor: names.coverage,
      timings: { queueMs, contextMs, prefillMs, firstDraftMs: totalMs, totalMs },
      counters: {
        promptTokens: prompt.tokens.length,
        reusedTokens,
        passes,
        rows,
        emitted,
        accepted,
        proposals,
        proposeMs,
        constraintChecks: place.meter.checks,
        constraintMs: place.meter.ms,
        interventions,
        monitorQueries: facts?.places.length ?? 0,
        monitorMs: waitedMs,
        monitorHits: unfounded,
        monitorReleased: released,
      },
    };
  } catch (error) {
    if (error instanceof Cancelled) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    trace.end();
  }
}

/** UTF-16 units before the cursor in which proposals look for what came before. */
const recentLength = 400;

function recentTokens({ tokenizer }: Session, { whole }: Context, { healed }: Prompt): readonly number[] {
  const { before } = whole;
  return tokenizer.encode(before.slice(0, before.length - healed.length).slice(-recentLength));
}

/** The prompt of a request, within the budgets it names and what measured speed allows. */
export function renderPrompt(session: Session, context: Context, request: CompletionRequest): Prompt {
  const most = session.model.cache.maxLength - (request.maxTokens ?? defaults.maxTokens);
  const { promptMs, ahead = false } = request;
  const room = promptMs === undefined ? most : Math.min(most, session.promptTokensWithin(promptMs, ahead));
  const wanted: PromptBudget = {
    prefixTokens: request.prefixTokens ?? defaults.prefixTokens,
    suffixTokens: request.suffixTokens ?? defaults.suffixTokens,
    excerptTokens: context.excerpts.length > 0 ? defaults.excerptTokens : 0,
  };
  const share = Math.min(1, room / (wanted.prefixTokens + wanted.suffixTokens + wanted.excerptTokens));
  const budget = {
    prefixTokens: Math.floor(wanted.prefixTokens * share),
    suffixTokens: Math.floor(wanted.suffixTokens * share),
    excerptTokens: Math.floor(wanted.excerptTokens * share),
  };
  const prompt = render(context, session.layout, budget, session.tokenizer, session.anchor);
  if (!ahead) session.anchor = prompt.anchor;
  return prompt;
}

/** The constraint on what is decoded; prepared while the prompt is computed. */
async function constrain(
  session: Session,
  context: Context,
  { healed }: Prompt,
  request: CompletionRequest,
  trace: Trace,
): Promise<ConstrainedPlace> {
  const typed = typedBytes(session.tokenizer.vocabulary, new TextEncoder().encode(healed));
  if (request.grammar === false) return { ...unconstrained, constraint: typed };
  const place = await trace.span('constrain', () => session.grammars.constrain({ ...context, healed }));
  return { ...place, constraint: both(typed, place.constraint) };
}

type ConstrainedPlace = Omit<GrammarPlace, 'coverage'> & { readonly coverage: GrammarCoverage };

const unconstrained = {
  coverage: 'off',
  mayOpen: false,
  vouches: false,
  meter: { checks: 0, ms: 0 },
  parser: undefined,
  accepts: () => true,
} as const;

function draftTask(
  context: Context,
  prompt: Prompt,
  monitor: Monitor,
  { constraint, mayOpen }: ConstrainedPlace,
  { maxTokens = defaults.maxTokens, sampling }: CompletionRequest,
): DraftTask {
  const lineStart = startOfLine(context.prefix);
  const healedLength = prompt.healed.length;
  return {
    constraint,
    monitor,
    healedLength,
    stop: {
      reach: context.reach,
      lineStart,
      opensBlock: opensBlock(lineStart, context.language),
      nextLine: nextLine(context.suffix),
      maxLines: defaults.maxLines,
    },
    fitText: (text) => fitToSuffix(text, lineStart, context.suffix),
    opensBlock: (said) => mayOpen && opensBlock(lineStart + said, context.language),
    maxTokens,
    sampling,
  };
}

/** What decoded texts are held against. */
interface Held {
  readonly context: Context;
  readonly place: ConstrainedPlace;
  readonly facts: Facts | undefined;
  readonly task: DraftTask;
}

/** What may be shown of the decoded text: nothing blank, nothing the document says already, nothing that breaks it. */
function rank(session: Session, decoded: DecodedDraft, { context, place, facts, task }: Held): readonly Draft[] {
  const { language, prefix, suffix, lineEnd } = context;
  const isGrammatical = (place.coverage === 'whole' || place.coverage === 'anchored') && !decoded.relaxed;
  let tries = 0;
  for (const { text, said, replaces, logProb, logLegalMass } of decoded.endings) {
    if (text.trim() === '' || repeatsSuffix(text, suffix) || ++tries > validations) return [];
    if (!place.accepts(text, replaces)) {
      if (place.vouches && !decoded.relaxed) session.keepCase({ language, prefix, suffix, draft: text, replaces });
      continue;
    }
    const inserted = lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd);
    const drawn = task.sampling === undefined ? {} : { logLegalMass };
    const vouchers = vouchersFor(session, said, { isGrammatical, facts });
    return [{ text: inserted, replaces, logProb, ...drawn, tokens: decoded.emitted, verified: true, vouchers }];
  }
  return [];
}
