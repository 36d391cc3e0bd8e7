// What a weights file holds once its format no longer matters: the decoder's shape and its tensors under Hugging Face names.

/** Rescaling of rotary frequencies, as in the model's config.json. */
export type RopeScaling =
  | { readonly type: 'linear'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContext: number;
    }
  /** Inverse frequency i is divided by factors[i]; headSize / 2 of them (how GGUF stores llama3 scaling). */
  | { readonly type: 'factors'; readonly factors: readonly number[] };

export type Architecture = 'llama' | 'qwen2' | 'starcoder2';

/** Names as in config.json. */
export type Activation = 'silu' | 'gelu_pytorch_tanh';

/** Shape of a decoder with rotary embeddings. Sizes in elements. */
export interface DecoderConfig {
  readonly architecture: Architecture;
  readonly name: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Where attention slides over a window, no more than that: until it is full, attention is over all tokens. */
  readonly contextTokens: number;
  /** `rms` scales by a gain; `layer` takes off the mean before and adds a bias after. */
  readonly norm: 'rms' | 'layer';
  readonly normEpsilon: number;
  /** `gated`: down(activation(gate(x)) · up(x)); `plain`: down(activation(up(x))). */
  readonly feedForward: 'gated' | 'plain';
  readonly activation: Activation;
  readonly ropeTheta: number;
  readonly ropeScaling?: RopeScaling;
  /** True if q, k and v projections have biases (qwen2). */
  readonly attentionBias: boolean;
  readonly attentionOutputBias: boolean;
  readonly feedForwardBias: boolean;
  /** True if the head is the token embedding. */
  readonly tiedHead: boolean;
}

export const tensorTypes = [
  'F32',
  'F16',
  'BF16',
  'Q8_0',
  'Q4_0',
  'Q4_1',
  'Q5_0',
  'Q5_1',
  'Q4_K',
  'Q5_K',
  'Q6_K',
] as const;
export type TensorType = (typeof tensorTypes)[number];

/** A tensor as stored: row-major, `shape` outermost first ([rows, columns] for matrices, [n] for vectors). */
export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
}

/**
 * An open weights file. Tensors carry Hugging Face names (`model.layers.0.self_attn.q_proj.weight`) and Hugging Face row
 * order: the rows that GGUF permutes for interleaved rotary embedding are already put back.
 * The caller closes it.
 */
export interface Weights {
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** SHA-256 of the tensor data and of what decides its meaning, hex. The key of everything derived from the file. */
  hash(): Promise<string>;
  /** The stored bytes of rows [firstRow, firstRow + rowCount), blocks and all. A vector is one row. */
  readRaw(name: string, firstRow?: number, rowCount?: number): Promise<Uint8Array>;
  /** The same rows as floats, [rowCount, columns]. */
  readFloats(name: string, firstRow?: number, rowCount?: number): Promise<Float32Array>;
  close(): Promise<void>;
}
