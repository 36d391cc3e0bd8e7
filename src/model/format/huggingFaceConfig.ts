// A model's config.json (transformers, llama and qwen2) to DecoderConfig.

import type { JsonObject } from './json.ts';
import { ModelFileError } from './modelFileError.ts';
import { refuseArchitecture } from './supported.ts';
import type { DecoderConfig, RopeScaling } from './weights.ts';

/** `tensorNames` decide whether there are biases and a head of its own. @throws ModelFileError naming what is not supported. */
export function decoderConfig(
  path: string,
  json: JsonObject,
  name: string,
  tensorNames: ReadonlySet<string>,
): DecoderConfig {
  const architecture = json.string('model_type');
  if (architecture !== 'llama' && architecture !== 'qwen2') throw refuseArchitecture(path, architecture);
  const required = (key: string): number => {
    const value = json.number(key);
    if (value === undefined)
      throw new ModelFileError(path, `lacks "${key}"`, 'download it again or choose another model');
    return value;
  };
  const activation = json.string('hidden_act') ?? 'silu';
  if (activation !== 'silu')
    throw new ModelFileError(path, `uses the activation ${activation}`, 'choose a model with silu');
  if (json.boolean('use_sliding_window') === true) {
    throw new ModelFileError(path, 'uses sliding-window attention', 'choose a model without it');
  }
  const hidden = required('hidden_size');
  const heads = required('num_attention_heads');
  // Since version 5 transformers keeps theta and scaling together in rope_parameters.
  const rope = json.object('rope_parameters') ?? json.object('rope_scaling');
  const ropeScaling = rope === undefined ? undefined : scalingOf(path, rope);
  return {
    architecture,
    name,
    layers: required('num_hidden_layers'),
    hidden,
    heads,
    kvHeads: json.number('num_key_value_heads') ?? heads,
    headSize: json.number('head_dim') ?? hidden / heads,
    intermediate: required('intermediate_size'),
    vocabulary: required('vocab_size'),
    contextTokens: required('max_position_embeddings'),
    rmsEpsilon: json.number('rms_norm_eps') ?? 1e-6,
    ropeTheta: json.number('rope_theta') ?? rope?.number('rope_theta') ?? 10000,
    ...(ropeScaling === undefined ? {} : { ropeScaling }),
    attentionBias: tensorNames.has('model.layers.0.self_attn.q_proj.bias'),
    tiedHead: json.boolean('tie_word_embeddings') === true || !tensorNames.has('lm_head.weight'),
  };
}

function scalingOf(path: string, rope: JsonObject): RopeScaling | undefined {
  const type = rope.string('rope_type') ?? rope.string('type') ?? 'default';
  if (type === 'default') return undefined;
  const factor = rope.number('factor');
  if (type === 'linear' && factor !== undefined) return { type, factor };
  const lowFrequencyFactor = rope.number('low_freq_factor');
  const highFrequencyFactor = rope.number('high_freq_factor');
  const originalContext = rope.number('original_max_position_embeddings');
  const complete = factor !== undefined && lowFrequencyFactor !== undefined && highFrequencyFactor !== undefined;
  if (type === 'llama3' && complete && originalContext !== undefined) {
    return { type, factor, lowFrequencyFactor, highFrequencyFactor, originalContext };
  }
  throw new ModelFileError(
    path,
    `uses the rotary scaling "${type}"`,
    'choose a model with linear, llama3 or no scaling',
  );
}
