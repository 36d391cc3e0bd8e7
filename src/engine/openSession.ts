// A model on disk → a session ready to complete: graph built or found, model loaded, tokenizer read, layout chosen.
import { Decoder } from '../model/decoder.ts';
import { buildGraph } from '../model/graph/buildGraph.ts';
import { loadTokenizer } from '../model/tokenizer.ts';
import { layoutFor } from '../prompt/layouts.ts';
import type { Device, Progress } from '../protocol/messages.ts';
import { Session } from './session.ts';

/** Longest sequence a session handles: prompt and completion. */
const maxTokens = 2048;

export interface SessionOptions {
  /** A .gguf file or a model folder. */
  readonly modelPath: string;
  readonly cachePath: string;
  readonly device: Device;
  /** 0 lets the runtime choose. */
  readonly threads: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws ModelFileError, GraphBuildError or an Error whose message says what is missing. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { modelPath, cachePath, device, threads, onProgress } = options;
  if (device === 'webgpu') throw new Error('This version computes on the CPU only: set the device to auto or cpu.');
  const tokenizerReady = loadTokenizer(modelPath);
  // awaited below; a failure before that must not count as unhandled
  tokenizerReady.catch(() => undefined);
  const graph = await buildGraph(modelPath, {
    cachePath,
    onProgress: (fraction) => onProgress?.({ stage: 'Preparing the model', fraction }),
  });
  const tokenizer = await tokenizerReady;
  const layout = layoutFor(graph.config.name, tokenizer);
  if (layout === undefined)
    throw new Error(`${graph.config.name} has no fill-in-the-middle tokens: choose a model made for code completion.`);
  const decoder = await Decoder.open(graph, { threads, maxTokens });
  return new Session(decoder, tokenizer, layout);
}
