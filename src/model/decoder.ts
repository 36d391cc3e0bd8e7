// A loaded model: rows of tokens in, the top logits of each asked row out, with a KV cache that rewinds by length.
import type { InferenceSession } from 'onnxruntime-node';
import { automaticThreads } from './cores.ts';
import { DevicePasses } from './devicePasses.ts';
import type { DecoderConfig } from './format/weights.ts';
import type { BuiltGraph } from './graph/builtGraph.ts';
import { HostPasses } from './hostPasses.ts';
import type { Model, RowLogits, Rows } from './model.ts';
import type { Passes } from './passes.ts';
import { loadRuntime } from './runtime.ts';
import type { SlotCache } from './slotCache.ts';

export interface DecoderOptions {
  readonly device?: Model['device'];
  /** 0 for as many as suit the machine. */
  readonly threads: number;
  /** Longest sequence the cache may hold. */
  readonly maxTokens: number;
}

/**
 * Threads spin for a millisecond at most and never between passes, so that an idle engine costs nothing; work is cut into
 * blocks that shrink towards its end, which costs little on an idle machine and much less on a busy one.
 */
const threadOptions = { force_spinning_stop: '1', dynamic_block_base: '4', intra_op: { spin_duration_us: '1000' } };

/** One model in memory. `forward` must not be called while another call is pending. Close it when done. */
export class Decoder implements Model {
  readonly config: DecoderConfig;
  readonly device: Model['device'];
  readonly threads: number;
  readonly cache: SlotCache;
  readonly #session: InferenceSession;
  readonly #passes: Passes;
  #closed = false;

  private constructor(
    { config }: BuiltGraph,
    session: InferenceSession,
    passes: Passes,
    { device, threads }: Pick<Model, 'device' | 'threads'>,
  ) {
    this.config = config;
    this.device = device;
    this.threads = threads;
    this.cache = passes.cache;
    this.#session = session;
    this.#passes = passes;
  }

  /** @throws RuntimeError if there is no runtime, Error with the runtime's own words if the graph does not load. */
  static async open(graph: BuiltGraph, options: DecoderOptions): Promise<Decoder> {
    const threads = options.threads > 0 ? options.threads : await automaticThreads();
    const device = options.device ?? 'cpu';
    const runtime = await loadRuntime();
    const side = device === 'webgpu' ? 'device' : 'host';
    const session = await runtime.InferenceSession.create(graph.modelFiles[side], {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // errors only: where a node runs is no news to a user
      logSeverityLevel: 3,
      extra: { session: threadOptions },
    });
    const { config } = graph;
    try {
      const passes =
        side === 'device'
          ? await DevicePasses.open(config, runtime, session, options.maxTokens)
          : new HostPasses(config, runtime, session, options.maxTokens);
      return new Decoder(graph, session, passes, { device, threads });
    } catch (error) {
      // the GPU may have no room for the cache
      await session.release();
      throw error;
    }
  }

  async forward(rows: Rows): Promise<RowLogits> {
    const width = rows.mixture?.width ?? 1;
    const count = rows.tokens.length / width;
    if (count < 1 || !Number.isInteger(count))
      throw new RangeError(`${rows.tokens.length} tokens do not make rows of ${width}`);
    if (rows.parents !== undefined && rows.parents.length !== count)
      throw new RangeError(`${rows.parents.length} parents for ${count} rows`);
    const stranger = rows.tokens.find((token) => !(token >= 0 && token < this.config.vocabulary));
    if (stranger !== undefined) throw new RangeError(`token ${stranger} is not in the vocabulary`);
    const past = this.cache.length;
    const total = past + count;
    if (total > this.cache.maxLength)
      throw new RangeError(`${total} tokens exceed the context of ${this.cache.maxLength}`);
    const { slots } = this.cache;
    slots.append(rows.parents ?? Array.from({ length: count }, (_, row) => past + row - 1));
    try {
      return await this.#passes.run(rows, past, count);
    } finally {
      // whatever went wrong has left no keys and values
      slots.truncate(this.cache.length);
    }
  }

  /** Frees the model. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#passes.close();
    await this.#session.release();
  }
}
