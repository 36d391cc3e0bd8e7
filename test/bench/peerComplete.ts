// Completes a prompt with the peer as the product does: greedy, the first tokens held to the bytes taken off the prompt's end
// (token healing), stopped at the first special token or where the hole's kind ends.

import type { Peer } from './peer.ts';
import type { NextToken } from './peerMessages.ts';

/** A vocabulary as exact bytes. `isSpecial` tokens are control marks: they end a completion and never match typed bytes. */
export interface TokenBytes {
  bytesOf(id: number): Uint8Array;
  isSpecial(id: number): boolean;
}

export interface PeerCompletionOptions {
  readonly vocabulary: TokenBytes;
  readonly maxTokens: number;
  /** Whether the text decoded so far, healed bytes left out, needs no more. */
  readonly isFinished: (text: string) => boolean;
}

/** Whether one of `bytes` and `wanted` begins with the other: a token may cover the wanted bytes or a part of them. */
export function agrees(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const shared = Math.min(bytes.length, wanted.length);
  if (bytes.length === 0) return false;
  for (let index = 0; index < shared; index += 1) if (bytes[index] !== wanted[index]) return false;
  return true;
}

/** The most probable ordinary token among `next.ids`, best first, whose bytes agree with `wanted`. */
function bestAgreeing(next: NextToken, wanted: Uint8Array, vocabulary: TokenBytes): number | undefined {
  return next.ids.find((id) => !vocabulary.isSpecial(id) && agrees(vocabulary.bytesOf(id), wanted));
}

/** Logits asked for first when bytes are wanted; the whole vocabulary is slow to hand over and seldom needed. */
const firstLook = 512;

/** Text that the peer inserts at the cursor for `promptIds` with `healBytes` still to be said. */
export async function completeWithPeer(
  peer: Peer,
  promptIds: readonly number[],
  healBytes: Uint8Array,
  options: PeerCompletionOptions,
): Promise<string> {
  const { vocabulary } = options;
  const said: number[] = [];
  const textSoFar = (): string => new TextDecoder().decode(Uint8Array.from(said.slice(healBytes.length)));
  let tokens: readonly number[] = promptIds;
  for (let emitted = 0; emitted < options.maxTokens; emitted += 1) {
    const wanted = healBytes.subarray(said.length);
    const next = await peer.next(tokens, { isNew: emitted === 0, top: wanted.length > 0 ? firstLook : 1 });
    const choice =
      wanted.length === 0
        ? next.ids[0]
        : (bestAgreeing(next, wanted, vocabulary) ?? bestAgreeing(await peer.again('all'), wanted, vocabulary));
    if (choice === undefined || vocabulary.isSpecial(choice)) break;
    said.push(...vocabulary.bytesOf(choice));
    if (said.length > healBytes.length && options.isFinished(textSoFar())) break;
    tokens = [choice];
  }
  return textSoFar();
}
