// A byte-level BPE tokenizer of 320 tokens for tests: 16 markers, the 256 bytes, 48 merges. As GGUF metadata and as tokenizer.json.

import type { GgufValue } from './ggufWriter.ts';

const markers = [
  '<|endoftext|>',
  '<fim_prefix>',
  '<fim_suffix>',
  '<fim_middle>',
  '<fim_pad>',
  '<repo_name>',
  '<file_sep>',
];
while (markers.length < 16) markers.push(`<reserved_${markers.length}>`);

/** GPT-2's spelling of each byte. */
export const byteSpellings: readonly string[] = (() => {
  const printable = (byte: number): boolean =>
    byte >= 33 && byte <= 255 && !(byte >= 127 && byte <= 160) && byte !== 173;
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : 256 + others++));
})();

export function spell(text: string): string {
  return Array.from(Buffer.from(text), (byte) => byteSpellings[byte]!).join('');
}

/** Each word becomes a token, and so does each of its prefixes from two characters on. */
function mergesFor(words: readonly string[]): [string, string][] {
  const merges = new Map<string, [string, string]>();
  for (const word of words.map(spell)) {
    for (let end = 2; end <= word.length; end++)
      merges.set(word.slice(0, end), [word.slice(0, end - 1), word[end - 1]!]);
  }
  return [...merges.values()];
}

const words = [
  'return',
  'const',
  ' the',
  ' = ',
  'function',
  '    ',
  '();\n',
  '=>',
  ' in',
  'name',
  'value',
  'export',
  '0123',
  '\n\n',
  '});',
];
const merges = mergesFor(words).slice(0, 48);
const tokens: readonly string[] = [...markers, ...byteSpellings, ...merges.map((pair) => pair.join(''))];

/** `pre` names the way to split. */
export function tinyTokenizerMetadata(pre = 'gpt-2'): Record<string, GgufValue> {
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((_, id) => (id < markers.length ? 3 : 1)),
    'tokenizer.ggml.merges': merges.map((pair) => pair.join(' ')),
    'tokenizer.ggml.bos_token_id': { u32: 0 },
    'tokenizer.ggml.eos_token_id': { u32: 0 },
  };
}

/** tokenizer.json of the same tokenizer with GPT-2's way to split; `changes` replace top-level fields. */
export function tinyTokenizerJson(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '1.0',
    added_tokens: markers.map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
    ...changes,
  };
}
