// Streams a model's tensors into one external data file in the graph's layout: fused, repacked, aligned.
import type { FileHandle } from 'node:fs/promises';
import { feedForwardNames } from '../format/decoderTensors.ts';
import { ModelFileError } from '../format/modelFileError.ts';
import type { Weights } from '../format/weights.ts';
import { blockSize } from './graphMatrix.ts';
import type { ExternalRange } from './onnxWriter.ts';
import { type Bits, packedBits, quantise, repackQ4 } from './packMatrix.ts';
import type { PackedLayer, PackedMatrix, PackedNorm, PackedWeights } from './parts.ts';
import { rotaryTables } from './rotaryTables.ts';

/** `quantised` follows `packedBits`; `float32` keeps plain floats (four to eight times larger, for checks). */
export type Precision = 'quantised' | 'float32';

/** External data starts on page boundaries, so that the runtime can map it. */
const alignment = 4096;
/** What attention's kernels want of a head's size. */
const headSizeStep = 16;
/** Weights per read: bounds memory and the time between progress reports. */
const weightsPerRead = 1 << 21;

/**
 * Writes everything the graph needs to `file` and says where it lies.
 * @param onProgress called with the share of the weights done, 0 to 1
 * @throws ModelFileError where a row does not divide into blocks, or a head into what the kernels take at once
 */
export async function packWeights(
  weights: Weights,
  file: FileHandle,
  precision: Precision,
  onProgress: (fraction: number) => void,
): Promise<PackedWeights> {
  const { config } = weights;
  if (config.headSize % headSizeStep !== 0)
    throw new ModelFileError(
      config.name,
      `has attention heads of size ${config.headSize}, not a multiple of ${headSizeStep}`,
      'choose another model',
    );
  const out = new DataFile(file);
  let total = 0;
  for (const { shape } of weights.tensors.values()) if (shape.length === 2) total += shape[0]! * shape[1]!;
  let done = 0;

  const vector = async (name: string): Promise<ExternalRange> => out.append(await weights.readFloats(name));
  const norm = async (name: string): Promise<PackedNorm> => {
    const gain = await vector(`${name}.weight`);
    return config.norm === 'layer' ? { gain, bias: await vector(`${name}.bias`) } : { gain };
  };

  /** Projections of equal width under one another as one matrix. */
  const matrix = async (names: readonly string[], hasBias = false): Promise<PackedMatrix> => {
    const tensors = names.map((projection) => {
      const name = `${projection}.weight`;
      const tensor = weights.tensors.get(name);
      if (tensor === undefined) throw new Error(`no tensor ${name}`);
      return { name, type: tensor.type, rows: tensor.shape[0] ?? 0, columns: tensor.shape[1] ?? 0 };
    });
    const columns = tensors[0]?.columns ?? 0;
    if (columns % blockSize !== 0)
      throw new ModelFileError(
        config.name,
        `has rows of ${columns} weights, not a multiple of ${blockSize}`,
        'choose another model',
      );
    const bits: Bits = precision === 'float32' ? 32 : tensors.some((t) => packedBits(t.type) === 8) ? 8 : 4;
    const scales: Float32Array[] = [];
    const data = await out.start();
    for (const { name, type, rows } of tensors) {
      const rowsPerRead = Math.max(1, Math.floor(weightsPerRead / columns));
      for (let row = 0; row < rows; row += rowsPerRead) {
        const count = Math.min(rowsPerRead, rows - row);
        const packed =
          type === 'Q4_0' && bits === 4
            ? repackQ4(await weights.readRaw(name, row, count))
            : quantise(await weights.readFloats(name, row, count), bits);
        await out.write(packed.data);
        scales.push(packed.scales);
        done += count * columns;
        onProgress(done / total);
      }
    }
    const dataRange = { offset: data, length: out.position - data };
    const scalesRange = bits === 32 ? undefined : await out.append(...scales);
    const biasRange = hasBias
      ? await out.append(...(await Promise.all(names.map((name) => weights.readFloats(`${name}.bias`)))))
      : undefined;
    return {
      rows: tensors.reduce((sum, t) => sum + t.rows, 0),
      columns,
      bits,
      data: dataRange,
      ...(scalesRange && { scales: scalesRange }),
      ...(biasRange && { bias: biasRange }),
    };
  };

  const embedding = await matrix(['model.embed_tokens']);
  const layers: PackedLayer[] = [];
  const { wide, narrow } = feedForwardNames[config.feedForward];
  for (let layer = 0; layer < config.layers; layer++) {
    const name = (part: string) => `model.layers.${layer}.${part}`;
    layers.push({
      attentionNorm: await norm(name('input_layernorm')),
      qkv: await matrix(
        ['q', 'k', 'v'].map((part) => name(`self_attn.${part}_proj`)),
        config.attentionBias,
      ),
      attentionOutput: await matrix([name('self_attn.o_proj')], config.attentionOutputBias),
      feedForwardNorm: await norm(name('post_attention_layernorm')),
      gateUp: await matrix(wide.map(name), config.feedForwardBias),
      down: await matrix([name(narrow)], config.feedForwardBias),
    });
  }
  const { cos, sin } = rotaryTables(config);
  return {
    embedding,
    layers,
    norm: await norm('model.norm'),
    ...(!config.tiedHead && { head: await matrix(['lm_head']) }),
    cos: await out.append(cos),
    sin: await out.append(sin),
  };
}

/** An append-only file of aligned ranges. */
class DataFile {
  readonly #file: FileHandle;
  position = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Pads to the next boundary and returns it. */
  async start(): Promise<number> {
    const padding = (alignment - (this.position % alignment)) % alignment;
    if (padding > 0) await this.write(new Uint8Array(padding));
    return this.position;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.position + done);
      done += bytesWritten;
    }
    this.position += bytes.length;
  }

  /** Appends arrays one after another as one aligned range. */
  async append(...arrays: readonly Float32Array[]): Promise<ExternalRange> {
    const offset = await this.start();
    for (const { buffer, byteOffset, byteLength } of arrays)
      await this.write(new Uint8Array(buffer, byteOffset, byteLength));
    return { offset, length: this.position - offset };
  }
}
