// The bench's side of the peer: starts llama.cpp in a child process and asks it one thing at a time.

import { startChild } from './childEngine.ts';
import type { NextToken, PeerAnswers, PeerFacts, PeerOptions, PeerRequest } from './peerMessages.ts';

/** llama.cpp on one GGUF file. Calls must not overlap. The caller disposes of it. */
export interface Peer {
  readonly facts: PeerFacts;
  /** Evaluates `tokens` on an empty cache and picks the next one. Returns milliseconds. */
  prefill(tokens: readonly number[]): Promise<number>;
  /** Greedily decodes `count` tokens from where the sequence stands, end tokens included. */
  decode(count: number): Promise<{ readonly milliseconds: number; readonly tokens: readonly number[] }>;
  /** Draws `count` tokens behind `tokens` in each sequence, all in the same batches. Milliseconds, without those of the prompt. */
  draw(tokens: readonly number[], count: number): Promise<number>;
  /** Distributions after each of `tokens`, evaluated from an empty cache: `top` logits or all of them. */
  positions(tokens: readonly number[], top: number | 'all'): Promise<readonly NextToken[]>;
  /** Distribution after `tokens` appended to the sequence, or to an empty one when `isNew`. */
  next(
    tokens: readonly number[],
    options: { readonly isNew: boolean; readonly top: number | 'all' },
  ): Promise<NextToken>;
  /** More logits of the position that `next` answered last. */
  again(top: number | 'all'): Promise<NextToken>;
  /** Resident set of the peer's process. */
  residentBytes(): Promise<number>;
  dispose(): Promise<void>;
}

/** Starts the peer's process and loads the model. Rejects with the peer's reason when either fails. */
export async function openPeer(ggufPath: string, options: PeerOptions): Promise<Peer> {
  const child = startChild<PeerRequest, PeerAnswers[keyof PeerAnswers]>('./peerProcess.ts', 'peer');
  const ask = <Method extends PeerRequest['method']>(
    request: Extract<PeerRequest, { method: Method }>,
  ): Promise<PeerAnswers[Method]> => child.ask(request) as Promise<PeerAnswers[Method]>;
  try {
    const facts = await ask({ method: 'open', modelPath: ggufPath, options });
    return {
      facts,
      prefill: (tokens) => ask({ method: 'prefill', tokens }),
      decode: async (count) => {
        const [milliseconds, tokens] = await ask({ method: 'decode', count });
        return { milliseconds, tokens };
      },
      draw: (tokens, count) => ask({ method: 'draw', tokens, count }),
      positions: (tokens, top) => ask({ method: 'positions', tokens, top }),
      next: (tokens, { isNew, top }) => ask({ method: 'next', tokens, isNew, top }),
      again: (top) => ask({ method: 'again', top }),
      residentBytes: () => ask({ method: 'residentBytes' }),
      dispose: child.dispose,
    };
  } catch (error) {
    await child.dispose();
    throw error;
  }
}
