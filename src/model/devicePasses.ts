// Passes with keys and values that stay in the memory of a GPU: a pass costs what its rows cost, and one tensor each way.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { DeviceTensors } from './deviceTensors.ts';
import type { DecoderConfig } from './format/weights.ts';
import { deviceColumns, devicePorts, mixtureColumns, ports, shareUnit } from './graph/ports.ts';
import { type RowLogits, type Rows, topCount } from './model.ts';
import { masked, type Passes, rowsOf } from './passes.ts';
import type { Runtime } from './runtime.ts';
import { SlotCache } from './slotCache.ts';

/** Numbers of rows whose logits are all wanted, for which the list of them is kept on the GPU. */
const mostListed = 32;

export class DevicePasses implements Passes {
  readonly cache: SlotCache;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #tensors: DeviceTensors;
  /** What every pass is given, and where it leaves its keys and values: the same tensors. */
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor | null> = { [devicePorts.answer]: null };
  /** Number of rows → the list of all of them. */
  readonly #lists = new Map<number, Tensor>();

  private constructor(runtime: Runtime, session: InferenceSession, maxLength: number) {
    this.#runtime = runtime;
    this.#session = session;
    this.#tensors = new DeviceTensors(runtime);
    this.cache = new SlotCache(maxLength);
  }

  static async open(
    config: DecoderConfig,
    runtime: Runtime,
    session: InferenceSession,
    maxTokens: number,
  ): Promise<DevicePasses> {
    const { layers, kvHeads, headSize, contextTokens } = config;
    const { Tensor } = runtime;
    const capacity = Math.min(maxTokens, contextTokens);
    const passes = new DevicePasses(runtime, session, capacity);
    const slots = Float32Array.from({ length: capacity }, (_, slot) => slot);
    passes.#feeds[devicePorts.slots] = await passes.#tensors.copyOf(new Tensor('float32', slots, [capacity]));
    const empty = new Float32Array(kvHeads * capacity * headSize);
    const nothing = new Tensor('float32', empty, [1, kvHeads, capacity, headSize]);
    for (let layer = 0; layer < layers; layer++)
      for (const [past, present] of [
        [ports.pastKey(layer), devicePorts.presentKey(layer)],
        [ports.pastValue(layer), devicePorts.presentValue(layer)],
      ] as const) {
        passes.#feeds[past] = await passes.#tensors.copyOf(nothing);
        passes.#fetches[present] = passes.#feeds[past];
      }
    return passes;
  }

  async run(rows: Rows, past: number, count: number): Promise<RowLogits> {
    const { wanted, asked } = rowsOf(rows, count);
    const feeds = {
      ...this.#feeds,
      [devicePorts.packed]: this.#pack(rows, past, count),
      [ports.rows]: await this.#listOf(asked, count),
    };
    const fetches = { ...this.#fetches };
    if (rows.fetch?.logits) fetches[ports.logits] = null;
    if (rows.fetch?.hidden) fetches[ports.hidden] = null;
    const out = await this.#session.run(feeds, fetches);
    this.cache.extend(count);
    const answer = out[devicePorts.answer]!.data as Float32Array;
    return {
      ...unpack(answer, wanted.length),
      ...(rows.fetch?.logits && { logits: out[ports.logits]!.data as Float32Array }),
      ...(rows.fetch?.hidden && { hidden: out[ports.hidden]!.data as Float32Array }),
    };
  }

  async close(): Promise<void> {
    await this.#tensors.close();
  }

  /** [T, P]: tokens, positions, and what each row sees of the slots behind those that all rows see. */
  #pack({ tokens, mixture }: Rows, past: number, count: number): Tensor {
    const { slots } = this.cache;
    const width = mixture?.width ?? 1;
    if (width > mixtureColumns) throw new RangeError(`a row mixes at most ${mixtureColumns} tokens`);
    const paths = Array.from({ length: count }, (_, row) => slots.path(past + row));
    const isChain = slots.chainLength === past + count;
    const tail = isChain ? past + count : Math.min(...paths.map(({ chainEnd }) => chainEnd + 1));
    const tailLength = past + count - tail;
    const columns = deviceColumns.bias + 1 + tailLength;
    const packed = new Int32Array(count * columns);
    for (const [row, { branch, chainEnd }] of paths.entries()) {
      const own = packed.subarray(row * columns, (row + 1) * columns);
      own[deviceColumns.position] = slots.depth(past + row);
      own[deviceColumns.lastIndex] = past + count - 1;
      own[deviceColumns.secondSlot] = past + 1;
      own[deviceColumns.lastRow] = count - 1;
      own[deviceColumns.tailSlot] = tail;
      own[deviceColumns.tailLength] = tailLength;
      for (let at = 0; at < width; at++) {
        own[deviceColumns.tokens + at] = tokens[row * width + at]!;
        own[deviceColumns.shares + at] = Math.round((mixture?.weights[row * width + at] ?? 1) / shareUnit);
      }
      if (isChain) continue;
      const seen = own.subarray(deviceColumns.bias + 1);
      seen.fill(masked, Math.max(0, chainEnd + 1 - tail));
      for (const slot of branch) seen[slot - tail] = 0;
    }
    return new this.#runtime.Tensor('int32', packed, [count, columns]);
  }

  async #listOf(asked: readonly number[], count: number): Promise<Tensor> {
    const isAll = asked.length === count && asked.every((row, at) => row === at);
    const kept = isAll ? this.#lists.get(count) : undefined;
    if (kept !== undefined) return kept;
    const list = new this.#runtime.Tensor('int64', BigInt64Array.from(asked, BigInt), [asked.length]);
    if (!isAll || count > mostListed) return list;
    const made = await this.#tensors.copyOf(list);
    this.#lists.set(count, made);
    return made;
  }
}

/** [R, 2 · topCount + 1] → what is known of R rows. */
function unpack(answer: Float32Array, rows: number): RowLogits {
  const topIds = new Int32Array(rows * topCount);
  const topLogits = new Float32Array(rows * topCount);
  const logSumExp = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * (2 * topCount + 1);
    topIds.set(answer.subarray(start, start + topCount), row * topCount);
    topLogits.set(answer.subarray(start + topCount, start + 2 * topCount), row * topCount);
    logSumExp[row] = answer[start + 2 * topCount]!;
  }
  return { topIds, topLogits, logSumExp };
}
