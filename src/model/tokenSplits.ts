// How text is cut before byte-pair merging. GGUF files only name the cut; the patterns are those that llama.cpp ties to
// the names (tokenizer.ggml.pre).

/** One pass over the pieces left by the pass before: each match of `regex` (Oniguruma syntax) becomes a piece of its own. */
export interface Split {
  readonly regex: string;
  /** Drop what lies between the matches (patterns made for this match everything). */
  readonly matchesOnly?: boolean;
}

export interface NamedSplits {
  readonly splits: readonly Split[];
  /** True if a piece that is a token as a whole is not merged from its bytes. */
  readonly ignoreMerges: boolean;
}

/** GPT-2's pattern: contractions, then letters, digits or other characters with at most one space before, then blanks. */
export const gpt2Split: Split = {
  regex: "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
};

/** Digits apart (`together` false: one by one). Every character of Unicode category N counts, as in the Rust library. */
export function digitSplit(together: boolean): Split {
  return { regex: together ? '\\p{N}+' : '\\p{N}' };
}

/** The pattern of the cl100k family with runs of at most `digits` digits. */
function wordSplit(digits: string): Split {
  return {
    regex:
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" +
      `${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  };
}

const gpt2: NamedSplits = { splits: [gpt2Split], ignoreMerges: false };
const digitsThenGpt2: NamedSplits = { splits: [digitSplit(false), gpt2Split], ignoreMerges: false };
const llama3: NamedSplits = { splits: [wordSplit('\\p{N}{1,3}')], ignoreMerges: true };
const qwen2: NamedSplits = { splits: [wordSplit('\\p{N}')], ignoreMerges: false };
const fallback: NamedSplits = {
  splits: [{ regex: '[\\p{P}$+<=>^~|]+' }, gpt2Split, digitSplit(true), { regex: '[0-9][0-9][0-9]' }],
  ignoreMerges: false,
};

/** By the value of tokenizer.ggml.pre. */
export const namedSplits: ReadonlyMap<string, NamedSplits> = new Map([
  ['gpt-2', gpt2],
  ['mellum', gpt2],
  ['smollm', digitsThenGpt2],
  ['starcoder', digitsThenGpt2],
  ['refact', digitsThenGpt2],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['qwen2', qwen2],
  ['default', fallback],
]);
