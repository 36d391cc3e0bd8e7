// A GGUF file as Weights: metadata to DecoderConfig, GGUF tensor names to Hugging Face names. Follows the GGUF
// specification's key names and the row order that the llama converter gives to q and k.

import { basename } from 'node:path';
import { checkConfig } from './checkConfig.ts';
import { checkTensors } from './decoderTensors.ts';
import { dequantise } from './dequantise.ts';
import { type GgufHeader, type GgufMetadata, type GgufTensor, readGgufHeader } from './ggufHeader.ts';
import { type ModelFile, openModelFile, readExactly } from './modelFile.ts';
import { ModelFileError } from './modelFileError.ts';
import { type StoredTensor, weightsOver } from './storedTensors.ts';
import { layersOf, supportedArchitecture } from './supported.ts';
import type { DecoderConfig, RopeScaling, Weights } from './weights.ts';

const ropeFactors = 'rope_freqs.weight';

const wholeNames: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output_norm.bias': 'model.norm.bias',
  'output.weight': 'lm_head.weight',
};

const commonNames: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
};

const layerNames: Readonly<Record<DecoderConfig['feedForward'], Readonly<Record<string, string>>>> = {
  gated: { ...commonNames, ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' },
  plain: { ...commonNames, ffn_up: 'mlp.c_fc', ffn_down: 'mlp.c_proj' },
};

/** Over how many tokens attention slides in StarCoder2 of any size (arXiv 2402.19173): its converter does not write it down. */
const starCoder2Window = 4096;

/** @throws ModelFileError if the file is damaged, incomplete or of an unsupported kind. */
export async function openGgufWeights(path: string): Promise<Weights> {
  const file = await openModelFile(path);
  try {
    const header = await readGgufHeader(file);
    const config = await configOf(file, header);
    const tensors = new Map<string, StoredTensor>();
    checkConfig(path, config);
    for (const tensor of header.tensors) {
      if (tensor.name === ropeFactors) continue;
      const stored = storedTensor(file, config, tensor);
      if (tensors.has(stored.name)) throw new ModelFileError(path, `holds ${tensor.name} for the second time`);
      tensors.set(stored.name, stored);
    }
    checkTensors(path, config, tensors);
    return weightsOver(config, tensors, [file], [path]);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

function storedTensor(file: ModelFile, config: DecoderConfig, tensor: GgufTensor): StoredTensor {
  const stored = { ...tensor, name: huggingFaceName(config, tensor.name), file };
  const permuted = config.architecture === 'llama' && /\.attn_[qk]\.(weight|bias)$/.test(tensor.name);
  return permuted ? { ...stored, interleavedHeadSize: config.headSize } : stored;
}

/** A name without a counterpart stays as it is; checkTensors reports it. */
function huggingFaceName({ feedForward }: DecoderConfig, name: string): string {
  const layer = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name);
  const inLayer = layerNames[feedForward][layer?.[2] ?? ''];
  if (layer !== null && inLayer !== undefined) return `model.layers.${layer[1]}.${inLayer}.${layer[3]}`;
  return wholeNames[name] ?? name;
}

async function configOf(file: ModelFile, { metadata, tensors }: GgufHeader): Promise<DecoderConfig> {
  const architecture = supportedArchitecture(file.path, metadata.string('general.architecture'));
  const layersAre = layersOf[architecture];
  const optional = (key: string): number | undefined => metadata.number(`${architecture}.${key}`);
  const required = (key: string): number => {
    const value = optional(key);
    if (value === undefined)
      throw new ModelFileError(file.path, `lacks the metadata ${architecture}.${key}`, 'choose another model');
    return value;
  };
  const heads = required('attention.head_count');
  const hidden = required('embedding_length');
  const headSize = optional('attention.key_length') ?? hidden / heads;
  const rotated = optional('rope.dimension_count') ?? headSize;
  if (rotated !== headSize || (optional('attention.value_length') ?? headSize) !== headSize) {
    throw new ModelFileError(
      file.path,
      'has keys, values and rotary embeddings of different sizes',
      'choose another model',
    );
  }
  if (metadata.numbers(`${architecture}.attention.head_count_kv`) !== undefined) {
    throw new ModelFileError(file.path, 'has another number of key heads in each layer', 'choose another model');
  }
  const embedding = tensors.find((tensor) => tensor.name === 'token_embd.weight');
  if (embedding === undefined) throw new ModelFileError(file.path, 'lacks the tensor token_embd.weight');
  const ropeScaling = (await storedFactors(file, tensors)) ?? scalingOf(file.path, metadata, architecture);
  const contextTokens = required('context_length');
  const window = optional('attention.sliding_window') ?? starCoder2Window;
  const epsilon = layersAre.norm === 'rms' ? 'layer_norm_rms_epsilon' : 'layer_norm_epsilon';
  const has = (name: string): boolean => tensors.some((tensor) => tensor.name === name);
  return {
    architecture,
    ...layersAre,
    name: metadata.string('general.name') ?? basename(file.path, '.gguf'),
    layers: required('block_count'),
    hidden,
    heads,
    kvHeads: optional('attention.head_count_kv') ?? heads,
    headSize,
    intermediate: required('feed_forward_length'),
    vocabulary: embedding.shape[0]!,
    contextTokens: architecture === 'starcoder2' ? Math.min(contextTokens, window) : contextTokens,
    normEpsilon: decimal(required(`attention.${epsilon}`)),
    ropeTheta: optional('rope.freq_base') ?? 10000,
    ...(ropeScaling === undefined ? {} : { ropeScaling }),
    attentionBias: has('blk.0.attn_q.bias'),
    attentionOutputBias: has('blk.0.attn_output.bias'),
    feedForwardBias: has('blk.0.ffn_up.bias'),
    tiedHead: !has('output.weight'),
  };
}

/** The shortest decimal number that a 32-bit float stands for: 1e-5, not 0.000009999999747378752. */
function decimal(float: number): number {
  return Number(float.toPrecision(7));
}

async function storedFactors(file: ModelFile, tensors: readonly GgufTensor[]): Promise<RopeScaling | undefined> {
  const tensor = tensors.find(({ name }) => name === ropeFactors);
  if (tensor === undefined) return undefined;
  if (tensor.type !== 'F32')
    throw new ModelFileError(file.path, `stores ${ropeFactors} as ${tensor.type}`, 'choose another model');
  const bytes = await readExactly(file, tensor.offset, tensor.shape[0]! * 4);
  return { type: 'factors', factors: Array.from(dequantise('F32', bytes)) };
}

function scalingOf(path: string, metadata: GgufMetadata, architecture: string): RopeScaling | undefined {
  const type = metadata.string(`${architecture}.rope.scaling.type`) ?? 'none';
  if (type === 'none') return undefined;
  const factor = metadata.number(`${architecture}.rope.scaling.factor`);
  if (type === 'linear' && factor !== undefined) return { type: 'linear', factor };
  throw new ModelFileError(
    path,
    `uses the rotary scaling "${type}"`,
    'choose a model with linear, llama3 or no scaling',
  );
}
