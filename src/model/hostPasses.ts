// Passes with keys and values beside the graph.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { DecoderConfig } from './format/weights.ts';
import { hostPorts, ports } from './graph/ports.ts';
import { KvCache } from './kvCache.ts';
import type { RowLogits, Rows } from './model.ts';
import { masked, type Passes, rowsOf } from './passes.ts';
import type { Runtime } from './runtime.ts';

/**
 * Attention over a single row takes another path in the runtime, whose rounding differs: with one row more (its result is
 * dropped) a token's logits are the same to the bit whatever it is computed together with, as exact speculation needs.
 */
const leastAttended = 2;

export class HostPasses implements Passes {
  readonly cache: KvCache;
  readonly #config: DecoderConfig;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #pastNames: readonly string[];
  #past: readonly Tensor[] = [];
  #pastOf: readonly Float32Array[] = [];
  #zeros = new Float32Array(0);
  /** 0, 1, 2, …: the position of every slot of a chain. */
  readonly #slots: BigInt64Array;

  constructor(config: DecoderConfig, runtime: Runtime, session: InferenceSession, maxTokens: number) {
    this.#config = config;
    this.#runtime = runtime;
    this.#session = session;
    this.cache = new KvCache(config, Math.min(maxTokens, config.contextTokens + 1 - leastAttended));
    this.#slots = BigInt64Array.from({ length: this.cache.maxLength + leastAttended }, (_, i) => BigInt(i));
    this.#pastNames = Array.from({ length: config.layers }, (_, i) => [ports.pastKey(i), ports.pastValue(i)]).flat();
  }

  async run(rows: Rows, past: number, count: number): Promise<RowLogits> {
    const { Tensor } = this.#runtime;
    const integers = (values: readonly number[], dims: readonly number[]): Tensor =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const width = rows.mixture?.width ?? 1;
    const { wanted, asked } = rowsOf(rows, count);
    const shares = rows.mixture?.weights ?? new Float32Array(count).fill(1);
    const attended = Math.max(leastAttended, count);
    const end = past + attended;
    const feeds: Record<string, Tensor> = {
      [hostPorts.tokens]: integers(rows.tokens, [count, width]),
      [hostPorts.weights]: new Tensor('float32', shares, [count, width]),
      [hostPorts.attendedRows]: integers(
        Array.from({ length: attended }, (_, i) => Math.min(i, count - 1)),
        [attended],
      ),
      [hostPorts.positions]: new Tensor('int64', this.#positions(past, count, attended), [end]),
      [hostPorts.bias]: new Tensor('float32', this.#bias(past, count, attended), [1, 1, attended, end]),
      [hostPorts.lastIndex]: new Tensor('int32', Int32Array.of(end - 1), [1]),
      [hostPorts.totalLength]: new Tensor('int32', Int32Array.of(end), []),
      [ports.rows]: integers(asked, [asked.length]),
    };
    for (const [i, tensor] of this.#pastTensors().entries()) feeds[this.#pastNames[i]!] = tensor;
    const fetches = [hostPorts.newRows, hostPorts.topIds, hostPorts.topLogits, hostPorts.logSumExp] as string[];
    if (rows.fetch?.logits) fetches.push(ports.logits);
    if (rows.fetch?.hidden) fetches.push(ports.hidden);

    const out = await this.#session.run(feeds, fetches);
    this.cache.append(out[hostPorts.newRows]!.data as Float32Array, count);
    const floats = (port: string): Float32Array =>
      wanted.length > 0 ? (out[port]!.data as Float32Array) : new Float32Array();
    return {
      topIds: wanted.length > 0 ? (out[hostPorts.topIds]!.data as Int32Array) : new Int32Array(),
      topLogits: floats(hostPorts.topLogits),
      logSumExp: floats(hostPorts.logSumExp),
      ...(rows.fetch?.logits && { logits: floats(ports.logits) }),
      ...(rows.fetch?.hidden && { hidden: floats(ports.hidden) }),
    };
  }

  async close(): Promise<void> {}

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
      const { kvHeads, headSize } = this.#config;
      this.#past = buffers.map(
        (buffer) => new this.#runtime.Tensor('float32', buffer, [1, kvHeads, capacity, headSize]),
      );
      this.#pastOf = buffers;
    }
    return this.#past;
  }
}
