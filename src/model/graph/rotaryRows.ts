// Attention rotates the row in slot s by row s of its tables: gathered by position, they hold for trees on every device.
import type { DecoderConfig } from '../format/weights.ts';
import type { ExternalRange, OnnxWriter } from './onnxWriter.ts';
import type { PackedWeights } from './parts.ts';

/** The rows of the rotary tables for `positions`, integers [S]: float [S, headSize / 2] each. */
export function rotaryRows(
  writer: OnnxWriter,
  { contextTokens, headSize }: DecoderConfig,
  weights: PackedWeights,
  positions: string,
): { readonly cos: string; readonly sin: string } {
  const rows = (name: string, range: ExternalRange): string =>
    writer.node('Gather', [writer.external(name, 'float32', [contextTokens, headSize / 2], range), positions]);
  return { cos: rows('rope.cos', weights.cos), sin: rows('rope.sin', weights.sin) };
}
