// A decoder's forward pass in plain loops over float64, slow and meant to be checked by eye: what the graph must compute.
// Follows the papers: RMSNorm (arXiv 1910.07467), LayerNorm (1607.06450), rotary embedding (2104.09864), grouped queries (2305.13245),
// SwiGLU (2002.05202), GELU (1606.08415).
import type { Activation, DecoderConfig, RopeScaling, Weights } from '../../src/model/format/weights.ts';
import { type PackedRows, packedBits, quantise } from '../../src/model/graph/packMatrix.ts';

/** Elements that share a scale. */
const blockSize = 32;

/** Tensors under Hugging Face names, as numbers. */
export interface ReferenceModel {
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, ArrayLike<number>>;
}

/** What one position is fed: tokens and their shares of its embedding. */
export type ReferenceInput = readonly { readonly token: number; readonly share: number }[];

export interface ReferenceRow {
  /** [vocabulary] */
  readonly logits: Float64Array;
  /** [hidden], after the last norm. */
  readonly hidden: Float64Array;
  readonly logSumExp: number;
}

/** The model with the weights that a graph of the given precision holds: matrices rounded to blocks of 4 or 8 bits. */
export async function loadPacked(weights: Weights): Promise<ReferenceModel> {
  const { config, tensors } = await loadReference(weights);
  const packed = new Map(tensors);
  for (const group of fusedMatrices(config)) {
    const bits = group.some((name) => packedBits(weights.tensors.get(name)!.type) === 8) ? 8 : 4;
    for (const name of group) packed.set(name, unpack(quantise(Float32Array.from(tensors.get(name)!), bits), bits));
  }
  return { config, tensors: packed };
}

/** Matrices that the graph multiplies by in one product, and so keeps at one number of bits. */
function fusedMatrices(config: DecoderConfig): string[][] {
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const name = (part: string): string => `model.layers.${layer}.${part}.weight`;
    return [
      ['q', 'k', 'v'].map((part) => name(`self_attn.${part}_proj`)),
      [name('self_attn.o_proj')],
      ...(config.feedForward === 'gated'
        ? [[name('mlp.gate_proj'), name('mlp.up_proj')], [name('mlp.down_proj')]]
        : [[name('mlp.c_fc')], [name('mlp.c_proj')]]),
    ];
  });
  return [['model.embed_tokens.weight'], ...layers.flat(), ...(config.tiedHead ? [] : [['lm_head.weight']])];
}

/** What packed rows stand for: (integer − middle of its range) · scale of its block. */
export function unpack({ data, scales }: PackedRows, bits: 4 | 8): Float32Array {
  return Float32Array.from({ length: scales.length * blockSize }, (_, i) => {
    const integer = bits === 8 ? data[i]! - 128 : ((data[i >> 1]! >> (4 * (i & 1))) & 15) - 8;
    return integer * scales[Math.floor(i / blockSize)]!;
  });
}

export async function loadReference(weights: Weights): Promise<ReferenceModel> {
  const tensors = new Map<string, ArrayLike<number>>();
  for (const name of weights.tensors.keys()) tensors.set(name, await weights.readFloats(name));
  return { config: weights.config, tensors };
}

export const plainInputs = (tokens: readonly number[]): ReferenceInput[] =>
  tokens.map((token) => [{ token, share: 1 }]);

/** x as integers of 8 bits times a scale, a block at a time: the largest of a block becomes ±127. */
function inEightBits(x: Float64Array): Float64Array {
  const rounded = new Float64Array(x.length);
  for (let block = 0; block < x.length; block += blockSize) {
    const values = x.subarray(block, block + blockSize);
    const scale = Math.max(...values.map(Math.abs)) / 127;
    for (const [i, value] of values.entries()) rounded[block + i] = scale === 0 ? 0 : Math.round(value / scale) * scale;
  }
  return rounded;
}

/**
 * One row per input of a whole sequence that starts at position 0; every position sees itself and those before it. With
 * `activations` 'eight bits' what is multiplied by a matrix is rounded first, as integer kernels do.
 */
export function referenceForward(
  model: ReferenceModel,
  inputs: readonly ReferenceInput[],
  activations: 'exact' | 'eight bits' = 'exact',
): ReferenceRow[] {
  const product = (matrix: ArrayLike<number>, x: Float64Array): Float64Array =>
    plainProduct(matrix, activations === 'exact' ? x : inEightBits(x));
  const { config } = model;
  const { hidden, heads, kvHeads, headSize } = config;
  const tensor = (name: string): ArrayLike<number> => {
    const values = model.tensors.get(name);
    if (values === undefined) throw new Error(`no tensor ${name}`);
    return values;
  };
  const norm = (x: Float64Array, name: string): Float64Array =>
    config.norm === 'rms'
      ? rmsNorm(x, tensor(`${name}.weight`), config.normEpsilon)
      : layerNorm(x, tensor(`${name}.weight`), tensor(`${name}.bias`), config.normEpsilon);
  const activation = activationFunctions[config.activation];
  const embedding = tensor('model.embed_tokens.weight');
  const stream = inputs.map((input) => {
    const mixed = new Float64Array(hidden);
    for (const { token, share } of input)
      for (let i = 0; i < hidden; i++) mixed[i]! += share * embedding[token * hidden + i]!;
    return mixed;
  });

  for (let layer = 0; layer < config.layers; layer++) {
    const part = (name: string): ArrayLike<number> => tensor(`model.layers.${layer}.${name}`);
    const projected = (x: Float64Array, name: string): Float64Array => {
      const y = product(part(`${name}.weight`), x);
      const bias = model.tensors.get(`model.layers.${layer}.${name}.bias`);
      if (bias !== undefined) addTo(y, bias);
      return y;
    };
    const normed = stream.map((x) => norm(x, `model.layers.${layer}.input_layernorm`));
    const queries = normed.map((x, position) => rotated(projected(x, 'self_attn.q_proj'), position, config));
    const keys = normed.map((x, position) => rotated(projected(x, 'self_attn.k_proj'), position, config));
    const values = normed.map((x) => projected(x, 'self_attn.v_proj'));

    for (const [position, x] of stream.entries()) {
      const attended = new Float64Array(heads * headSize);
      for (let head = 0; head < heads; head++) {
        const shared = Math.floor(head / (heads / kvHeads));
        const scores = new Float64Array(position + 1);
        for (let seen = 0; seen <= position; seen++) {
          let dot = 0;
          for (let i = 0; i < headSize; i++)
            dot += queries[position]![head * headSize + i]! * keys[seen]![shared * headSize + i]!;
          scores[seen] = dot / Math.sqrt(headSize);
        }
        const total = logSumExp(scores);
        for (let seen = 0; seen <= position; seen++) {
          const share = Math.exp(scores[seen]! - total);
          for (let i = 0; i < headSize; i++)
            attended[head * headSize + i]! += share * values[seen]![shared * headSize + i]!;
        }
      }
      addTo(x, projected(attended, 'self_attn.o_proj'));

      const y = norm(x, `model.layers.${layer}.post_attention_layernorm`);
      if (config.feedForward === 'gated') {
        const gate = projected(y, 'mlp.gate_proj').map(activation);
        const up = projected(y, 'mlp.up_proj');
        addTo(
          x,
          projected(
            gate.map((value, i) => value * up[i]!),
            'mlp.down_proj',
          ),
        );
      } else addTo(x, projected(projected(y, 'mlp.c_fc').map(activation), 'mlp.c_proj'));
    }
  }

  const head = config.tiedHead ? embedding : tensor('lm_head.weight');
  return stream.map((x) => {
    const last = norm(x, 'model.norm');
    const logits = product(head, last);
    return { logits, hidden: last, logSumExp: logSumExp(logits) };
  });
}

/** matrix [rows, x.length] times x. */
function plainProduct(matrix: ArrayLike<number>, x: Float64Array): Float64Array {
  const columns = x.length;
  return Float64Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += matrix[row * columns + i]! * x[i]!;
    return sum;
  });
}

function addTo(x: Float64Array, y: ArrayLike<number>): void {
  for (let i = 0; i < x.length; i++) x[i]! += y[i]!;
}

function rmsNorm(x: Float64Array, gain: ArrayLike<number>, epsilon: number): Float64Array {
  let squares = 0;
  for (const value of x) squares += value * value;
  const size = Math.sqrt(squares / x.length + epsilon);
  return x.map((value, i) => (value / size) * gain[i]!);
}

function layerNorm(x: Float64Array, gain: ArrayLike<number>, bias: ArrayLike<number>, epsilon: number): Float64Array {
  let sum = 0;
  for (const value of x) sum += value;
  const mean = sum / x.length;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / x.length + epsilon);
  return x.map((value, i) => ((value - mean) / deviation) * gain[i]! + bias[i]!);
}

const activationFunctions: Readonly<Record<Activation, (x: number) => number>> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu_pytorch_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

export function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - largest);
  return largest + Math.log(sum);
}

/** Turns dimension i of every head together with dimension i + half by the angle position · frequency(i). */
function rotated(x: Float64Array, position: number, { headSize, ropeTheta, ropeScaling }: DecoderConfig): Float64Array {
  const half = headSize / 2;
  const y = new Float64Array(x.length);
  for (let head = 0; head < x.length; head += headSize)
    for (let i = 0; i < half; i++) {
      const angle = position * scaledFrequency(1 / ropeTheta ** (i / half), i, ropeScaling);
      const first = x[head + i]!;
      const second = x[head + half + i]!;
      y[head + i] = first * Math.cos(angle) - second * Math.sin(angle);
      y[head + half + i] = second * Math.cos(angle) + first * Math.sin(angle);
    }
  return y;
}

function scaledFrequency(frequency: number, index: number, scaling: RopeScaling | undefined): number {
  if (scaling === undefined) return frequency;
  if (scaling.type === 'linear') return frequency / scaling.factor;
  if (scaling.type === 'factors') return frequency / scaling.factors[index]!;
  // Llama 3.1 states its rule in wavelengths
  const wavelength = (2 * Math.PI) / frequency;
  const longest = scaling.originalContext / scaling.lowFrequencyFactor;
  const shortest = scaling.originalContext / scaling.highFrequencyFactor;
  if (wavelength > longest) return frequency / scaling.factor;
  if (wavelength < shortest) return frequency;
  const smooth =
    (scaling.originalContext / wavelength - scaling.lowFrequencyFactor) /
    (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
  return ((1 - smooth) * frequency) / scaling.factor + smooth * frequency;
}
