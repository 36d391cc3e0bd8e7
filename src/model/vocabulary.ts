// The exact bytes of every token: ids to text without a tokenizer, and the tokens that agree with bytes already typed.

import { byteOfAlphabet } from './tokenBytes.ts';
import { buildTokenTrie, type TokenPool, type TokenTrie, tokensAgreeing } from './tokenTrie.ts';

/** Turns ids into text as they come; a character split over tokens appears with its last byte. */
export interface StreamingDecoder {
  push(id: number): string;
  /** What an unfinished character leaves behind: U+FFFD or nothing. */
  end(): string;
}

/**
 * Ids to bytes. A special id (a marker, padding, or an id without a token) stands for no text: its bytes are empty and
 * decoding skips it.
 */
export interface Vocabulary {
  /** One more than the highest id. */
  readonly size: number;
  readonly trie: TokenTrie;
  /** Shared: do not write to it. */
  bytesOf(id: number): Uint8Array;
  isSpecial(id: number): boolean;
  /** Bytes that are not UTF-8 become U+FFFD; a byte order mark stays. */
  decode(ids: Iterable<number>): string;
  decoder(): StreamingDecoder;
  /**
   * Ids whose bytes agree with an output that must begin with `bytes`: they start with them or are a non-empty proper
   * prefix of them. Never a special id. No bytes: every id that is not special.
   */
  withPrefix(bytes: Uint8Array): Int32Array;
}

/** `spellings` are tokens in GPT-2's byte alphabet by id; undefined for special ids. */
export function buildVocabulary(spellings: readonly (string | undefined)[]): Vocabulary {
  const tokens = poolOf(spellings);
  const { pool, starts } = tokens;
  const textIds: number[] = [];
  for (let id = 0; id < spellings.length; id++) if (starts[id + 1]! > starts[id]!) textIds.push(id);
  const trie = buildTokenTrie(tokens, textIds);
  const isText = (id: number): boolean => id >= 0 && id < spellings.length && starts[id + 1]! > starts[id]!;
  const bytesOf = (id: number): Uint8Array => (isText(id) ? pool.subarray(starts[id]!, starts[id + 1]!) : nothing);
  const decoder = (): StreamingDecoder => {
    const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
    return { push: (id) => utf8.decode(bytesOf(id), { stream: true }), end: () => utf8.decode() };
  };
  return {
    size: spellings.length,
    trie,
    bytesOf,
    isSpecial: (id) => !isText(id),
    decode: (ids) => {
      const stream = decoder();
      let text = '';
      for (const id of ids) text += stream.push(id);
      return text + stream.end();
    },
    decoder,
    withPrefix: (bytes) => tokensAgreeing(trie, bytes),
  };
}

const nothing = new Uint8Array(0);

/** @throws RangeError on a character outside the byte alphabet. */
function poolOf(spellings: readonly (string | undefined)[]): TokenPool {
  let length = 0;
  for (const spelling of spellings) length += spelling?.length ?? 0;
  const pool = new Uint8Array(length);
  const starts = new Uint32Array(spellings.length + 1);
  let at = 0;
  for (const [id, spelling] of spellings.entries()) {
    if (spelling !== undefined) {
      for (let i = 0; i < spelling.length; i++) {
        const byte = byteOfAlphabet(spelling.charCodeAt(i));
        if (byte < 0) throw new RangeError(`token ${id}, ${JSON.stringify(spelling)}, is not spelt in bytes`);
        pool[at++] = byte;
      }
    }
    starts[id + 1] = at;
  }
  return { pool, starts };
}
