// A model's config.json (transformers: llama, qwen2 and starcoder2) to DecoderConfig.

import { feedForwardNames } from './decoderTensors.ts';
import type { JsonObject } from './json.ts';
import { ModelFileError } from './modelFileError.ts';
import { layersOf, supportedArchitecture } from './supported.ts';
import type { Architecture, DecoderConfig, RopeScaling } from './weights.ts';

/** Where config.json says that attention's four projections have biases, and those of the feed-forward part. */
const biasKeys: Readonly<Record<Architecture, { readonly attention?: string; readonly feedForward?: string }>> = {
  llama: { attention: 'attention_bias', feedForward: 'mlp_bias' },
  qwen2: {},
  starcoder2: { attention: 'use_bias', feedForward: 'use_bias' },
};

const epsilons = {
  rms: { key: 'rms_norm_eps', usual: 1e-6 },
  layer: { key: 'norm_epsilon', usual: 1e-5 },
} as const;

/**
 * `tensorNames` decide whether there is a head of its own and, where `json` does not say that there are, biases.
 * @throws ModelFileError naming what is not supported
 */
export function decoderConfig(
  path: string,
  json: JsonObject,
  name: string,
  tensorNames: ReadonlySet<string>,
): DecoderConfig {
  const architecture = supportedArchitecture(path, json.string('model_type'));
  const layersAre = layersOf[architecture];
  const required = (key: string): number => {
    const value = json.number(key);
    if (value === undefined)
      throw new ModelFileError(path, `lacks "${key}"`, 'download it again or choose another model');
    return value;
  };
  const activation = json.string('hidden_act') ?? layersAre.activation;
  if (activation !== layersAre.activation)
    throw new ModelFileError(
      path,
      `uses the activation ${activation}`,
      `choose a ${architecture} model with ${layersAre.activation}`,
    );
  if (json.boolean('use_sliding_window') === true) {
    throw new ModelFileError(path, 'uses sliding-window attention', 'choose a model without it');
  }
  const hidden = required('hidden_size');
  const heads = required('num_attention_heads');
  // Since version 5 transformers keeps theta and scaling together in rope_parameters.
  const rope = json.object('rope_parameters') ?? json.object('rope_scaling');
  const ropeScaling = rope === undefined ? undefined : scalingOf(path, rope);
  const contextTokens = required('max_position_embeddings');
  const slides = architecture === 'starcoder2' && json.has('sliding_window');
  const biasKey = biasKeys[architecture];
  const epsilon = epsilons[layersAre.norm];
  const hasBias = (part: string, key: string | undefined): boolean =>
    tensorNames.has(`model.layers.0.${part}.bias`) || (key !== undefined && json.boolean(key) === true);
  return {
    architecture,
    ...layersAre,
    name,
    layers: required('num_hidden_layers'),
    hidden,
    heads,
    kvHeads: json.number('num_key_value_heads') ?? heads,
    headSize: json.number('head_dim') ?? hidden / heads,
    intermediate: required('intermediate_size'),
    vocabulary: required('vocab_size'),
    contextTokens: slides ? Math.min(contextTokens, required('sliding_window')) : contextTokens,
    normEpsilon: json.number(epsilon.key) ?? epsilon.usual,
    ropeTheta: json.number('rope_theta') ?? rope?.number('rope_theta') ?? 10000,
    ...(ropeScaling === undefined ? {} : { ropeScaling }),
    attentionBias: hasBias('self_attn.q_proj', biasKey.attention),
    attentionOutputBias: hasBias('self_attn.o_proj', biasKey.attention),
    feedForwardBias: hasBias(feedForwardNames[layersAre.feedForward].narrow, biasKey.feedForward),
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
