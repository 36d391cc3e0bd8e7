// The oracle where nobody is there to ask.
import type { Oracle } from './oracle.ts';

export const noOracle: Oracle = {
  knows: () => false,
  hasAnswered: () => false,
  names: async () => undefined,
  call: async () => undefined,
  importOf: async () => undefined,
  dispose: () => {},
};
