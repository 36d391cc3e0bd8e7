// Keys and values that stay on the device: attention writes them into the tensors it reads, whose capacity is fixed. Each tensor that
// crosses to or from a GPU costs about as much as ten operators, so what comes in is one tensor, and what goes out is another.
import type { DecoderConfig } from '../format/weights.ts';
import { topCount } from '../model.ts';
import { microsoft, type OnnxWriter } from './onnxWriter.ts';
import type { PackedWeights, Side } from './parts.ts';
import { deviceColumns, devicePorts, mixtureColumns, ports, shareUnit } from './ports.ts';
import { rotaryRows } from './rotaryRows.ts';

const floatCode = 1;
const int32Code = 6;

export function deviceSide(writer: OnnxWriter, config: DecoderConfig, weights: PackedWeights): Side {
  const { heads, kvHeads, headSize } = config;
  const int = (value: number) => writer.constant(`int_${value}`, 'int64', [], [value]);
  const ints = (...values: number[]) => writer.ints(...values);
  const range = (start: number, length: number) => ints(...Array.from({ length }, (_, i) => start + i));
  const number = (value: number) => writer.constant(`float_${value}`, 'float32', [], [value]);
  const cast = (name: string, to: number) => writer.node('Cast', [name], { attributes: { to } });
  const gather = (name: string, index: string, axis: number) =>
    writer.node('Gather', [name, index], { attributes: { axis } });
  writer.input(devicePorts.packed, 'int32', ['T', 'P']);
  writer.input(ports.rows, 'int64', ['R']);
  writer.input(devicePorts.slots, 'float32', ['C']);

  const floats = cast(devicePorts.packed, floatCode);
  const firstRow = gather(floats, int(0), 0);
  const same = (column: number) => gather(firstRow, int(column), 0);
  /** Of each slot: 0 before slot `start`, then 1, 2, … up to `most`. */
  const counted = (start: string, most: string) => {
    const from = writer.node('Add', [writer.node('Sub', [devicePorts.slots, start]), number(1)]);
    const atLeast = writer.node('Relu', [from]);
    return writer.node('Sub', [atLeast, writer.node('Relu', [writer.node('Sub', [atLeast, most])])]);
  };

  // positions: slots before the new rows are rotated already, so any will do there
  const positions = gather(devicePorts.packed, int(deviceColumns.position), 1);
  const nth = counted(same(deviceColumns.secondSlot), same(deviceColumns.lastRow));
  const { cos, sin } = rotaryRows(writer, config, weights, gather(positions, cast(nth, int32Code), 0));

  // what a row sees of the slots behind the chain is in the columns behind all others, what it sees of the chain in the first of them
  const tail = counted(same(deviceColumns.tailSlot), same(deviceColumns.tailLength));
  const column = cast(writer.node('Add', [tail, number(deviceColumns.bias)]), int32Code);
  const bias = writer.node('Unsqueeze', [gather(floats, column, 1), ints(0, 1)]);

  const lastIndex = gather(gather(devicePorts.packed, int(deviceColumns.lastIndex), 1), ints(0), 0);
  const capacity = cast(writer.node('Shape', [devicePorts.slots]), int32Code);
  return {
    tokens: gather(devicePorts.packed, range(deviceColumns.tokens, mixtureColumns), 1),
    shares: writer.node('Mul', [gather(floats, range(deviceColumns.shares, mixtureColumns), 1), number(shareUnit)]),
    rows: ports.rows,
    attend: (qkv, layer) => {
      const past = [ports.pastKey(layer), ports.pastValue(layer)];
      const present = [devicePorts.presentKey(layer), devicePorts.presentValue(layer)];
      for (const name of past) writer.input(name, 'float32', [1, kvHeads, 'C', headSize]);
      const attended = writer.node(
        'GroupQueryAttention',
        [qkv, '', '', ...past, lastIndex, capacity, cos, sin, '', bias],
        {
          domain: microsoft,
          attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 },
          outputs: [`attended_${layer}`, ...present],
        },
      );
      for (const name of present) writer.output(name, 'float32', [1, kvHeads, 'C', headSize]);
      return attended;
    },
    answer: ({ ids, logits, logSumExp }) => {
      writer.node('Concat', [ids, logits, logSumExp], { attributes: { axis: 1 }, outputs: [devicePorts.answer] });
      writer.output(devicePorts.answer, 'float32', ['R', 2 * topCount + 1]);
    },
  };
}
