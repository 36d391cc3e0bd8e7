// Which tensors a decoder consists of, under Hugging Face names, and the check that a file holds exactly those.

import { ModelFileError } from './modelFileError.ts';
import type { DecoderConfig, TensorInfo } from './weights.ts';

type NamedShape = readonly [string, readonly number[]];

/** A layer's feed-forward projections: those that widen, in the order of their product's rows, and the one that narrows. */
export const feedForwardNames = {
  gated: { wide: ['mlp.gate_proj', 'mlp.up_proj'], narrow: 'mlp.down_proj' },
  plain: { wide: ['mlp.c_fc'], narrow: 'mlp.c_proj' },
} as const;

/** Every tensor of the decoder with its shape ([rows, columns] or [n]), one after another: a configuration may claim any number. */
function* decoderTensors(config: DecoderConfig): Generator<NamedShape> {
  const { hidden, intermediate, vocabulary } = config;
  const queries = config.heads * config.headSize;
  const keys = config.kvHeads * config.headSize;
  const { wide, narrow } = feedForwardNames[config.feedForward];
  yield ['model.embed_tokens.weight', [vocabulary, hidden]];
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    yield* norm(`${prefix}input_layernorm`, config);
    yield* projection(`${prefix}self_attn.q_proj`, [queries, hidden], config.attentionBias);
    yield* projection(`${prefix}self_attn.k_proj`, [keys, hidden], config.attentionBias);
    yield* projection(`${prefix}self_attn.v_proj`, [keys, hidden], config.attentionBias);
    yield* projection(`${prefix}self_attn.o_proj`, [hidden, queries], config.attentionOutputBias);
    yield* norm(`${prefix}post_attention_layernorm`, config);
    for (const part of wide) yield* projection(`${prefix}${part}`, [intermediate, hidden], config.feedForwardBias);
    yield* projection(`${prefix}${narrow}`, [hidden, intermediate], config.feedForwardBias);
  }
  yield* norm('model.norm', config);
  if (!config.tiedHead) yield ['lm_head.weight', [vocabulary, hidden]];
}

function* norm(name: string, { norm, hidden }: DecoderConfig): Generator<NamedShape> {
  yield [`${name}.weight`, [hidden]];
  if (norm === 'layer') yield [`${name}.bias`, [hidden]];
}

function* projection(name: string, shape: readonly [number, number], hasBias: boolean): Generator<NamedShape> {
  yield [`${name}.weight`, shape];
  if (hasBias) yield [`${name}.bias`, [shape[0]]];
}

/** @throws ModelFileError if a tensor is missing, has another shape, or is one the decoder has no place for. */
export function checkTensors(path: string, config: DecoderConfig, tensors: ReadonlyMap<string, TensorInfo>): void {
  const expected = new Set<string>();
  for (const [name, shape] of decoderTensors(config)) {
    expected.add(name);
    const found = tensors.get(name);
    if (found === undefined)
      throw new ModelFileError(path, `lacks the tensor ${name}`, 'download it again or choose another model');
    if (found.shape.join() !== shape.join()) {
      throw new ModelFileError(
        path,
        `has ${name} of shape [${found.shape.join(', ')}] where its configuration says [${shape.join(', ')}]`,
        'download it again or choose another model',
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!expected.has(name)) {
      throw new ModelFileError(
        path,
        `holds the tensor ${name}, which a plain ${config.architecture} model does not have`,
        'choose another model',
      );
    }
  }
}
