// Whether the numbers of a configuration can be those of a model, before anything is sized by them.

import { ModelFileError } from './modelFileError.ts';
import type { DecoderConfig } from './weights.ts';

/** Beyond any model: tables are made for as many positions. */
const mostContextTokens = 1 << 24;

/** @throws ModelFileError that names the first number which is not possible */
export function checkConfig(path: string, config: DecoderConfig): void {
  const { layers, hidden, heads, kvHeads, headSize, intermediate, vocabulary, contextTokens } = config;
  const { normEpsilon, ropeTheta, ropeScaling } = config;
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
  const counts = { layers, hidden, heads, kvHeads, headSize, intermediate, vocabulary, contextTokens };
  const scale = ropeScaling !== undefined && 'factor' in ropeScaling ? { factor: ropeScaling.factor } : {};
  const impossible = [
    ...Object.entries(counts).filter(([, value]) => !isCount(value)),
    ...Object.entries({ normEpsilon, ropeTheta, ...scale }).filter(([, value]) => !isPositive(value)),
    ...(contextTokens > mostContextTokens ? [['contextTokens', contextTokens]] : []),
    ...(heads % kvHeads === 0 ? [] : [['heads', `${heads} over ${kvHeads}`]]),
  ][0];
  if (impossible !== undefined)
    throw new ModelFileError(
      path,
      `has a configuration that no model can have (${impossible.join(': ')})`,
      'download it again or choose another model',
    );
}
