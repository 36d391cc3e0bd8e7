// The flow of one completion, to be read first:
//
//   gather(context) → render(prompt) → prefill(cache) →
//     loop { forward(model) → verify(constraint, logits) → accept → stop? } →
//   rank(drafts) → suggestions
import { Trace } from '../base/trace.ts';
import type { ConstraintState } from '../constraint/constraint.ts';
import { typedBytes } from '../constraint/typedBytes.ts';
import { type Context, gather, opensBlock, startOfLine } from '../context/gather.ts';
import { chooseGreedy } from '../decode/greedy.ts';
import { type StopContext, stopAt } from '../decode/stop.ts';
import type { RowLogits } from '../model/model.ts';
import { type Prompt, type PromptBudget, render } from '../prompt/render.ts';
import type { CompletionRequest, Counters, Draft, Outcome } from '../protocol/messages.ts';
import { fitToSuffix, nextLine, repeatsSuffix } from './overlap.ts';
import { Cancelled, type Session } from './session.ts';

const defaults = { prefixTokens: 1024, suffixTokens: 256, excerptTokens: 512, maxTokens: 96, maxLines: 12 } as const;

export interface CompletionOptions {
  readonly signal: AbortSignal;
  /** Milliseconds the request waited before this call. */
  readonly queueMs?: number;
  /** Filled with the request's spans. */
  readonly trace?: Trace;
}

/** Completes one request on `session`. Never throws for what a document or a user can cause. */
export async function complete(
  session: Session,
  request: CompletionRequest,
  options: CompletionOptions,
): Promise<Outcome> {
  const { signal, queueMs = 0, trace = new Trace('complete') } = options;
  const startMs = performance.now();
  try {
    const context = trace.spanSync('gather', () => gather(request));
    const prompt = trace.spanSync('render', () => renderPrompt(session, context, request));
    const contextMs = performance.now() - startMs;
    const reusedTokens = session.reusable(prompt.tokens);
    const logits = await trace.span('prefill', () => session.prefill(prompt.tokens, signal, prompt.healed.length > 0));
    const prefillMs = performance.now() - startMs - contextMs;

    const decoded = await decode(
      session,
      prompt,
      logits,
      stopContext(context),
      request.maxTokens ?? defaults.maxTokens,
      signal,
      trace,
    );
    const drafts = rank(decoded, context);
    const totalMs = performance.now() - startMs;
    return {
      outcome: 'done',
      drafts,
      timings: { queueMs, contextMs, prefillMs, firstDraftMs: totalMs, totalMs },
      counters: { promptTokens: prompt.tokens.length, reusedTokens, ...decoded.counters },
    };
  } catch (error) {
    if (error instanceof Cancelled) return { outcome: 'cancelled' };
    return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    trace.end();
  }
}

function renderPrompt(session: Session, context: Context, request: CompletionRequest): Prompt {
  const most = session.model.cache.maxLength - (request.maxTokens ?? defaults.maxTokens);
  const room = request.promptMs === undefined ? most : Math.min(most, session.promptTokensWithin(request.promptMs));
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
  session.anchor = prompt.anchor;
  return prompt;
}

interface Decoded {
  readonly text: string;
  readonly logProb: number;
  readonly counters: Omit<Counters, 'promptTokens' | 'reusedTokens'>;
}

/** Greedy decoding from `logits`, one token a pass, until a special token, a stop rule or the token cap. */
async function decode(
  session: Session,
  prompt: Prompt,
  first: RowLogits,
  stop: StopContext,
  maxTokens: number,
  signal: AbortSignal,
  trace: Trace,
): Promise<Decoded> {
  const { vocabulary } = session.tokenizer;
  const stream = vocabulary.decoder();
  const healed = prompt.healed.length;
  let state: ConstraintState = typedBytes(vocabulary, new TextEncoder().encode(prompt.healed));
  let logits = first;
  let said = '';
  let logProb = 0;
  let emitted = 0;
  let passes = 0;
  for (;;) {
    const choice = chooseGreedy(logits, 0, state);
    if (choice === undefined || vocabulary.isSpecial(choice.token)) break;
    state = state.advance(choice.token);
    said += stream.push(choice.token);
    logProb += choice.logProb;
    emitted++;
    if (stopAt(said.slice(healed), stop) !== undefined || emitted === maxTokens) break;
    const token = choice.token;
    logits = await trace.span('forward', () => session.forward([token], signal, state.candidates !== undefined));
    passes++;
  }
  // a text that ended of itself has ended its last line too
  const text = said.slice(healed);
  const end = stopAt(`${text}\n`, stop) ?? text.length;
  const accepted = Array.from({ length: passes }, () => 1);
  return { text: text.slice(0, end), logProb, counters: { passes, rows: passes, emitted, accepted } };
}

function stopContext(context: Context): StopContext {
  const lineStart = startOfLine(context.prefix);
  return {
    reach: context.reach,
    lineStart,
    opensBlock: opensBlock(lineStart, context.language),
    nextLine: nextLine(context.suffix),
    maxLines: defaults.maxLines,
  };
}

/** What may be shown of the decoded text: nothing blank, nothing the document says already. */
function rank(decoded: Decoded, context: Context): readonly Draft[] {
  const { text, replaces } = fitToSuffix(decoded.text.trimEnd(), startOfLine(context.prefix), context.suffix);
  if (text.trim() === '' || repeatsSuffix(text, context.suffix)) return [];
  const inserted = context.lineEnd === '\n' ? text : text.replaceAll('\n', context.lineEnd);
  return [{ text: inserted, replaces, logProb: decoded.logProb, tokens: decoded.counters.emitted, verified: true }];
}
