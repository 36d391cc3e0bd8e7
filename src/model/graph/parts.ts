// What a graph is made of: packed weights, and the side of the device that it runs on.
import type { ExternalRange } from './onnxWriter.ts';
import type { Tops } from './topLogits.ts';

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

/** Vectors [hidden]; a bias where the norm is `layer`. */
export interface PackedNorm {
  readonly gain: ExternalRange;
  readonly bias?: ExternalRange;
}

export interface PackedFeedForward {
  /** Rows of gate, then up; of up alone where there is no gate. */
  readonly gateUp: PackedMatrix;
  readonly down: PackedMatrix;
}

export interface PackedLayer extends PackedFeedForward {
  readonly attentionNorm: PackedNorm;
  /** Rows of q, then k, then v. */
  readonly qkv: PackedMatrix;
  readonly attentionOutput: PackedMatrix;
  readonly feedForwardNorm: PackedNorm;
}

export interface PackedWeights {
  readonly embedding: PackedMatrix;
  readonly layers: readonly PackedLayer[];
  readonly norm: PackedNorm;
  /** Absent where the embedding is the head. */
  readonly head?: PackedMatrix;
  /** Rotary tables, [contextTokens, headSize / 2] float32 each. */
  readonly cos: ExternalRange;
  readonly sin: ExternalRange;
}

/** Where a graph runs: keys and values are held beside it, or stay on the device. */
export type GraphSide = 'host' | 'device';

/** What differs between the sides: how rows come in and answers go out, and how a layer's rows attend. */
export interface Side {
  /** Integers [T, k]: the tokens mixed into each row. */
  readonly tokens: string;
  /** float [T, k]: their shares. */
  readonly shares: string;
  /** int64 [R]: rows whose logits are wanted. */
  readonly rows: string;
  /** Queries, keys and values [1, T, …] of a layer's rows → [1, T, heads · headSize]; keeps the keys and values. */
  attend(qkv: string, layer: number): string;
  /** Declares what goes out besides logits and hidden states. */
  answer(tops: Tops): void;
}
