// Small random models of the architectures that are supported, the same on every run, written as GGUF or as safetensors for tests.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layersOf } from '../../src/model/format/supported.ts';
import type { Architecture, DecoderConfig, RopeScaling } from '../../src/model/format/weights.ts';
import { floatBytes, type GgufTensorData, type GgufValue, ggmlTypes, writeGguf } from './ggufWriter.ts';
import { seededRandom } from './random.ts';
import { type SafetensorsData, writeSafetensors } from './safetensorsWriter.ts';
import { tinyTokenizerJson, tinyTokenizerMetadata } from './tinyTokenizer.ts';

export interface TinyTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Tensors under Hugging Face names and in Hugging Face row order. */
export interface TinyModel {
  readonly config: DecoderConfig;
  readonly tensors: ReadonlyMap<string, TinyTensor>;
}

/** What sets Granite code models apart from other llamas. */
export const graniteLike = {
  name: 'tiny-granite',
  attentionBias: true,
  attentionOutputBias: true,
  feedForwardBias: true,
  tiedHead: true,
} as const satisfies Partial<DecoderConfig>;

/**
 * Hidden 64, 2 layers, 4 heads of 16 over 2 key heads. A llama has no biases and a head of its own; in qwen2 q, k and v have biases and
 * the head is tied; starcoder2 has all biases and a tied head.
 */
export function tinyConfig(architecture: Architecture, changes: Partial<DecoderConfig> = {}): DecoderConfig {
  return {
    architecture,
    ...layersOf[architecture],
    name: `tiny-${architecture}`,
    layers: 2,
    hidden: 64,
    heads: 4,
    kvHeads: 2,
    headSize: 16,
    intermediate: 96,
    vocabulary: 320,
    contextTokens: 512,
    normEpsilon: 1e-5,
    ropeTheta: 10000,
    attentionBias: architecture !== 'llama',
    attentionOutputBias: architecture === 'starcoder2',
    feedForwardBias: architecture === 'starcoder2',
    tiedHead: architecture !== 'llama',
    ...changes,
  };
}

export function tinyModel(config: DecoderConfig, seed = 1): TinyModel {
  const random = seededRandom(seed);
  const tensors = new Map<string, TinyTensor>();
  const add = (name: string, shape: readonly number[], mean: number, deviation: number): void => {
    const size = shape.reduce((product, length) => product * length, 1);
    tensors.set(name, { shape, values: Float32Array.from({ length: size }, () => mean + deviation * random.normal()) });
  };
  const { hidden, intermediate, vocabulary } = config;
  const matrix = (name: string, rows: number, columns: number): void =>
    add(name, [rows, columns], 0, 1.5 / Math.sqrt(columns));
  const projection = (name: string, rows: number, columns: number, hasBias: boolean): void => {
    matrix(`${name}.weight`, rows, columns);
    if (hasBias) add(`${name}.bias`, [rows], 0, 0.5);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [hidden], 1, 0.2);
    if (config.norm === 'layer') add(`${name}.bias`, [hidden], 0, 0.5);
  };

  matrix('model.embed_tokens.weight', vocabulary, hidden);
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    norm(`${prefix}.input_layernorm`);
    for (const [part, heads] of [
      ['q', config.heads],
      ['k', config.kvHeads],
      ['v', config.kvHeads],
    ] as const)
      projection(`${prefix}.self_attn.${part}_proj`, heads * config.headSize, hidden, config.attentionBias);
    projection(`${prefix}.self_attn.o_proj`, hidden, config.heads * config.headSize, config.attentionOutputBias);
    norm(`${prefix}.post_attention_layernorm`);
    const isGated = config.feedForward === 'gated';
    for (const part of isGated ? ['gate_proj', 'up_proj'] : ['c_fc'])
      projection(`${prefix}.mlp.${part}`, intermediate, hidden, config.feedForwardBias);
    projection(`${prefix}.mlp.${isGated ? 'down_proj' : 'c_proj'}`, hidden, intermediate, config.feedForwardBias);
  }
  norm('model.norm');
  if (!config.tiedHead) matrix('lm_head.weight', vocabulary, hidden);
  return { config, tensors };
}

/** Writes config.json, tokenizer.json and one or more .safetensors (with an index if more) into `folder`, which is made. */
export async function writeTinySafetensors(folder: string, model: TinyModel, shards = 1): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(configJson(model.config)));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizerJson()));
  const all: SafetensorsData[] = [...model.tensors].map(([name, { shape, values }]) => ({
    name,
    dtype: 'F32',
    shape,
    data: floatBytes(values),
  }));
  if (shards === 1) return writeSafetensors(join(folder, 'model.safetensors'), all);
  const places: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const file = `model-${shard + 1}-of-${shards}.safetensors`;
    const part = all.filter((_, index) => index % shards === shard);
    for (const { name } of part) places[name] = file;
    await writeSafetensors(join(folder, file), part);
  }
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: places }));
}

/** Writes the model as F32 GGUF, with q and k rows of a llama permuted as converters do, and a tokenizer; `extra` metadata wins. */
export async function writeTinyGguf(
  path: string,
  model: TinyModel,
  extra: Readonly<Record<string, GgufValue>> = {},
): Promise<void> {
  await writeGguf(path, { ...ggufMetadata(model.config), ...tinyTokenizerMetadata(), ...extra }, ggufTensors(model));
}

/** The model's tensors as GGUF stores them. */
export function ggufTensors({ config, tensors }: TinyModel): GgufTensorData[] {
  const stored = [...tensors].map(([name, { shape, values }]) => ({
    name: ggufName(name),
    type: ggmlTypes.F32,
    shape,
    data: floatBytes(
      config.architecture === 'llama' && /\.[qk]_proj\./.test(name)
        ? interleaved(values, values.length / shape[0]!, config.headSize)
        : values,
    ),
  }));
  const scaling = config.ropeScaling;
  if (scaling?.type !== 'factors') return stored;
  const factors = Float32Array.from(scaling.factors);
  return [
    ...stored,
    { name: 'rope_freqs.weight', type: ggmlTypes.F32, shape: [factors.length], data: floatBytes(factors) },
  ];
}

export function ggufMetadata(config: DecoderConfig): Record<string, GgufValue> {
  const key = config.architecture;
  const linear: Record<string, GgufValue> =
    config.ropeScaling?.type === 'linear'
      ? { [`${key}.rope.scaling.type`]: 'linear', [`${key}.rope.scaling.factor`]: { f32: config.ropeScaling.factor } }
      : {};
  return {
    'general.architecture': key,
    'general.name': config.name,
    [`${key}.block_count`]: { u32: config.layers },
    [`${key}.context_length`]: { u32: config.contextTokens },
    [`${key}.embedding_length`]: { u32: config.hidden },
    [`${key}.feed_forward_length`]: { u32: config.intermediate },
    [`${key}.attention.head_count`]: { u32: config.heads },
    [`${key}.attention.head_count_kv`]: { u32: config.kvHeads },
    [`${key}.attention.key_length`]: { u32: config.headSize },
    [`${key}.attention.value_length`]: { u32: config.headSize },
    [`${key}.rope.dimension_count`]: { u32: config.headSize },
    [`${key}.rope.freq_base`]: { f32: config.ropeTheta },
    [`${key}.attention.layer_norm_${config.norm === 'rms' ? 'rms_' : ''}epsilon`]: { f32: config.normEpsilon },
    ...linear,
  };
}

const classNames: Readonly<Record<Architecture, string>> = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  starcoder2: 'Starcoder2ForCausalLM',
};

/** config.json as transformers writes it. */
export function configJson(config: DecoderConfig): Record<string, unknown> {
  return {
    architectures: [classNames[config.architecture]],
    model_type: config.architecture,
    hidden_act: config.activation,
    hidden_size: config.hidden,
    intermediate_size: config.intermediate,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headSize,
    max_position_embeddings: config.contextTokens,
    [config.norm === 'rms' ? 'rms_norm_eps' : 'norm_epsilon']: config.normEpsilon,
    ...(config.architecture === 'llama' && {
      attention_bias: config.attentionBias && config.attentionOutputBias,
      mlp_bias: config.feedForwardBias,
    }),
    ...(config.architecture === 'starcoder2' && { use_bias: config.attentionBias }),
    rope_theta: config.ropeTheta,
    rope_scaling: ropeScalingJson(config.ropeScaling),
    tie_word_embeddings: config.tiedHead,
    vocab_size: config.vocabulary,
  };
}

function ropeScalingJson(scaling: RopeScaling | undefined): Record<string, unknown> | null {
  if (scaling?.type === 'linear') return { rope_type: 'linear', factor: scaling.factor };
  if (scaling?.type !== 'llama3') return null;
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalContext,
  };
}

const ggufParts: readonly (readonly [string, string])[] = [
  ['model.embed_tokens.', 'token_embd.'],
  ['model.norm.', 'output_norm.'],
  ['lm_head.', 'output.'],
  ['model.layers.', 'blk.'],
  ['input_layernorm', 'attn_norm'],
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.o_proj', 'attn_output'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down'],
  ['mlp.c_fc', 'ffn_up'],
  ['mlp.c_proj', 'ffn_down'],
];

function ggufName(name: string): string {
  return ggufParts.reduce((current, [from, to]) => current.replace(from, to), name);
}

/** Rows of each head from (half, pair) order to (pair, half) order. */
function interleaved(values: Float32Array, columns: number, headSize: number): Float32Array {
  const stored = new Float32Array(values.length);
  let target = 0;
  for (let head = 0; head < values.length / columns; head += headSize) {
    for (let pair = 0; pair < headSize / 2; pair++) {
      for (let half = 0; half < 2; half++) {
        const row = head + half * (headSize / 2) + pair;
        stored.set(values.subarray(row * columns, (row + 1) * columns), target);
        target += columns;
      }
    }
  }
  return stored;
}
