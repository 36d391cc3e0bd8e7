// The tops of rows of logits, within the graph.
import { topCount } from '../model.ts';
import type { OnnxWriter } from './onnxWriter.ts';
import { ports } from './ports.ts';

const int32Code = 6;

/**
 * The exact top of each row in two stages: the highest 64 logits lie in the 64 groups with the highest maxima, so one pass
 * over the vocabulary finds the groups and a small top-k the winners.
 */
export function topLogits(writer: OnnxWriter, vocabulary: number): void {
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
