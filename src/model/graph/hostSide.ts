// Keys and values beside the graph: the past comes in whole, only the new rows go out (`kvCache.ts` says why).
import type { DecoderConfig } from '../format/weights.ts';
import { topCount } from '../model.ts';
import { microsoft, type OnnxWriter } from './onnxWriter.ts';
import type { PackedWeights, Side } from './parts.ts';
import { hostPorts, ports } from './ports.ts';
import { rotaryRows } from './rotaryRows.ts';

const int32Code = 6;
const int64Code = 7;

export function hostSide(writer: OnnxWriter, config: DecoderConfig, weights: PackedWeights): Side {
  const { layers, heads, kvHeads, headSize } = config;
  const ints = (...values: number[]) => writer.ints(...values);
  writer.input(hostPorts.tokens, 'int64', ['T', 'k']);
  writer.input(hostPorts.weights, 'float32', ['T', 'k']);
  writer.input(hostPorts.attendedRows, 'int64', ['A']);
  writer.input(hostPorts.positions, 'int64', ['S']);
  writer.input(hostPorts.bias, 'float32', [1, 1, 'A', 'S']);
  writer.input(hostPorts.lastIndex, 'int32', [1]);
  writer.input(hostPorts.totalLength, 'int32', []);
  writer.input(ports.rows, 'int64', ['R']);
  const { cos, sin } = rotaryRows(writer, config, weights, hostPorts.positions);

  // new rows lie at [S - A, S - A + T) of what attention returns as the layer's present keys and values
  const dimension = (name: string, axis: number) =>
    writer.node('Shape', [name], { attributes: { start: axis, end: axis + 1 } });
  const total = writer.node('Cast', [writer.node('Unsqueeze', [hostPorts.totalLength, ints(0)])], {
    attributes: { to: int64Code },
  });
  const rowCount = dimension(hostPorts.tokens, 0);
  const start = writer.node('Sub', [total, dimension(hostPorts.attendedRows, 0)]);
  const end = writer.node('Add', [start, rowCount]);
  const newRows: string[] = [];

  return {
    tokens: hostPorts.tokens,
    shares: hostPorts.weights,
    rows: ports.rows,
    attend: (qkv, layer) => {
      const past = [ports.pastKey(layer), ports.pastValue(layer)];
      for (const name of past) writer.input(name, 'float32', [1, kvHeads, 'C', headSize]);
      const attending = writer.node('Gather', [qkv, hostPorts.attendedRows], { attributes: { axis: 1 } });
      const { lastIndex, totalLength, bias } = hostPorts;
      const [attended = '', ...present] = writer.nodes(
        'GroupQueryAttention',
        [attending, '', '', ...past, lastIndex, totalLength, cos, sin, '', bias],
        { domain: microsoft, attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 }, outputs: 3 },
      );
      for (const name of present) newRows.push(writer.node('Slice', [name, start, end, ints(2)]));
      return writer.node('Slice', [attended, ints(0), rowCount, ints(1)]);
    },
    answer: ({ ids, logits, logSumExp }) => {
      writer.node('Concat', newRows, { attributes: { axis: 0 }, outputs: [hostPorts.newRows] });
      writer.output(hostPorts.newRows, 'float32', [2 * layers, kvHeads, 'T', headSize]);
      writer.node('Identity', [logits], { outputs: [hostPorts.topLogits] });
      writer.output(hostPorts.topLogits, 'float32', ['R', topCount]);
      writer.node('Cast', [ids], { attributes: { to: int32Code }, outputs: [hostPorts.topIds] });
      writer.output(hostPorts.topIds, 'int32', ['R', topCount]);
      writer.node('Squeeze', [logSumExp, ints(1)], { outputs: [hostPorts.logSumExp] });
      writer.output(hostPorts.logSumExp, 'float32', ['R']);
    },
  };
}
