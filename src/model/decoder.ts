// A loaded model: rows of tokens in, the top logits of each asked row out, with a KV cache that rewinds by length.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { automaticThreads } from './cores.ts';
import type { DecoderConfig } from './format/weights.ts';
import type { BuiltGraph } from './graph/builtGraph.ts';
import { ports } from './graph/ports.ts';
import { KvCache } from './kvCache.ts';
import type { Model, RowLogits, Rows } from './model.ts';
import { loadRuntime, type Runtime } from './runtime.ts';

export interface DecoderOptions {
  /** `webgpu` computes on the GPU but still moves keys and values through the process: right, and not yet fast. */
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

/** Added to the score of a token that a row must not see. */
const masked = -1e9;

/**
 * Attention over a single row takes another path in the runtime, whose rounding differs: with one row more (its result is
 * dropped) a token's logits are the same to the bit whatever it is computed together with, as exact speculation needs.
 */
const leastAttended = 2;

/** One model in memory. `forward` must not be called while another call is pending. Close it when done. */
export class Decoder implements Model {
  readonly config: DecoderConfig;
  readonly device: Model['device'];
  readonly threads: number;
  readonly cache: KvCache;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #pastNames: readonly string[];
  #past: readonly Tensor[] = [];
  #pastOf: readonly Float32Array[] = [];
  #zeros = new Float32Array(0);
  /** 0, 1, 2, …: the position of every slot of a chain. */
  readonly #slots: BigInt64Array;
  #closed = false;

  private constructor(
    graph: BuiltGraph,
    runtime: Runtime,
    session: InferenceSession,
    device: Model['device'],
    threads: number,
    maxTokens: number,
  ) {
    this.config = graph.config;
    this.device = device;
    this.threads = threads;
    this.#runtime = runtime;
    this.#session = session;
    this.cache = new KvCache(graph.config, Math.min(maxTokens, graph.config.contextTokens + 1 - leastAttended));
    this.#slots = BigInt64Array.from({ length: this.cache.maxLength + leastAttended }, (_, i) => BigInt(i));
    this.#pastNames = Array.from({ length: graph.config.layers }, (_, i) => [
      ports.pastKey(i),
      ports.pastValue(i),
    ]).flat();
  }

  /** @throws RuntimeError if there is no runtime, Error with the runtime's own words if the graph does not load. */
  static async open(graph: BuiltGraph, options: DecoderOptions): Promise<Decoder> {
    const threads = options.threads > 0 ? options.threads : await automaticThreads();
    const device = options.device ?? 'cpu';
    const runtime = await loadRuntime();
    const session = await runtime.InferenceSession.create(graph.modelFile, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // errors only: where a node runs is no news to a user
      logSeverityLevel: 3,
      extra: { session: threadOptions },
    });
    return new Decoder(graph, runtime, session, device, threads, options.maxTokens);
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
      return await this.#run(rows, past, count);
    } finally {
      // whatever went wrong has left no keys and values
      slots.truncate(this.cache.length);
    }
  }

  async #run(rows: Rows, past: number, count: number): Promise<RowLogits> {
    const { Tensor } = this.#runtime;
    const integers = (values: readonly number[], dims: readonly number[]): Tensor =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const width = rows.mixture?.width ?? 1;
    const wanted = rows.wanted ?? Array.from({ length: count }, (_, i) => i);
    // the runtime's TopK divides by the number of rows: where none is wanted one is computed and thrown away
    const asked = wanted.length > 0 ? wanted : [count - 1];
    const shares = rows.mixture?.weights ?? new Float32Array(count).fill(1);
    const attended = Math.max(leastAttended, count);
    const end = past + attended;
    const feeds: Record<string, Tensor> = {
      [ports.tokens]: integers(rows.tokens, [count, width]),
      [ports.weights]: new Tensor('float32', shares, [count, width]),
      [ports.attendedRows]: integers(
        Array.from({ length: attended }, (_, i) => Math.min(i, count - 1)),
        [attended],
      ),
      [ports.positions]: new Tensor('int64', this.#positions(past, count, attended), [end]),
      [ports.bias]: new Tensor('float32', this.#bias(past, count, attended), [1, 1, attended, end]),
      [ports.lastIndex]: new Tensor('int32', Int32Array.of(end - 1), [1]),
      [ports.totalLength]: new Tensor('int32', Int32Array.of(end), []),
      [ports.rows]: integers(asked, [asked.length]),
    };
    for (const [i, tensor] of this.#pastTensors().entries()) feeds[this.#pastNames[i]!] = tensor;
    const fetches = [ports.newRows, ports.topIds, ports.topLogits, ports.logSumExp] as string[];
    if (rows.fetch?.logits) fetches.push(ports.logits);
    if (rows.fetch?.hidden) fetches.push(ports.hidden);

    const out = await this.#session.run(feeds, fetches);
    this.cache.append(out[ports.newRows]!.data as Float32Array, count);
    const floats = (port: string): Float32Array =>
      wanted.length > 0 ? (out[port]!.data as Float32Array) : new Float32Array();
    return {
      topIds: wanted.length > 0 ? (out[ports.topIds]!.data as Int32Array) : new Int32Array(),
      topLogits: floats(ports.topLogits),
      logSumExp: floats(ports.logSumExp),
      ...(rows.fetch?.logits && { logits: floats(ports.logits) }),
      ...(rows.fetch?.hidden && { hidden: floats(ports.hidden) }),
    };
  }

  /** Frees the model. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#session.release();
  }

  /** [T, S]: zeros for a chain (causality is the operator's own); in a tree, what is not on a row's path is masked. */
  #bias(past: number, count: number, attended: number): Float32Array {
    const { slots } = this.cache;
    const total = past + attended;
    if (slots.chainLength === past + count) {
      if (this.#zeros.length < attended * total) this.#zeros = new Float32Array(attended * total);
      return this.#zeros.subarray(0, attended * total);
    }
    const bias = new Float32Array(attended * total);
    for (let row = 0; row < count; row++) {
      const { branch, chainEnd } = slots.path(past + row);
      bias.fill(masked, row * total + chainEnd + 1, (row + 1) * total);
      for (const slot of branch) bias[row * total + slot] = 0;
    }
    return bias;
  }

  /** [S]: slots hold positions in order, but for new ones in a tree, which are as far along as their paths are long. */
  #positions(past: number, count: number, attended: number): BigInt64Array {
    const { slots } = this.cache;
    const inOrder = this.#slots.subarray(0, past + attended);
    if (slots.chainLength === past + count) return inOrder;
    const positions = inOrder.slice();
    for (let slot = past; slot < past + count; slot++) positions[slot] = BigInt(slots.depth(slot));
    return positions;
  }

  #pastTensors(): readonly Tensor[] {
    const { buffers, capacity } = this.cache;
    if (this.#pastOf !== buffers) {
      const { kvHeads, headSize } = this.config;
      this.#past = buffers.map(
        (buffer) => new this.#runtime.Tensor('float32', buffer, [1, kvHeads, capacity, headSize]),
      );
      this.#pastOf = buffers;
    }
    return this.#past;
  }
}
