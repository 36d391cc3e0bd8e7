// The constraint behind token healing: the output begins with given bytes, whatever tokens spell them.
import type { Vocabulary } from '../model/vocabulary.ts';
import type { ConstraintState } from './constraint.ts';

/** States after which `bytes` have still to be said. Special tokens never count as saying them. */
export function typedBytes(vocabulary: Vocabulary, bytes: Uint8Array): ConstraintState {
  if (bytes.length === 0) return free;
  const candidates = vocabulary.withPrefix(bytes);
  return {
    candidates,
    legal: (token) => !vocabulary.isSpecial(token) && agree(vocabulary.bytesOf(token), bytes),
    advance: (token) =>
      typedBytes(vocabulary, bytes.subarray(Math.min(bytes.length, vocabulary.bytesOf(token).length))),
  };
}

const free: ConstraintState = { candidates: undefined, legal: () => true, advance: () => free };

/** Whether one of the two begins with the other. */
function agree(a: Uint8Array, b: Uint8Array): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return false;
  return true;
}
