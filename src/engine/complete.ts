// The flow of one completion, to be read first:
//
//   gather(context) → render(prompt) → prefill(cache) →
//     loop { forward(model) → verify(constraint, logits) → accept → stop? } →
//   rank(draft) → alternatives → suggestions
import { setMaxListeners } from 'node:events';
import { Trace } from '../base/trace.ts';
import type { Monitor } from '../constraint/monitor/monitor.ts';
import { type Context, gather, opensBlock, startOfLine } from '../context/gather.ts';
import { type Prompt, type PromptBudget, render } from '../prompt/render.ts';
import type { CompletionRequest, Outcome } from '../protocol/messages.ts';
import { findAlternatives } from './alternatives.ts';
import { TrunkAsker } from './asker.ts';
import { type ConstrainedPlace, constrain } from './constrain.ts';
import { decodeDrafts } from './decodeDrafts.ts';
import type { DraftTask } from './draftTask.ts';
import { Cancelled } from './modelRunner.ts';
import { namesAt, namesNote } from './names.ts';
import { fitToSuffix, nextLine } from './overlap.ts';
import { PassTally } from './passTally.ts';
import { type RankedDraft, rank } from './rank.ts';
import { readPrompt } from './readPrompt.ts';
import type { Session } from './session.ts';
import type { DocumentText } from './speculation.ts';

const defaults = {
  prefixTokens: 1024,
  suffixTokens: 256,
  excerptTokens: 512,
  maxTokens: 96,
  maxLines: 12,
} as const;

/** Tokens of the cache that a request ahead of need may cost the next keystroke: where tokens meet, a few change. */
const mostLost = 8;

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
    const reusedTokens = session.runner.reusable(prompt.tokens);
    const isAhead = request.ahead === true;
    if (isAhead && session.runner.losing(prompt.tokens) > mostLost) return { outcome: 'cancelled' };
    session.runner.promptLength = prompt.tokens.length;
    const { speculation } = session;
    const speculates = request.speculate !== false;
    const document = documentOf(request, context);
    if (speculates && !speculation.knows(document.key)) void speculation.learnDocument(document);
    const begun = constrain(session, context, prompt, request, trace).then((place) => {
      const names = namesAt(session, context, prompt, request, place, signal);
      return { place, names, task: draftTask(context, prompt, names.monitor, place, request) };
    });
    const asking = {
      asker: new TrunkAsker(session, prompt.tokens, signal),
      tally: new PassTally(speculation, (token) => session.texts.of(token)),
      context: speculates ? recentTokens(session, context, prompt) : undefined,
    };
    const [{ place, names, task }, root] = await Promise.all([
      begun,
      trace.span('prefill', () => readPrompt(session, { prompt, begun, ...asking }, signal)),
    ]);
    const prefillMs = performance.now() - startMs - contextMs;

    const { facts } = names;
    const input = { ...asking, root, facts, waitMs: names.waitMs };
    const { drafts, waitedMs } = await decodeDrafts(session, { ...input, tasks: [task] }, signal, trace);
    const decoded = drafts[0]!;
    trace.note(namesNote(names, decoded, waitedMs));
    if (speculates && !isAhead) void speculation.learnDocument(document);
    const held = { context, place, facts };
    const best = trace.spanSync('rank', () => rank(session, decoded, held));
    const firstDraftMs = performance.now() - startMs;

    const answer = (ranked: readonly RankedDraft[]): Outcome => ({
      outcome: 'done',
      drafts: ranked.map(({ draft }) => draft),
      grammar: place.coverage,
      monitor: names.coverage,
      timings: { queueMs, contextMs, prefillMs, firstDraftMs, totalMs: performance.now() - startMs },
      counters: {
        promptTokens: prompt.tokens.length,
        reusedTokens,
        ...asking.tally.counts,
        emitted: decoded.tokens.length,
        constraintChecks: place.meter.checks,
        constraintMs: place.meter.ms,
        interventions: decoded.interventions,
        monitorQueries: facts?.places.length ?? 0,
        monitorMs: waitedMs,
        monitorHits: decoded.unfounded,
        monitorReleased: decoded.released,
      },
    });
    const { drafts: most = 1 } = request;
    if (best === undefined || most === 1 || task.sampling !== undefined)
      return answer(best === undefined ? [] : [best]);
    options.onFirst?.(answer([best]));
    const others = await trace.span('alternatives', () =>
      findAlternatives(
        session,
        { ...input, task, prompt: prompt.tokens, first: best, most: most - 1, held },
        signal,
        trace,
      ),
    );
    return answer([best, ...others]);
  } catch (error) {
    if (error instanceof Cancelled) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    trace.end();
  }
}

/** The text of a request's document, as proposals know it. */
export function documentOf({ document, path }: CompletionRequest, { whole }: Context): DocumentText {
  return { key: document?.uri ?? path, ...whole };
}

/** Share of a prompt that the cache has to hold for cuts to stay where they are. */
const leastReused = 0.5;

/** UTF-16 units before the cursor in which proposals look for what came before. */
const recentLength = 400;

/** The last tokens before the cursor, without what is healed. */
export function recentTokens({ tokenizer }: Session, { whole }: Context, { healed }: Prompt): readonly number[] {
  const { before } = whole;
  return tokenizer.encode(before.slice(0, before.length - healed.length).slice(-recentLength));
}

/** The prompt of a request, within the budgets it names and what measured speed allows. */
export function renderPrompt(session: Session, context: Context, request: CompletionRequest): Prompt {
  const most = session.model.cache.maxLength - (request.maxTokens ?? defaults.maxTokens);
  const { promptMs, ahead = false } = request;
  const { runner } = session;
  const wanted: PromptBudget = {
    prefixTokens: request.prefixTokens ?? defaults.prefixTokens,
    suffixTokens: request.suffixTokens ?? defaults.suffixTokens,
    excerptTokens: context.excerpts.length > 0 ? defaults.excerptTokens : 0,
  };
  const within = (room: number): Prompt => {
    const share = Math.min(1, room / (wanted.prefixTokens + wanted.suffixTokens + wanted.excerptTokens));
    const budget = {
      prefixTokens: Math.floor(wanted.prefixTokens * share),
      suffixTokens: Math.floor(wanted.suffixTokens * share),
      excerptTokens: Math.floor(wanted.excerptTokens * share),
    };
    return render(context, session.layout, budget, session.tokenizer, session.anchor);
  };
  let prompt = within(promptMs === undefined ? most : Math.min(most, runner.promptTokens));
  // a cut that moves costs the cache, so it moves where the cache is of little use anyway
  const isNew = runner.reusable(prompt.tokens) < leastReused * prompt.tokens.length;
  if (promptMs !== undefined && !ahead && isNew && runner.allowPrompt(promptMs))
    prompt = within(Math.min(most, runner.promptTokens));
  if (!ahead) session.anchor = prompt.anchor;
  return prompt;
}

function draftTask(
  context: Context,
  prompt: Prompt,
  monitor: Monitor,
  { constraint, mayOpen }: ConstrainedPlace,
  { maxTokens = defaults.maxTokens, sampling, superpose }: CompletionRequest,
): DraftTask {
  const lineStart = startOfLine(context.prefix);
  return {
    constraint,
    monitor,
    healed: prompt.healed,
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
    superposes: superpose,
  };
}
