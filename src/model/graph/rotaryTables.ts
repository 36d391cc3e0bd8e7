// Rotary position embedding (RoFormer, arXiv 2104.09864) as cosine and sine tables, with the frequency scalings in use.
import type { DecoderConfig, RopeScaling } from '../format/weights.ts';

/** Tables [contextTokens, headSize / 2]: row p holds the angles p · frequency. */
export function rotaryTables(config: DecoderConfig): { cos: Float32Array; sin: Float32Array } {
  const half = config.headSize / 2;
  const frequencies = rotaryFrequencies(config);
  const cos = new Float32Array(config.contextTokens * half);
  const sin = new Float32Array(config.contextTokens * half);
  for (let position = 0; position < config.contextTokens; position++)
    for (let i = 0; i < half; i++) {
      const angle = position * frequencies[i]!;
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  return { cos, sin };
}

/** Angle per position of each pair of a head's dimensions, [headSize / 2]. */
function rotaryFrequencies({ headSize, ropeTheta, ropeScaling }: DecoderConfig): Float64Array {
  return Float64Array.from({ length: headSize / 2 }, (_, i) =>
    scaled(ropeTheta ** ((-2 * i) / headSize), i, ropeScaling),
  );
}

function scaled(frequency: number, index: number, scaling: RopeScaling | undefined): number {
  switch (scaling?.type) {
    case undefined:
      return frequency;
    case 'linear':
      return frequency / scaling.factor;
    case 'factors':
      return frequency / (scaling.factors[index] ?? 1);
    case 'llama3': {
      // long wavelengths are stretched, short ones kept, those between blended (Llama 3.1)
      const turns = (scaling.originalContext * frequency) / (2 * Math.PI);
      if (turns < scaling.lowFrequencyFactor) return frequency / scaling.factor;
      if (turns > scaling.highFrequencyFactor) return frequency;
      const keep = (turns - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
      return (1 - keep) * (frequency / scaling.factor) + keep * frequency;
    }
  }
}
