// Norms in the graph, alone and over a sum: RMSNorm (arXiv 1910.07467) and LayerNorm (arXiv 1607.06450).
import type { DecoderConfig } from '../format/weights.ts';
import { type ExternalRange, float, microsoft, type OnnxWriter } from './onnxWriter.ts';
import type { PackedNorm } from './parts.ts';

type NormConfig = Pick<DecoderConfig, 'norm' | 'normEpsilon' | 'hidden'>;

/** x [..., hidden] normalised. */
export function normalise(writer: OnnxWriter, config: NormConfig, name: string, packed: PackedNorm, x: string): string {
  const operator = config.norm === 'rms' ? 'SimplifiedLayerNormalization' : 'LayerNormalization';
  return writer.node(operator, [x, ...vectors(writer, config, name, packed)], {
    attributes: { epsilon: float(config.normEpsilon), axis: -1, stash_type: 1 },
  });
}

/** delta + residual, and that normalised; all [..., hidden]. */
export function addAndNormalise(
  writer: OnnxWriter,
  config: NormConfig,
  name: string,
  packed: PackedNorm,
  delta: string,
  residual: string,
): { readonly sum: string; readonly normed: string } {
  const operator = config.norm === 'rms' ? 'SkipSimplifiedLayerNormalization' : 'SkipLayerNormalization';
  const [normed, sum] = [`${name}.normed`, `${name}.sum`];
  writer.nodes(operator, [delta, residual, ...vectors(writer, config, name, packed)], {
    domain: microsoft,
    attributes: { epsilon: float(config.normEpsilon) },
    outputs: [normed, '', '', sum],
  });
  return { sum, normed };
}

function vectors(writer: OnnxWriter, { hidden }: NormConfig, name: string, { gain, bias }: PackedNorm): string[] {
  const vector = (part: string, range: ExternalRange): string => writer.external(part, 'float32', [hidden], range);
  return [vector(name, gain), ...(bias ? [vector(`${name}.bias`, bias)] : [])];
}
