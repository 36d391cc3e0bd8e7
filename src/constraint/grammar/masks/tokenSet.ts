// Sets of tokens: a list where they are few, bits where they are many.

/** Tokens by id; one of the two is there. Never empty. */
export interface TokenSet {
  readonly ids: Int32Array | undefined;
  readonly bits: Uint32Array | undefined;
}

/** Words of a bit set over `size` tokens. */
export const wordsFor = (size: number): number => (size + 31) >>> 5;

/** Of ids in any order, doubles allowed; undefined if there are none. */
export function tokenSet(ids: readonly number[], size: number): TokenSet | undefined {
  if (ids.length === 0) return undefined;
  const words = wordsFor(size);
  if (ids.length < words) return { ids: new Int32Array(ids), bits: undefined };
  const bits = new Uint32Array(words);
  for (const id of ids) bits[id >>> 5]! |= 1 << (id & 31);
  return { ids: undefined, bits };
}

/** Adds a set to `target`. */
export function addTokens({ ids, bits }: TokenSet, target: Uint32Array): void {
  if (ids !== undefined) for (let i = 0; i < ids.length; i++) target[ids[i]! >>> 5]! |= 1 << (ids[i]! & 31);
  else addBits(bits!, target);
}

/** Adds what is in both `tokens` and `mask` to `target`. */
export function addCommon({ ids, bits }: TokenSet, mask: Uint32Array, target: Uint32Array): void {
  if (ids !== undefined) {
    for (let i = 0; i < ids.length; i++) {
      const word = ids[i]! >>> 5;
      target[word]! |= mask[word]! & (1 << (ids[i]! & 31));
    }
  } else for (let word = 0; word < bits!.length; word++) target[word]! |= mask[word]! & bits![word]!;
}

/** Takes a set off `target`. */
export function removeTokens({ ids, bits }: TokenSet, target: Uint32Array): void {
  if (ids !== undefined) for (let i = 0; i < ids.length; i++) target[ids[i]! >>> 5]! &= ~(1 << (ids[i]! & 31));
  else for (let word = 0; word < bits!.length; word++) target[word]! &= ~bits![word]!;
}

export function addBits(mask: Uint32Array, target: Uint32Array): void {
  for (let word = 0; word < mask.length; word++) target[word]! |= mask[word]!;
}

/** Its tokens, ascending where it is made of bits. */
export function listTokens({ ids, bits }: TokenSet): Int32Array {
  if (ids !== undefined) return ids;
  const found: number[] = [];
  for (const [word, value] of bits!.entries())
    for (let rest = value; rest !== 0; rest &= rest - 1) found.push(word * 32 + 31 - Math.clz32(rest & -rest));
  return new Int32Array(found);
}
