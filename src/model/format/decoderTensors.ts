// Which tensors a llama-like decoder consists of, under Hugging Face names, and the check that a file holds exactly those.

import { ModelFileError } from './modelFileError.ts';
import type { DecoderConfig, TensorInfo } from './weights.ts';

/** Every tensor of the decoder with its shape ([rows, columns] or [n]), one after another: a configuration may claim any number. */
function* decoderTensors(config: DecoderConfig): Generator<readonly [string, readonly number[]]> {
  const { hidden, intermediate, vocabulary } = config;
  const queries = config.heads * config.headSize;
  const keys = config.kvHeads * config.headSize;
  yield ['model.embed_tokens.weight', [vocabulary, hidden]];
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    yield [`${prefix}input_layernorm.weight`, [hidden]];
    yield [`${prefix}self_attn.q_proj.weight`, [queries, hidden]];
    yield [`${prefix}self_attn.k_proj.weight`, [keys, hidden]];
    yield [`${prefix}self_attn.v_proj.weight`, [keys, hidden]];
    if (config.attentionBias) {
      yield [`${prefix}self_attn.q_proj.bias`, [queries]];
      yield [`${prefix}self_attn.k_proj.bias`, [keys]];
      yield [`${prefix}self_attn.v_proj.bias`, [keys]];
    }
    yield [`${prefix}self_attn.o_proj.weight`, [hidden, queries]];
    yield [`${prefix}post_attention_layernorm.weight`, [hidden]];
    yield [`${prefix}mlp.gate_proj.weight`, [intermediate, hidden]];
    yield [`${prefix}mlp.up_proj.weight`, [intermediate, hidden]];
    yield [`${prefix}mlp.down_proj.weight`, [hidden, intermediate]];
  }
  yield ['model.norm.weight', [hidden]];
  if (!config.tiedHead) yield ['lm_head.weight', [vocabulary, hidden]];
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
        `holds the tensor ${name}, which a plain llama or qwen2 model does not have`,
        'choose another model',
      );
    }
  }
}
