// A model on disk → a session ready to complete: graph built or found, model loaded, tokenizer read, layout chosen.
import { basename, join } from 'node:path';
import { Grammars } from '../constraint/grammar/grammars.ts';
import { TokenTexts } from '../constraint/tokenTexts.ts';
import { firstOf } from '../language/firstOf.ts';
import { LanguageServerOracle, type OracleOptions } from '../language/languageServerOracle.ts';
import { noOracle } from '../language/noOracle.ts';
import type { Oracle } from '../language/oracle.ts';
import { Decoder } from '../model/decoder.ts';
import { buildGraph } from '../model/graph/buildGraph.ts';
import type { BuiltGraph } from '../model/graph/builtGraph.ts';
import { memoryNeed } from '../model/memoryNeed.ts';
import type { Model } from '../model/model.ts';
import { knownModelAt } from '../model/store/modelStore.ts';
import { loadTokenizer } from '../model/tokenizer.ts';
import { layoutFor } from '../prompt/layouts.ts';
import type { Device, Progress } from '../protocol/messages.ts';
import { Experience } from './experience.ts';
import { grammarCases } from './grammarCases.ts';
import { Session } from './session.ts';

/** Longest sequence a session handles: prompt and completion. */
const maxTokens = 2048;

export interface SessionOptions {
  /** A .gguf file or a model folder. */
  readonly modelPath: string;
  /** Folder of the grammars. */
  readonly grammarsPath: string;
  readonly cachePath: string;
  /** Where what is learnt of the workspace is kept; nowhere if it is left out. */
  readonly storagePath?: string;
  readonly device: Device;
  /** 0 lets the runtime choose. */
  readonly threads: number;
  /** MiB that the engine's process may take; no matter how many if it is 0 or left out. */
  readonly memoryMiB?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Knows what the editor knows of its documents; asked where no language server of ours does. */
  readonly editor?: Oracle;
  /** Language servers to be used instead of those that would be looked for. */
  readonly programs?: OracleOptions['programs'];
  /** Told what does not work though completions do. */
  readonly onProblem?: (text: string) => void;
}

/** Why a sound model cannot be used here, in one sentence that says what to do. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
}

/** @throws ModelFileError, GraphBuildError or SessionError */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { modelPath, grammarsPath, cachePath, device, threads, programs, storagePath, onProgress, onProblem } = options;
  const tokenizerReady = loadTokenizer(modelPath);
  // awaited below; a failure before that must not count as unhandled
  tokenizerReady.catch(() => undefined);
  const graph = await buildGraph(modelPath, {
    cachePath,
    onProgress: (fraction) => onProgress?.({ stage: 'Preparing the model', fraction }),
  });
  const tokenizer = await tokenizerReady;
  const layout = layoutFor((await knownModelAt(modelPath)) ?? graph.config.name, tokenizer);
  if (layout === undefined)
    throw new SessionError(
      `${graph.config.name} has no fill-in-the-middle tokens: choose a model made for code completion.`,
    );
  await refuseTooLarge(graph, options.memoryMiB ?? 0);
  const decoder = await openDecoder(graph, device === 'webgpu' ? 'webgpu' : 'cpu', threads);
  const texts = new TokenTexts(tokenizer.vocabulary);
  const tell = (problem: string): void => onProblem?.(problem);
  const grammars = new Grammars(grammarsPath, join(cachePath, '..', 'masks'), texts, tell);
  const keepCase = grammarCases(join(cachePath, '..', 'grammar-cases'), tell);
  const oracle = firstOf(
    new LanguageServerOracle({ onProblem: tell, ...(programs && { programs }) }),
    options.editor ?? noOracle,
  );
  const costs = join(cachePath, '..', 'pass-costs', `${basename(graph.folder)}-${decoder.device}-${decoder.threads}`);
  const experience = new Experience({ costs, workspace: storagePath, version: tokenizer.fingerprint() });
  const session = new Session({ model: decoder, tokenizer, layout, texts, grammars, oracle, keepCase, experience });
  await experience.recall(session.speculation);
  return session;
}

async function refuseTooLarge(graph: BuiltGraph, allowedMiB: number): Promise<void> {
  if (allowedMiB === 0) return;
  const neededMiB = Math.ceil((await memoryNeed(graph, maxTokens)) / 2 ** 20);
  if (neededMiB > allowedMiB)
    throw new SessionError(
      `${graph.config.name} needs about ${neededMiB} MiB of memory, and ${allowedMiB} MiB are allowed: allow more, or choose a smaller model.`,
    );
}

async function openDecoder(graph: BuiltGraph, device: Model['device'], threads: number): Promise<Decoder> {
  try {
    return await Decoder.open(graph, { device, threads, maxTokens });
  } catch (error) {
    if (device === 'cpu') throw error;
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new SessionError(`The GPU cannot be used (${reason}): set the device to cpu.`, { cause: error });
  }
}
