// Text to token ids by byte-level BPE. The pieces of text are cut and merged by @huggingface/tokenizers; in front of the
// merging stands a cache from piece to ids, which is exact because pieces are merged independently of each other.

import { createHash } from 'node:crypto';
import { BPE, ByteLevelPreTokenizer, SplitPreTokenizer } from '@huggingface/tokenizers';
import { ModelFileError } from './format/modelFileError.ts';
import { readTokenizerParts, type TokenizerParts } from './tokenizerParts.ts';
import { buildVocabulary, type Vocabulary } from './vocabulary.ts';

export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  /**
   * Ids of `text` as plain text: nothing is added and no marker is recognised, so "<fim_suffix>" in a user's file is
   * twelve characters. Lone surrogates count as U+FFFD. A byte that no token of the model stands for is left out.
   */
  encode(text: string): number[];
  /** The id of a marker such as "<fim_prefix>". */
  specialId(text: string): number | undefined;
  /** Another where ids mean something else. */
  fingerprint(): string;
}

/**
 * `path` is a .gguf file or a model folder; a folder's tokenizer.json comes before its .gguf.
 * @throws ModelFileError if there is no byte-level BPE tokenizer.
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const parts = await readTokenizerParts(path);
  try {
    return buildTokenizer(parts);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(path, `has a damaged tokenizer (${reason})`, 'download it again', error);
  }
}

function buildTokenizer(parts: TokenizerParts): Tokenizer {
  const idsBySpelling = new Map<string, number>();
  for (const [id, spelling] of parts.spellings.entries()) if (spelling !== undefined) idsBySpelling.set(spelling, id);
  const model = new BPE({ type: 'BPE', vocab: {}, merges: parts.merges, ignore_merges: parts.ignoreMerges });
  // Given here rather than as an object, from which the library would build the same map.
  model.tokens_to_ids = idsBySpelling;
  const spell = new ByteLevelPreTokenizer({ type: 'ByteLevel', add_prefix_space: false, use_regex: false });
  const splitters = parts.splits.map(
    ({ regex, matchesOnly }) =>
      new SplitPreTokenizer({
        type: 'Split',
        pattern: { Regex: regex },
        behavior: matchesOnly === true ? 'Removed' : 'Isolated',
        invert: matchesOnly === true,
      }),
  );
  const mergePiece = (piece: string): readonly number[] =>
    model.encode(spell.pre_tokenize_text(piece)).flatMap((spelling) => idsBySpelling.get(spelling) ?? []);
  const idsOfPiece = cached(mergePiece);

  return {
    vocabulary: buildVocabulary(parts.spellings),
    encode: (text) => {
      let pieces = text === '' ? [] : [text.replace(/\p{Surrogate}/gu, '\uFFFD')];
      for (const splitter of splitters) pieces = pieces.flatMap((piece) => splitter.pre_tokenize_text(piece));
      const ids: number[] = [];
      for (const piece of pieces) for (const id of idsOfPiece(piece)) ids.push(id);
      return ids;
    },
    specialId: (text) => parts.specials.get(text),
    fingerprint: () =>
      createHash('sha256')
        .update(JSON.stringify([parts.spellings, parts.splits]))
        .digest('hex'),
  };
}

const generationEntries = 16384;
const longestCachedPiece = 256;

/** Remembers the results of at least the last `generationEntries` different short pieces. */
function cached(compute: (piece: string) => readonly number[]): (piece: string) => readonly number[] {
  let young = new Map<string, readonly number[]>();
  let old = new Map<string, readonly number[]>();
  return (piece) => {
    const known = young.get(piece);
    if (known !== undefined) return known;
    const ids = old.get(piece) ?? compute(piece);
    if (piece.length > longestCachedPiece) return ids;
    if (young.size >= generationEntries) {
      old = young;
      young = new Map();
    }
    young.set(detached(piece), ids);
    return ids;
  };
}

/** A copy: a piece may be a view that keeps the whole text it was cut from in memory. */
function detached(piece: string): string {
  return ` ${piece}`.slice(1);
}
