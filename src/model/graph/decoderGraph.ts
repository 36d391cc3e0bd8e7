// The ONNX graph of a decoder over quantised weights: token mixtures in, top logits per asked row out.
// Operators: onnxruntime's contrib set (GroupQueryAttention, MatMulNBits, GatherBlockQuantized, norms over a sum).
import type { DecoderConfig } from '../format/weights.ts';
import { deviceSide } from './deviceSide.ts';
import { feedForward } from './feedForward.ts';
import { GraphMatrix } from './graphMatrix.ts';
import { hostSide } from './hostSide.ts';
import { addAndNormalise, normalise } from './norms.ts';
import { OnnxWriter } from './onnxWriter.ts';
import type { GraphSide, PackedMatrix, PackedNorm, PackedWeights } from './parts.ts';
import { ports } from './ports.ts';
import { topLogits } from './topLogits.ts';

const opset = 17;

/** Builds the model file's bytes for a config and its packed weights, which lie in `dataFile` beside the model. */
export function decoderGraph(
  config: DecoderConfig,
  weights: PackedWeights,
  dataFile: string,
  graphSide: GraphSide,
): Uint8Array {
  const writer = new OnnxWriter(dataFile);
  const { hidden, vocabulary } = config;
  const ints = (...values: number[]) => writer.ints(...values);
  const matrix = (name: string, packed: PackedMatrix) => new GraphMatrix(writer, name, packed);
  const side = (graphSide === 'host' ? hostSide : deviceSide)(writer, config, weights);

  // a row's input is a mixture of k rows of the table: [T, k, H] · [T, k, 1] → [1, T, H]
  const embedding = matrix('embedding', weights.embedding);
  const shares = writer.node('Unsqueeze', [side.shares, ints(-1)]);
  const mixture = writer.node('Mul', [embedding.gather(side.tokens), shares]);
  const mixed = writer.node('ReduceSum', [mixture, ints(1)], { attributes: { keepdims: 0 } });
  let residual = writer.node('Unsqueeze', [mixed, ints(0)]);

  /** Adds `delta` to the residual stream and returns it normalised. */
  const addAndNorm = (delta: string, name: string, packed: PackedNorm): string => {
    const { sum, normed } = addAndNormalise(writer, config, name, packed, delta, residual);
    residual = sum;
    return normed;
  };

  let delta: string | undefined;
  for (const [i, layer] of weights.layers.entries()) {
    const attentionNorm = `layer${i}.attention_norm`;
    const x =
      delta === undefined
        ? normalise(writer, config, attentionNorm, layer.attentionNorm, residual)
        : addAndNorm(delta, attentionNorm, layer.attentionNorm);

    const qkv = matrix(`layer${i}.qkv`, layer.qkv).product(x);
    const attentionOutput = matrix(`layer${i}.attention_output`, layer.attentionOutput).product(side.attend(qkv, i));

    const y = addAndNorm(attentionOutput, `layer${i}.feed_forward_norm`, layer.feedForwardNorm);
    delta = feedForward(writer, config, `layer${i}`, layer, y);
  }
  const normed = addAndNorm(delta as string, 'norm', weights.norm);
  const asked = writer.node('Gather', [normed, side.rows], { attributes: { axis: 1 } });
  writer.node('Squeeze', [asked, ints(0)], { outputs: [ports.hidden] });
  const head = weights.head ? matrix('head', weights.head) : embedding;
  head.product(ports.hidden, ports.logits);
  side.answer(topLogits(writer, vocabulary));
  // what is fetched at times comes last: onnxruntime-node 1.23 names the fetched outputs by their place among all
  writer.output(ports.logits, 'float32', ['R', vocabulary]);
  writer.output(ports.hidden, 'float32', ['R', hidden]);
  return writer.encode(opset);
}
