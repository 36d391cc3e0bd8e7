// The constraint behind token healing: the output begins with given bytes, whatever tokens spell them.
import type { Vocabulary } from '../model/vocabulary.ts';
import { type ConstraintState, free } from './constraint.ts';

/** States after which `bytes` have still to be said. */
export function typedBytes(vocabulary: Vocabulary, bytes: Uint8Array): ConstraintState {
  if (bytes.length === 0) return free;
  const after = (said: Uint8Array): ConstraintState =>
    typedBytes(vocabulary, bytes.subarray(Math.min(bytes.length, said.length)));
  const candidates = vocabulary.withPrefix(bytes);
  const state: ConstraintState = {
    candidates,
    listLegal: () => candidates,
    legal: (token) => !vocabulary.isSpecial(token) && agree(vocabulary.bytesOf(token), bytes),
    advance: (token) => after(vocabulary.bytesOf(token)),
    afterText: (text) => {
      const said = utf8.encode(text);
      return agree(said, bytes) ? after(said) : undefined;
    },
    mayStop: () => false,
    relax: () => state,
  };
  return state;
}

const utf8 = new TextEncoder();

/** Whether one of the two begins with the other. */
export function agree(a: Uint8Array, b: Uint8Array): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return false;
  return true;
}
