// The feed-forward part of a layer in the graph: gated (SwiGLU, arXiv 2002.05202) or plain.
import type { Activation, DecoderConfig } from '../format/weights.ts';
import { GraphMatrix } from './graphMatrix.ts';
import { float, microsoft, type OnnxWriter } from './onnxWriter.ts';
import type { PackedFeedForward } from './parts.ts';

/** x [..., hidden] through the feed-forward part of the layer called `name`: [..., hidden]. */
export function feedForward(
  writer: OnnxWriter,
  config: Pick<DecoderConfig, 'feedForward' | 'activation' | 'intermediate'>,
  name: string,
  { gateUp, down }: PackedFeedForward,
  x: string,
): string {
  const wide = new GraphMatrix(writer, `${name}.gate_up`, gateUp).product(x);
  const inner =
    config.feedForward === 'gated'
      ? gated(writer, config.activation, config.intermediate, wide)
      : activated(writer, config.activation, wide);
  return new GraphMatrix(writer, `${name}.down`, down).product(inner);
}

/** The first half of x [..., 2 · size], activated, times the second. */
function gated(writer: OnnxWriter, activation: Activation, size: number, x: string): string {
  const halves = writer.ints(size, size);
  const [gate, up] = writer.nodes('Split', [x, halves], { attributes: { axis: -1 }, outputs: 2 });
  return writer.node('Mul', [activated(writer, activation, gate as string), up as string]);
}

/** Both operators run on the CPU and on WebGPU. */
function activated(writer: OnnxWriter, activation: Activation, x: string): string {
  switch (activation) {
    case 'silu':
      // QuickGelu with alpha 1 is x · sigmoid(x)
      return writer.node('QuickGelu', [x], { domain: microsoft, attributes: { alpha: float(1) } });
    case 'gelu_pytorch_tanh':
      return writer.node('FastGelu', [x], { domain: microsoft });
  }
}
