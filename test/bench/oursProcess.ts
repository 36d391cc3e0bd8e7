// The product's engine in a process of its own, as the bench drives it: the same session and the same `complete` that serve
// an editor, and beside them bare passes for timing and the hole-at-cursor prompt for comparison.

import { gather } from '../../src/context/gather.ts';
import { complete as completeRequest } from '../../src/engine/complete.ts';
import { loadModel } from '../../src/engine/loadModel.ts';
import { ModelRunner } from '../../src/engine/modelRunner.ts';
import { openSession } from '../../src/engine/openSession.ts';
import { readAhead } from '../../src/engine/readAhead.ts';
import type { Session } from '../../src/engine/session.ts';
import { topCount } from '../../src/model/model.ts';
import { cutPrefix, cutSuffix } from '../../src/prompt/budget.ts';
import { healStart } from '../../src/prompt/heal.ts';
import type { CompletionRequest } from '../../src/protocol/messages.ts';
import { grammarsPath } from '../support/built.ts';
import { serveParent } from './childEngine.ts';
import type { Item, Prediction } from './items.ts';
import type { Prompt, PromptVariant } from './oursEngine.ts';
import type { OursAnswers, OursOptions, OursRequest } from './oursMessages.ts';
import type { NextToken } from './peerMessages.ts';
import { reachesEnd } from './stopRule.ts';

/** The prompt budgets of the product's defaults, for the prompt the product does not have. */
const prefixTokens = 1024;
const suffixTokens = 256;
/** The embedded model's vocabulary has a mark of the middle, though its layout does without. */
const unusedMiddle = '<fim_middle>';
/** Rows of a pass that asks for the logits of every row. */
const positionRows = 128;

/** A runner that remembers the last prompt it was asked to evaluate. */
class RecordingRunner extends ModelRunner {
  lastPrompt: readonly number[] = [];

  override approach(tokens: readonly number[], signal: AbortSignal): Promise<number> {
    this.lastPrompt = tokens;
    return super.approach(tokens, signal);
  }
}

const never = new AbortController().signal;
let opened: { readonly session: Session; readonly runner: RecordingRunner } | undefined;
/** The greedy choice after the last evaluated token. */
let pending = 0;

function engineNow(): { readonly session: Session; readonly runner: RecordingRunner } {
  if (opened === undefined) throw new Error('the engine is not open');
  return opened;
}

async function open({ modelPath, cachePath, threads }: OursOptions): Promise<OursAnswers['open']> {
  const model = await loadModel({ modelPath, grammarsPath, cachePath, threads, device: 'cpu' });
  const runner = new RecordingRunner(model.runner.model);
  opened = { session: await openSession({ ...model, runner }, {}), runner };
  return { model: runner.model.config.name, device: 'cpu', threads: runner.model.threads };
}

async function prefill(tokens: readonly number[], passes: 'short' | 'one'): Promise<number> {
  const { runner } = engineNow();
  runner.rewind(0);
  const started = performance.now();
  const logits = passes === 'short' ? await runner.prefill(tokens, never, false) : await runner.forward(tokens, never);
  pending = logits.topIds[0] as number;
  return performance.now() - started;
}

async function decode(count: number): Promise<number> {
  const started = performance.now();
  for (let step = 0; step < count; step += 1) {
    const logits = await engineNow().runner.forward([pending], never);
    pending = logits.topIds[0] as number;
  }
  return performance.now() - started;
}

async function positions(tokens: readonly number[]): Promise<NextToken[]> {
  const { runner } = engineNow();
  runner.rewind(0);
  const result: NextToken[] = [];
  for (let start = 0; start < tokens.length; start += positionRows) {
    const rows = tokens.slice(start, start + positionRows);
    const { topIds, topLogits, logSumExp } = await runner.model.forward({ tokens: rows });
    for (let row = 0; row < rows.length; row += 1) {
      const [from, to] = [row * topCount, (row + 1) * topCount];
      const [ids, logits] = [topIds.slice(from, to), topLogits.slice(from, to)];
      result.push({ ids, logits, logSumExp: logSumExp[row] as number });
    }
  }
  // these rows went round the runner's own record of its cache
  runner.model.cache.truncate(0);
  runner.rewind(0);
  return result;
}

function toRequest(item: Item): CompletionRequest {
  const { path, language, prefix, suffix, maxTokens, multiline } = item;
  const limits = { ...(maxTokens !== undefined && { maxTokens }), ...(multiline !== undefined && { multiline }) };
  return { path, language, prefix, suffix, ...limits };
}

async function shipped(item: Item): Promise<Prediction> {
  const outcome = await completeRequest(engineNow().session, toRequest(item), { signal: never });
  return outcome.outcome === 'done' ? { id: item.id, ...outcome } : { id: item.id, drafts: [], ...outcome };
}

/** The prompt the product would evaluate: asked for under a signal that stops the request before its first pass. */
async function shippedPrompt(item: Item): Promise<Prompt> {
  const { session, runner } = engineNow();
  const request = toRequest(item);
  await completeRequest(session, request, { signal: AbortSignal.abort() });
  const { prefix } = gather(request);
  return {
    ids: runner.lastPrompt,
    healBytes: new TextEncoder().encode(prefix.slice(healStart(prefix, session.tokenizer))),
  };
}

/** Path, text before the cursor, text after it, and the mark of the middle; the last token is taken as typed. */
function holeAtCursorPrompt(item: Item): Prompt {
  const { tokenizer, layout } = engineNow().session;
  const { path, prefix, suffix } = gather(toRequest(item));
  const special = (text: string | undefined): number => {
    const id = text === undefined ? undefined : tokenizer.specialId(text);
    if (id === undefined) throw new Error(`the model has no mark for the middle`);
    return id;
  };
  const count = (text: string): number => tokenizer.encode(text).length;
  const { tokens } = layout;
  const ids = [
    ...[special(tokens.file), ...tokenizer.encode(`${path}\n`)],
    ...[special(tokens.prefix), ...tokenizer.encode(cutPrefix(prefix, prefixTokens, count))],
    ...[special(tokens.suffix), ...tokenizer.encode(cutSuffix(suffix, suffixTokens, count))],
    special(tokens.middle ?? unusedMiddle),
  ];
  return { ids, healBytes: new Uint8Array() };
}

/** Greedy decoding to the first special token, the end of the hole's kind or the cap. */
async function holeAtCursor(item: Item): Promise<Prediction> {
  const { session, runner } = engineNow();
  const { vocabulary } = session.tokenizer;
  const said: number[] = [];
  let logits = await runner.prefill(holeAtCursorPrompt(item).ids, never, false);
  while (said.length < (item.maxTokens ?? 64)) {
    const choice = logits.topIds[0] as number;
    if (vocabulary.isSpecial(choice)) break;
    said.push(choice);
    if (reachesEnd(vocabulary.decode(said), item)) break;
    logits = await runner.forward([choice], never);
  }
  return { id: item.id, outcome: 'done', drafts: [{ text: vocabulary.decode(said) }] };
}

const complete = (item: Item, variant: PromptVariant): Promise<Prediction> =>
  variant === 'shipped' ? shipped(item) : holeAtCursor(item);

const promptTokens = async (item: Item, variant: PromptVariant): Promise<Prompt> =>
  variant === 'shipped' ? shippedPrompt(item) : holeAtCursorPrompt(item);

function answer(request: OursRequest): Promise<OursAnswers[keyof OursAnswers]> {
  switch (request.method) {
    case 'open':
      return open(request.options);
    case 'prefill':
      return prefill(request.tokens, request.passes);
    case 'decode':
      return decode(request.count);
    case 'positions':
      return positions(request.tokens);
    case 'complete':
      return complete(request.item, request.variant);
    case 'readAhead':
      return readAhead(engineNow().session, toRequest(request.item), never);
    case 'promptTokens':
      return promptTokens(request.item, request.variant);
    case 'residentBytes':
      return Promise.resolve(process.memoryUsage.rss());
  }
}

serveParent(answer, async () => opened?.runner.close());
