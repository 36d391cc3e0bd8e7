// The ONNX graph of a llama-like decoder over quantised weights: token mixtures in, top logits per asked row out.
// Operators: onnxruntime's contrib set (GroupQueryAttention, MatMulNBits, GatherBlockQuantized, SkipSimplifiedLayerNormalization).
import type { DecoderConfig } from '../format/weights.ts';
import { GraphMatrix, type PackedMatrix } from './graphMatrix.ts';
import { type ExternalRange, float, microsoft, OnnxWriter } from './onnxWriter.ts';
import { ports } from './ports.ts';
import { topLogits } from './topLogits.ts';

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

const opset = 17;
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
