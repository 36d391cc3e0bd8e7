// The ONNX graph of a llama-like decoder over quantised weights: token mixtures in, top logits per asked row out.
// Operators: onnxruntime's contrib set (GroupQueryAttention, MatMulNBits, GatherBlockQuantized, SkipSimplifiedLayerNormalization).
import type { DecoderConfig } from '../format/weights.ts';
import { topCount } from '../model.ts';
import { type ExternalRange, float, microsoft, OnnxWriter } from './onnxWriter.ts';

/**
 * A matrix [rows, columns] as the graph reads it. At 4 or 8 bits: MatMulNBits layout, blocks of 32 along a row with one
 * float32 scale each and the zero in the middle of the range. At 32 bits: plain floats and no scales.
 */
export interface PackedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly bits: 4 | 8 | 32;
  readonly data: ExternalRange;
  readonly scales?: ExternalRange;
  readonly bias?: ExternalRange;
}

export interface PackedLayer {
  readonly attentionNorm: ExternalRange;
  /** Rows of q, then k, then v. */
  readonly qkv: PackedMatrix;
  readonly attentionOutput: PackedMatrix;
  readonly feedForwardNorm: ExternalRange;
  /** Rows of gate, then up. */
  readonly gateUp: PackedMatrix;
  readonly down: PackedMatrix;
}

export interface PackedWeights {
  readonly embedding: PackedMatrix;
  readonly layers: readonly PackedLayer[];
  readonly norm: ExternalRange;
  /** Absent where the embedding is the head. */
  readonly head?: PackedMatrix;
  /** Rotary tables, [contextTokens, headSize / 2] float32 each. */
  readonly cos: ExternalRange;
  readonly sin: ExternalRange;
}

/** Weights per quantisation block. */
export const blockSize = 32;

/** Names of the graph's inputs and outputs; T rows, k tokens mixed per row, A rows of attention, S total length, C capacity, R asked rows. */
export const ports = {
  /** int64 [T, k] */
  tokens: 'tokens',
  /** float [T, k]; ones where k = 1 */
  weights: 'weights',
  /** int64 [A]: for each row that attention works on, the row of T it stands for; A ≥ T */
  attendedRows: 'attended_rows',
  /** int64 [S]: the position of each slot; the new rows' are the last A */
  positions: 'positions',
  /** float [1, 1, A, S]; added to the attention scores, 0 or very negative */
  bias: 'attention_bias',
  /** int32 [1]: S - 1 */
  lastIndex: 'last_index',
  /** int32 scalar: S, the past length + A */
  totalLength: 'total_length',
  /** int64 [R]: rows whose logits are wanted */
  rows: 'rows',
  /** int32 [R, topCount], by falling logit */
  topIds: 'top_ids',
  /** float [R, topCount] */
  topLogits: 'top_logits',
  /** float [R]: logarithm of the sum of exponentials over the whole vocabulary */
  logSumExp: 'log_sum_exp',
  /** float [R, vocabulary] */
  logits: 'logits',
  /** float [R, hidden], after the last norm */
  hidden: 'hidden',
  /** float [1, kvHeads, C, headSize] */
  pastKey: (layer: number) => `past_key_${layer}`,
  pastValue: (layer: number) => `past_value_${layer}`,
  /** float [2 · layers, kvHeads, T, headSize]: the keys, then the values, of each layer's new rows */
  newRows: 'new_rows',
} as const;

const opset = 17;
const int32Code = 6;
const int64Code = 7;

/** Builds the model file's bytes for a config and its packed weights, which lie in `dataFile` beside the model. */
export function decoderGraph(config: DecoderConfig, weights: PackedWeights, dataFile: string): Uint8Array {
  const writer = new OnnxWriter(dataFile);
  const { hidden, heads, kvHeads, headSize, intermediate, vocabulary } = config;
  const epsilon = float(config.rmsEpsilon);
  const ints = (...values: number[]) => writer.constant(`ints_${values.join('_')}`, 'int64', [values.length], values);
  const vector = (name: string, range: ExternalRange) => writer.external(name, 'float32', [hidden], range);
  const matrix = (name: string, packed: PackedMatrix) => new GraphMatrix(writer, name, packed);

  writer.input(ports.tokens, 'int64', ['T', 'k']);
  writer.input(ports.weights, 'float32', ['T', 'k']);
  writer.input(ports.attendedRows, 'int64', ['A']);
  writer.input(ports.positions, 'int64', ['S']);
  writer.input(ports.bias, 'float32', [1, 1, 'A', 'S']);
  writer.input(ports.lastIndex, 'int32', [1]);
  writer.input(ports.totalLength, 'int32', []);
  writer.input(ports.rows, 'int64', ['R']);

  // attention rotates the row in slot s by row s of its tables; gathered by position, they hold for trees on every device
  const rotary = (name: string, range: ExternalRange) =>
    writer.node('Gather', [
      writer.external(name, 'float32', [config.contextTokens, headSize / 2], range),
      ports.positions,
    ]);
  const cos = rotary('rope.cos', weights.cos);
  const sin = rotary('rope.sin', weights.sin);

  // a row's input is a mixture of k rows of the table: [T, k, H] · [T, k, 1] → [1, T, H]
  const embedding = matrix('embedding', weights.embedding);
  const shares = writer.node('Unsqueeze', [ports.weights, ints(-1)]);
  const mixture = writer.node('Mul', [embedding.gather(ports.tokens), shares]);
  const mixed = writer.node('ReduceSum', [mixture, ints(1)], { attributes: { keepdims: 0 } });
  let residual = writer.node('Unsqueeze', [mixed, ints(0)]);

  /** Adds `delta` to the residual stream and returns it normalised. */
  const addAndNorm = (delta: string, gamma: string): string => {
    const normed = `${gamma}.normed`;
    const sum = `${gamma}.sum`;
    writer.nodes('SkipSimplifiedLayerNormalization', [delta, residual, gamma], {
      domain: microsoft,
      attributes: { epsilon },
      outputs: [normed, '', '', sum],
    });
    residual = sum;
    return normed;
  };

  // new rows lie at [S - A, S - A + T) of what attention returns as the layer's present keys and values
  const dimension = (name: string, axis: number) =>
    writer.node('Shape', [name], { attributes: { start: axis, end: axis + 1 } });
  const total = writer.node('Cast', [writer.node('Unsqueeze', [ports.totalLength, ints(0)])], {
    attributes: { to: int64Code },
  });
  const rowCount = dimension(ports.tokens, 0);
  const start = writer.node('Sub', [total, dimension(ports.attendedRows, 0)]);
  const end = writer.node('Add', [start, rowCount]);
  const newRows: string[] = [];

  let delta: string | undefined;
  for (const [i, layer] of weights.layers.entries()) {
    const attentionNorm = vector(`layer${i}.attention_norm`, layer.attentionNorm);
    const x =
      delta === undefined
        ? writer.node('SimplifiedLayerNormalization', [residual, attentionNorm], {
            attributes: { epsilon, axis: -1, stash_type: 1 },
          })
        : addAndNorm(delta, attentionNorm);

    const past = [ports.pastKey(i), ports.pastValue(i)];
    for (const name of past) writer.input(name, 'float32', [1, kvHeads, 'C', headSize]);
    const qkv = matrix(`layer${i}.qkv`, layer.qkv).product(x);
    const attending = writer.node('Gather', [qkv, ports.attendedRows], { attributes: { axis: 1 } });
    const [attended, ...present] = writer.nodes(
      'GroupQueryAttention',
      [attending, '', '', ...past, ports.lastIndex, ports.totalLength, cos, sin, '', ports.bias],
      { domain: microsoft, attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 }, outputs: 3 },
    );
    for (const name of present) newRows.push(writer.node('Slice', [name, start, end, ints(2)]));
    const kept = writer.node('Slice', [attended as string, ints(0), rowCount, ints(1)]);
    const attentionOutput = matrix(`layer${i}.attention_output`, layer.attentionOutput).product(kept);

    const y = addAndNorm(attentionOutput, vector(`layer${i}.feed_forward_norm`, layer.feedForwardNorm));
    const gateUp = matrix(`layer${i}.gate_up`, layer.gateUp).product(y);
    const [gate, up] = writer.nodes('Split', [gateUp, ints(intermediate, intermediate)], {
      attributes: { axis: -1 },
      outputs: 2,
    });
    // QuickGelu with alpha 1 is x · sigmoid(x), the SiLU gate
    const silu = writer.node('QuickGelu', [gate as string], { domain: microsoft, attributes: { alpha: float(1) } });
    delta = matrix(`layer${i}.down`, layer.down).product(writer.node('Mul', [silu, up as string]));
  }
  writer.node('Concat', newRows, { attributes: { axis: 0 }, outputs: [ports.newRows] });
  writer.output(ports.newRows, 'float32', [2 * config.layers, kvHeads, 'T', headSize]);

  const normed = addAndNorm(delta as string, vector('norm', weights.norm));
  const asked = writer.node('Gather', [normed, ports.rows], { attributes: { axis: 1 } });
  writer.node('Squeeze', [asked, ints(0)], { outputs: [ports.hidden] });
  const head = weights.head ? matrix('head', weights.head) : embedding;
  head.product(ports.hidden, ports.logits);
  topLogits(writer, vocabulary);
  // what is fetched at times comes last: onnxruntime-node 1.23 names the fetched outputs by their place among all
  writer.output(ports.logits, 'float32', ['R', vocabulary]);
  writer.output(ports.hidden, 'float32', ['R', hidden]);
  return writer.encode(opset);
}

/** A packed matrix declared in the graph once, for products and for row look-ups. */
class GraphMatrix {
  readonly #writer: OnnxWriter;
  readonly #name: string;
  readonly #packed: PackedMatrix;
  readonly #data: string;
  readonly #scales: string | undefined;

  constructor(writer: OnnxWriter, name: string, packed: PackedMatrix) {
    const { rows, columns, bits } = packed;
    const blocks = columns / blockSize;
    this.#writer = writer;
    this.#name = name;
    this.#packed = packed;
    this.#data =
      bits === 32
        ? writer.external(`${name}.data`, 'float32', [rows, columns], packed.data)
        : writer.external(`${name}.data`, 'uint8', [rows, blocks, (blockSize * bits) / 8], packed.data);
    this.#scales = packed.scales && writer.external(`${name}.scales`, 'float32', [rows, blocks], packed.scales);
  }

  /** x [..., columns] times the transposed matrix, plus the bias if there is one: [..., rows]. */
  product(x: string, output = `${this.#name}.product`): string {
    const { rows, columns, bits } = this.#packed;
    const bias = this.#packed.bias && this.#writer.external(`${this.#name}.bias`, 'float32', [rows], this.#packed.bias);
    if (this.#scales === undefined) {
      const outputs = bias ? [`${output}.unbiased`] : [output];
      const y = this.#writer.node('FusedMatMul', [x, this.#data], {
        domain: microsoft,
        attributes: { transB: 1 },
        outputs,
      });
      return bias ? this.#writer.node('Add', [y, bias], { outputs: [output] }) : y;
    }
    return this.#writer.node('MatMulNBits', [x, this.#data, this.#scales, ...(bias ? ['', '', bias] : [])], {
      domain: microsoft,
      // level 4 multiplies in 8-bit integers: the activations are quantised a block at a time
      attributes: { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 },
      outputs: [output],
    });
  }

  /** The rows that `ids` [...] names, as floats [..., columns]. */
  gather(ids: string): string {
    const { rows, columns, bits } = this.#packed;
    if (this.#scales === undefined) return this.#writer.node('Gather', [this.#data, ids]);
    const shape = this.#writer.constant(`${this.#name}.flat`, 'int64', [2], [rows, (columns * bits) / 8]);
    const table = this.#writer.node('Reshape', [this.#data, shape]);
    return this.#writer.node('GatherBlockQuantized', [table, ids, this.#scales], {
      domain: microsoft,
      attributes: { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 },
    });
  }
}

/**
 * The exact top of each row in two stages: the highest 64 logits lie in the 64 groups with the highest maxima, so one pass
 * over the vocabulary finds the groups and a small top-k the winners.
 */
function topLogits(writer: OnnxWriter, vocabulary: number): void {
  const group = groupSize(vocabulary);
  const count = Math.min(topCount, vocabulary / group);
  const ints = (...values: number[]) => writer.constant(`ints_${values.join('_')}`, 'int64', [values.length], values);
  const grouped = writer.node('Reshape', [ports.logits, ints(-1, vocabulary / group, group)]);
  const maxima = writer.node('ReduceMax', [grouped], { attributes: { axes: [-1], keepdims: 0 } });
  const [, winners] = writer.nodes('TopK', [maxima, ints(count)], { attributes: { axis: -1, sorted: 0 }, outputs: 2 });
  const index = writer.node('Unsqueeze', [winners as string, ints(-1)]);
  const candidates = writer.node('GatherND', [grouped, index], { attributes: { batch_dims: 1 } });
  const flat = writer.node('Reshape', [candidates, ints(-1, count * group)]);
  const local = 'top.local';
  writer.nodes('TopK', [flat, ints(topCount)], { outputs: [ports.topLogits, local], attributes: { axis: -1 } });
  writer.output(ports.topLogits, 'float32', ['R', topCount]);
  // local = place among the winning groups × group + place in the group
  const size = ints(group);
  const nth = writer.node('Div', [local, size]);
  const place = writer.node('Sub', [local, writer.node('Mul', [nth, size])]);
  const winner = writer.node('GatherElements', [winners as string, nth], { attributes: { axis: 1 } });
  const id = writer.node('Add', [writer.node('Mul', [winner, size]), place]);
  writer.node('Cast', [id], { attributes: { to: int32Code }, outputs: [ports.topIds] });
  writer.output(ports.topIds, 'int32', ['R', topCount]);
  writer.node('ReduceLogSumExp', [ports.logits], {
    attributes: { axes: [-1], keepdims: 0 },
    outputs: [ports.logSumExp],
  });
  writer.output(ports.logSumExp, 'float32', ['R']);
}

/** The divisor of the vocabulary nearest to 64. */
function groupSize(vocabulary: number): number {
  for (let distance = 0; distance < 64; distance++)
    for (const size of [64 - distance, 64 + distance]) if (vocabulary % size === 0) return size;
  return 1;
}
