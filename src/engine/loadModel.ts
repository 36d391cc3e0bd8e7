// A model on disk → one that is ready to complete, with all that does not depend on who asks: graph built or found, model loaded and
// warmed up, tokenizer read, layout chosen.
import { basename, isAbsolute, join } from 'node:path';
import { Grammars } from '../constraint/grammar/grammars.ts';
import { TokenTexts } from '../constraint/tokenTexts.ts';
import { Decoder } from '../model/decoder.ts';
import { buildGraph } from '../model/graph/buildGraph.ts';
import { type BuiltGraph, weightBytes } from '../model/graph/builtGraph.ts';
import { keepSpeed, speedsFolder } from '../model/measuredSpeed.ts';
import { memoryNeed } from '../model/memoryNeed.ts';
import type { Model } from '../model/model.ts';
import { RuntimeError } from '../model/runtime.ts';
import { knownModelAt } from '../model/store/modelStore.ts';
import { modelWithId } from '../model/store/modelWithId.ts';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer.ts';
import { type Layout, layoutFor, layoutOf } from '../prompt/layouts.ts';
import type { Device, ModelSetup, Progress } from '../protocol/messages.ts';
import type { ModelFolders } from '../protocol/models.ts';
import { keepIn, recallFrom } from './experience.ts';
import { grammarCases } from './grammarCases.ts';
import { ModelRunner } from './modelRunner.ts';
import type { SessionParts } from './session.ts';

/** Longest sequence a session handles: prompt and completion. */
export const sessionTokens = 2048;

export interface ModelOptions extends ModelSetup {
  readonly onProgress?: (progress: Progress) => void;
  /** Told what does not work though completions do. */
  readonly onProblem?: (text: string) => void;
}

/** What sessions on one model have in common. */
export interface LoadedModel extends Omit<SessionParts, 'oracle' | 'experience'> {
  /** What token ids depend on. */
  readonly version: string;
  /** Keeps what passes cost here, over a restart and for those who compare models. */
  readonly keepCosts: () => Promise<void>;
}

/** Why a sound model cannot be used here, in one sentence that says what to do. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

/** What a setting of the device comes to. */
export function deviceFor(device: Device): Model['device'] {
  return device === 'webgpu' ? 'webgpu' : 'cpu';
}

/** @throws ModelFileError, GraphBuildError, RuntimeError or SessionError */
export async function loadModel(options: ModelOptions): Promise<LoadedModel> {
  const { models, grammarsPath, cachePath, device, threads, onProgress, onProblem } = options;
  const modelPath = models ? await pathOf(options.modelPath, models) : options.modelPath;
  const tokenizerReady = loadTokenizer(modelPath);
  // awaited below; a failure before that must not count as unhandled
  tokenizerReady.catch(() => undefined);
  const graph = await buildGraph(modelPath, {
    cachePath,
    onProgress: (fraction) => onProgress?.({ stage: 'Preparing the model', fraction }),
  });
  const tokenizer = await tokenizerReady;
  const layout = await findLayout({ ...options, modelPath }, graph, tokenizer);
  await refuseTooLarge(graph, options.memoryMiB ?? 0);
  const decoder = await openDecoder(graph, deviceFor(device), threads);
  const texts = new TokenTexts(tokenizer.vocabulary);
  const tell = (problem: string): void => onProblem?.(problem);
  const grammars = new Grammars(grammarsPath, join(cachePath, '..', 'masks'), texts, tell);
  const keepCase = grammarCases(join(cachePath, '..', 'grammar-cases'), tell);
  const runner = new ModelRunner(decoder);
  const { cost } = runner;
  const version = tokenizer.fingerprint();
  const machine = `${basename(graph.folder)}-${decoder.device}-${decoder.threads}`;
  const costs = { path: join(cachePath, '..', 'pass-costs', machine), version };
  await recallFrom(costs, runner.memory);
  const measured = {
    modelPath,
    device: decoder.device,
    threads: decoder.threads,
    weightBytes: await weightBytes(graph),
  };
  const keepCosts = async (): Promise<void> => {
    await keepIn(costs, runner.memory);
    if (cost.rowMs) await keepSpeed(speedsFolder(cachePath), machine, { ...measured, tokenMs: cost.rowMs });
  };
  return { runner, tokenizer, layout, texts, grammars, keepCase, version, keepCosts };
}

/** Makes the first request find a warm engine; keeps what was not known of its speed. @throws Cancelled */
export async function warmUp({ runner, keepCosts }: LoadedModel, signal: AbortSignal): Promise<void> {
  const { isMeasured } = runner;
  await runner.warmUp(signal);
  if (!isMeasured) await keepCosts();
}

async function pathOf(name: string, models: ModelFolders): Promise<string> {
  const path = isAbsolute(name) ? name : await modelWithId(name, models);
  if (path === undefined)
    throw new SessionError(`There is no installed model ${name}: choose one, or give the absolute path of its files.`);
  return path;
}

async function findLayout(
  { modelPath, fillInTheMiddle }: ModelOptions,
  { config: { name } }: BuiltGraph,
  tokenizer: Tokenizer,
): Promise<Layout> {
  try {
    if (fillInTheMiddle !== undefined) return layoutOf(fillInTheMiddle, tokenizer);
  } catch (error) {
    throw new SessionError(`${name} cannot fill in the middle as described: ${reasonOf(error)}.`, { cause: error });
  }
  const layout = layoutFor((await knownModelAt(modelPath)) ?? name, tokenizer);
  if (layout === undefined)
    throw new SessionError(
      `${name} has no fill-in-the-middle tokens that are known: choose a model made for code completion, or describe them in palimpsest.fillInTheMiddle (--fim).`,
    );
  return layout;
}

async function refuseTooLarge(graph: BuiltGraph, allowedMiB: number): Promise<void> {
  if (allowedMiB === 0) return;
  const neededMiB = Math.ceil((await memoryNeed(graph, sessionTokens)) / 2 ** 20);
  if (neededMiB > allowedMiB)
    throw new SessionError(
      `${graph.config.name} needs about ${neededMiB} MiB of memory, and ${allowedMiB} MiB are allowed: allow more, or choose a smaller model.`,
    );
}

async function openDecoder(graph: BuiltGraph, device: Model['device'], threads: number): Promise<Decoder> {
  try {
    return await Decoder.open(graph, { device, threads, maxTokens: sessionTokens });
  } catch (error) {
    if (device === 'cpu' || error instanceof RuntimeError) throw error;
    throw new SessionError(`The GPU cannot be used (${reasonOf(error)}): set the device to cpu.`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message.split('\n', 1)[0] : undefined) ?? String(error);
}
