// The tops of rows of logits, within the graph.
import { topCount } from '../model.ts';
import type { OnnxWriter } from './onnxWriter.ts';
import { ports } from './ports.ts';

/** Names of what is known of the asked rows. */
export interface Tops {
  /** float [R, topCount], by falling logit; whole numbers. */
  readonly ids: string;
  /** float [R, topCount] */
  readonly logits: string;
  /** float [R, 1] */
  readonly logSumExp: string;
}

/**
 * The exact top of each row in two stages: the highest 64 logits lie in the 64 groups with the highest maxima, so one pass
 * over the vocabulary finds the groups and a small top-k the winners. Ids are looked up beside the logits, as floats, which hold
 * them exactly: no provider of GPUs computes with 64-bit integers.
 */
export function topLogits(writer: OnnxWriter, vocabulary: number): Tops {
  const group = groupSize(vocabulary);
  const groups = vocabulary / group;
  const count = Math.min(topCount, groups);
  const ints = (...values: number[]) => writer.ints(...values);
  const grouped = writer.node('Reshape', [ports.logits, ints(-1, groups, group)]);
  const maxima = writer.node('ReduceMax', [grouped], { attributes: { axes: [-1], keepdims: 1 } });
  const [, winners = ''] = writer.nodes('TopK', [maxima, ints(count)], {
    attributes: { axis: 1, sorted: 0 },
    outputs: 2,
  });
  const candidates = writer.node('GatherND', [grouped, winners], { attributes: { batch_dims: 1 } });
  const flat = writer.node('Reshape', [candidates, ints(-1, count * group)]);
  const [logits = '', places = ''] = writer.nodes('TopK', [flat, ints(topCount)], {
    attributes: { axis: -1 },
    outputs: 2,
  });
  const every = writer.constant(
    'every_id',
    'float32',
    [groups, group],
    Array.from({ length: vocabulary }, (_, id) => id),
  );
  const idsOfWinners = writer.node('Reshape', [writer.node('Gather', [every, winners]), ints(-1, count * group)]);
  const ids = writer.node('GatherElements', [idsOfWinners, places], { attributes: { axis: 1 } });
  const logSumExp = writer.node('ReduceLogSumExp', [ports.logits], { attributes: { axes: [-1], keepdims: 1 } });
  return { ids, logits, logSumExp };
}

/** The divisor of the vocabulary nearest to 64. */
function groupSize(vocabulary: number): number {
  for (let distance = 0; distance < 64; distance++)
    for (const size of [64 - distance, 64 + distance]) if (vocabulary % size === 0) return size;
  return 1;
}
