// A text cut into tokens at random, as no tokenizer would: any tokens that spell it.
import type { Vocabulary } from '../../src/model/vocabulary.ts';

/** Longest token looked for, in bytes. */
const longest = 16;

/** Makes tokens of texts; `choose(n)` picks one of n possible lengths. */
export function tokenCutter(vocabulary: Vocabulary): (text: string, choose: (count: number) => number) => number[] {
  const ids = new Map<string, number>();
  const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
  for (let id = 0; id < vocabulary.size; id++) if (!vocabulary.isSpecial(id)) ids.set(key(vocabulary.bytesOf(id)), id);
  return (text, choose) => {
    const bytes = new TextEncoder().encode(text);
    const tokens: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const possible: number[] = [];
      for (let length = 1; length <= longest && at + length <= bytes.length; length++) {
        const id = ids.get(key(bytes.subarray(at, at + length)));
        if (id !== undefined) possible.push(id);
      }
      const token = possible[choose(possible.length)]!;
      tokens.push(token);
      at += vocabulary.bytesOf(token).length;
    }
    return tokens;
  };
}
