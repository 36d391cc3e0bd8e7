// The product's engine as the bench drives it.

import type { OursEngine } from './oursEngine.ts';

export interface OursOptions {
  readonly modelPath: string;
  readonly threads: number;
}

/** Starts the engine. Rejects when it cannot serve the model. */
export function openOurs(options: OursOptions): Promise<OursEngine> {
  return Promise.reject(new Error(`no engine serves ${options.modelPath} yet`));
}
