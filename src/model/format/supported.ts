// The architectures the graph builder can express, and the sentence that refuses any other.

import { ModelFileError } from './modelFileError.ts';
import type { Architecture, DecoderConfig } from './weights.ts';

type Layers = Pick<DecoderConfig, 'norm' | 'feedForward' | 'activation'>;

const llama: Layers = { norm: 'rms', feedForward: 'gated', activation: 'silu' };

/** What the layers of each architecture are made of. */
export const layersOf: Readonly<Record<Architecture, Layers>> = {
  llama,
  qwen2: llama,
  starcoder2: { norm: 'layer', feedForward: 'plain', activation: 'gelu_pytorch_tanh' },
};

/** @throws ModelFileError if `name` is none of them */
export function supportedArchitecture(path: string, name: string | undefined): Architecture {
  if (name !== undefined && isSupported(name)) return name;
  throw new ModelFileError(
    path,
    `is a model of architecture ${name ?? '(none named)'}, which is not supported`,
    'choose a llama, qwen2 or starcoder2 model',
  );
}

function isSupported(name: string): name is Architecture {
  return Object.hasOwn(layersOf, name);
}
