// llama.cpp as the peer, in a process of its own: runs prebuilt node-llama-cpp on the CPU and answers over IPC.
// Runtimes of two engines in one process would share threads and memory figures.

import {
  type ControlledEvaluateIndexOutput,
  type ControlledEvaluateInputItem,
  getLlama,
  InputLookupTokenPredictor,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  LlamaLogLevel,
  type Token,
} from 'node-llama-cpp';
import { serveParent } from './childEngine.ts';
import type { NextToken, PeerAnswers, PeerOptions, PeerRequest } from './peerMessages.ts';

/** The loaded model; `pending` is the greedy choice after the last evaluated token, or the prompt's last with `lookup`. */
interface Loaded {
  readonly llama: Llama;
  readonly context: LlamaContext;
  readonly sequence: LlamaContextSequence;
  readonly others: readonly LlamaContextSequence[];
  readonly lookup: InputLookupTokenPredictor | undefined;
  pending: Token | undefined;
}

let loaded: Loaded | undefined;

async function open(modelPath: string, options: PeerOptions): Promise<PeerAnswers['open']> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.threads,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const { cacheType = 'F16', sequences = 1 } = options;
  const context = await model.createContext({
    experimentalKvCacheKeyType: cacheType,
    experimentalKvCacheValueType: cacheType,
    contextSize: options.contextTokens,
    batchSize: options.batchTokens ?? 512,
    sequences,
    threads: { ideal: options.threads, min: options.threads },
  });
  const lookup = options.lookup === true ? new InputLookupTokenPredictor() : undefined;
  const sequence = context.getSequence(lookup && { tokenPredictor: lookup });
  const others = Array.from({ length: sequences - 1 }, () => context.getSequence());
  loaded = { llama, context, sequence, others, lookup, pending: undefined };
  return { release: llama.llamaCppRelease.release, threads: context.currentThreads };
}

function engine(): Loaded {
  if (loaded === undefined) throw new Error('the peer is not open');
  return loaded;
}

/** What to ask of a position for the distribution after it. */
function wanting(token: number, top: number | 'all'): ControlledEvaluateInputItem {
  const logits = top === 'all' ? true : { filter: { tokens: [], includeTop: top } };
  return [token as Token, { generateNext: { logits, totalLogitWeight: true } }];
}

function toNextToken(output: ControlledEvaluateIndexOutput | undefined): NextToken {
  const map = output?.next.logits;
  const weight = output?.next.totalLogitWeight;
  if (map === undefined || weight === undefined) throw new Error('the peer gave no logits');
  const ids = Int32Array.from(map.keys());
  const logits = Float32Array.from(map.values());
  return { ids, logits, logSumExp: Math.log(weight) + (logits[0] as number) };
}

async function prefill(tokens: readonly number[]): Promise<number> {
  const { sequence, lookup } = engine();
  await sequence.clearHistory();
  if (lookup !== undefined) return prefillForLookup(tokens, lookup);
  const started = performance.now();
  const last = tokens.length - 1;
  const input = tokens.map((token, index) => (index === last ? pickNext(token) : (token as Token)));
  const outputs = await sequence.controlledEvaluate(input);
  const elapsedMs = performance.now() - started;
  engine().pending = outputs[last]?.next.token ?? undefined;
  return elapsedMs;
}

function pickNext(token: number): ControlledEvaluateInputItem {
  return [token as Token, { generateNext: { token: true, options: { temperature: 0 } } }];
}

async function decode(count: number): Promise<PeerAnswers['decode']> {
  const state = engine();
  if (state.lookup !== undefined) return decodeWithLookup(count);
  const tokens: number[] = [];
  const started = performance.now();
  while (tokens.length < count) {
    if (state.pending === undefined) throw new Error('nothing to decode from: prefill first');
    const [output] = await state.sequence.controlledEvaluate([pickNext(state.pending)]);
    state.pending = output?.next.token ?? undefined;
    if (state.pending !== undefined) tokens.push(state.pending);
  }
  return [performance.now() - started, tokens];
}

/** Evaluates all tokens but the last, which generation begins with. */
async function prefillForLookup(tokens: readonly number[], lookup: InputLookupTokenPredictor): Promise<number> {
  const state = engine();
  const all = tokens as readonly Token[];
  const started = performance.now();
  lookup.updateInputTokens([...all]);
  await state.sequence.evaluateWithoutGeneratingNewTokens(all.slice(0, -1));
  state.pending = all.at(-1);
  return performance.now() - started;
}

async function decodeWithLookup(count: number): Promise<PeerAnswers['decode']> {
  const { sequence, pending } = engine();
  if (pending === undefined) throw new Error('nothing to decode from: prefill first');
  const tokens: number[] = [];
  const started = performance.now();
  for await (const token of sequence.evaluate([pending], { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    if (tokens.length === count) break;
  }
  return [performance.now() - started, tokens];
}

/** Each sequence has the prompt but for its last token before the clock starts. */
async function draw(tokens: readonly number[], count: number): Promise<number> {
  const { sequence, others } = engine();
  const all = [sequence, ...others];
  for (const each of all) {
    await each.clearHistory();
    await each.controlledEvaluate([...tokens.slice(0, -1)] as Token[]);
  }
  const started = performance.now();
  await Promise.all(all.map((each, index) => drawIn(each, tokens.at(-1)!, count, index + 1)));
  return performance.now() - started;
}

async function drawIn(sequence: LlamaContextSequence, last: number, count: number, seed: number): Promise<void> {
  const options = { temperature: 0.8, topP: 0.95, seed };
  let pending = last as Token;
  for (let drawn = 0; drawn < count; drawn++) {
    const [output] = await sequence.controlledEvaluate([[pending, { generateNext: { token: true, options } }]]);
    const token = output?.next.token;
    if (token === undefined || token === null) throw new Error('the peer drew no token');
    pending = token;
  }
}

async function positions(tokens: readonly number[], top: number | 'all'): Promise<NextToken[]> {
  const { sequence } = engine();
  await sequence.clearHistory();
  const outputs = await sequence.controlledEvaluate(tokens.map((token) => wanting(token, top)));
  return outputs.map(toNextToken);
}

async function next(tokens: readonly number[], isNew: boolean, top: number | 'all'): Promise<NextToken> {
  const { sequence } = engine();
  if (isNew) await sequence.clearHistory();
  const last = tokens.length - 1;
  const input = tokens.map((token, index) => (index === last ? wanting(token, top) : (token as Token)));
  const outputs = await sequence.controlledEvaluate(input);
  return toNextToken(outputs[last]);
}

async function again(top: number | 'all'): Promise<NextToken> {
  const { sequence } = engine();
  const end = sequence.nextTokenIndex;
  const last = sequence.contextTokens.at(-1);
  if (last === undefined) throw new Error('the sequence is empty');
  await sequence.eraseContextTokenRanges([{ start: end - 1, end }]);
  const [output] = await sequence.controlledEvaluate([wanting(last, top)]);
  return toNextToken(output);
}

function answer(request: PeerRequest): Promise<PeerAnswers[keyof PeerAnswers]> {
  switch (request.method) {
    case 'open':
      return open(request.modelPath, request.options);
    case 'prefill':
      return prefill(request.tokens);
    case 'decode':
      return decode(request.count);
    case 'draw':
      return draw(request.tokens, request.count);
    case 'positions':
      return positions(request.tokens, request.top);
    case 'next':
      return next(request.tokens, request.isNew, request.top);
    case 'again':
      return again(request.top);
    case 'residentBytes':
      return Promise.resolve(process.memoryUsage.rss());
  }
}

serveParent(answer, async () => loaded?.llama.dispose());
