// The bench's side of the product's engine: starts it in a child process and asks it one thing at a time.

import { loadTokenizer } from '../../src/model/tokenizer.ts';
import { startChild } from './childEngine.ts';
import type { OursEngine } from './oursEngine.ts';
import type { OursAnswers, OursOptions, OursRequest } from './oursMessages.ts';

/** Starts the engine's process and loads the model. Rejects with the engine's reason when it cannot serve it. */
export async function openOurs(options: OursOptions): Promise<OursEngine> {
  const child = startChild<OursRequest, OursAnswers[keyof OursAnswers]>('./oursProcess.ts', 'engine');
  const ask = <Method extends OursRequest['method']>(
    request: Extract<OursRequest, { method: Method }>,
  ): Promise<OursAnswers[Method]> => child.ask(request) as Promise<OursAnswers[Method]>;
  try {
    const facts = await ask({ method: 'open', options });
    const { vocabulary } = await loadTokenizer(options.modelPath);
    return {
      facts,
      vocabulary,
      prefill: (tokens, passes) => ask({ method: 'prefill', tokens, passes }),
      decode: (count) => ask({ method: 'decode', count }),
      positions: (tokens) => ask({ method: 'positions', tokens }),
      complete: (item, variant) => ask({ method: 'complete', item, variant }),
      readAhead: (item) => ask({ method: 'readAhead', item }),
      promptTokens: (item, variant) => ask({ method: 'promptTokens', item, variant }),
      residentBytes: () => ask({ method: 'residentBytes' }),
      dispose: child.dispose,
    };
  } catch (error) {
    await child.dispose();
    throw error;
  }
}
