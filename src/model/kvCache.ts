// Keys and values of the tokens seen so far, owned by JavaScript. onnxruntime-node copies every fetched output, so the graph
// returns only the new rows and they are appended here: a step costs its own rows, and a rewind is a smaller length.
import type { DecoderConfig } from './format/weights.ts';
import { SlotCache } from './slotCache.ts';

/** Capacity grows in steps: attention copies the whole capacity, so it should stay close to the length. */
const growthStep = 256;

export class KvCache extends SlotCache {
  readonly #config: DecoderConfig;
  #capacity = 0;
  /** [2 · layers] of [kvHeads, capacity, headSize]: keys, then values, of each layer. */
  #buffers: Float32Array[] = [];

  constructor(config: DecoderConfig, maxLength: number) {
    super(maxLength);
    this.#config = config;
    this.#grow(growthStep);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** [2 · layers] arrays of shape [1, kvHeads, capacity, headSize]; replaced when the cache grows. */
  get buffers(): readonly Float32Array[] {
    return this.#buffers;
  }

  /** Appends the keys and values of `rows` tokens, [2 · layers, kvHeads, rows, headSize]. */
  append(newRows: Float32Array, rows: number): void {
    const { kvHeads, headSize } = this.#config;
    const needed = this.length + rows;
    if (needed > this.maxLength) throw new RangeError(`${needed} tokens exceed the context of ${this.maxLength}`);
    if (needed > this.#capacity) this.#grow(needed);
    const chunk = rows * headSize;
    let from = 0;
    for (const buffer of this.#buffers)
      for (let head = 0; head < kvHeads; head++, from += chunk)
        buffer.set(newRows.subarray(from, from + chunk), (head * this.#capacity + this.length) * headSize);
    this.extend(rows);
  }

  #grow(needed: number): void {
    const { layers, kvHeads, headSize } = this.#config;
    const capacity = Math.min(this.maxLength, Math.ceil(needed / growthStep) * growthStep);
    const old = this.#capacity;
    this.#buffers = Array.from({ length: 2 * layers }, (_, i) => {
      const grown = new Float32Array(kvHeads * capacity * headSize);
      const buffer = this.#buffers[i];
      if (buffer)
        for (let head = 0; head < kvHeads; head++) {
          const start = head * old * headSize;
          grown.set(buffer.subarray(start, start + this.length * headSize), head * capacity * headSize);
        }
      return grown;
    });
    this.#capacity = capacity;
  }
}
