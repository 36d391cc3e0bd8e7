// What a byte-level BPE tokenizer consists of, read from tokenizer.json or from the metadata of a GGUF file.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGgufHeader } from './format/ggufHeader.ts';
import { type JsonObject, parseJsonObject } from './format/json.ts';
import { openModelFile, unreadable } from './format/modelFile.ts';
import { ModelFileError } from './format/modelFileError.ts';
import { findGguf } from './format/openWeights.ts';
import { digitSplit, gpt2Split, namedSplits, type Split } from './tokenSplits.ts';

export interface TokenizerParts {
  /** Tokens in GPT-2's byte alphabet by id; undefined where an id stands for no text. */
  readonly spellings: readonly (string | undefined)[];
  /** Markers and other ids that user text must never turn into, by their text. */
  readonly specials: ReadonlyMap<string, number>;
  readonly merges: [string, string][];
  readonly splits: readonly Split[];
  readonly ignoreMerges: boolean;
}

const supported = 'choose a model with a byte-level BPE tokenizer';

/**
 * From a folder with tokenizer.json, else from the .gguf file at or in `path`.
 * @throws ModelFileError if there is no tokenizer or it is not byte-level BPE.
 */
export async function readTokenizerParts(path: string): Promise<TokenizerParts> {
  const gguf = await findGguf(path);
  if (gguf === path) return partsFromGguf(gguf);
  const jsonPath = join(path, 'tokenizer.json');
  try {
    return partsFromJson(jsonPath, await readFile(jsonPath, 'utf8'));
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    if (gguf === undefined) throw unreadable(jsonPath, error);
    return partsFromGguf(gguf);
  }
}

async function partsFromGguf(path: string): Promise<TokenizerParts> {
  const file = await openModelFile(path);
  try {
    const { metadata } = await readGgufHeader(file);
    const model = metadata.string('tokenizer.ggml.model') ?? 'none';
    if (model !== 'gpt2')
      throw new ModelFileError(path, `has a tokenizer of kind "${model}", which is not supported`, supported);
    const pre = metadata.string('tokenizer.ggml.pre') ?? 'default';
    const named = namedSplits.get(pre);
    if (named === undefined) {
      const names = [...namedSplits.keys()].join(', ');
      throw new ModelFileError(
        path,
        `splits text by the unknown rule "${pre}"`,
        `choose a model with one of ${names}, or add its tokenizer.json`,
      );
    }
    const tokens = metadata.strings('tokenizer.ggml.tokens');
    const merges = metadata.strings('tokenizer.ggml.merges');
    if (tokens === undefined || merges === undefined)
      throw new ModelFileError(path, 'lacks the tokens or merges of its tokenizer');
    const types = metadata.numbers('tokenizer.ggml.token_type');
    const specials = new Map<string, number>();
    const spellings = tokens.map((token, id) => {
      if ((types?.[id] ?? normalToken) === normalToken) return token;
      specials.set(token, id);
      return undefined;
    });
    return { ...named, spellings, specials, merges: merges.map((merge) => mergeOf(path, merge)) };
  } finally {
    await file.handle.close();
  }
}

/** tokenizer.ggml.token_type of a token that stands for text; others are markers, padding or added by hand. */
const normalToken = 1;

function partsFromJson(path: string, text: string): TokenizerParts {
  const json = parseJsonObject(path, text);
  const model = json.object('model');
  const vocabulary = model?.object('vocab');
  const merges = model?.array('merges');
  if (
    model === undefined ||
    vocabulary === undefined ||
    merges === undefined ||
    model.boolean('byte_fallback') === true
  ) {
    throw new ModelFileError(path, 'does not describe a byte-level BPE tokenizer', supported);
  }
  checkNormalizer(path, json.object('normalizer'));
  const specials = new Map<string, number>();
  for (const token of json.objects('added_tokens') ?? []) {
    const content = token.string('content');
    const id = token.number('id');
    if (content !== undefined && id !== undefined) specials.set(content, id);
  }
  const spellings: (string | undefined)[] = [];
  for (const token of vocabulary.keys()) {
    const id = vocabulary.number(token);
    if (id === undefined || id < 0 || id >= idLimit)
      throw new ModelFileError(path, `gives the token ${token} no usable id`);
    spellings[id] = token;
  }
  for (const id of specials.values()) spellings[id] = undefined;
  return {
    spellings: Array.from(spellings),
    specials,
    merges: merges.map((merge) => mergeOf(path, merge)),
    splits: splitsOf(path, json.object('pre_tokenizer')),
    ignoreMerges: model.boolean('ignore_merges') ?? false,
  };
}

const idLimit = 2 ** 20;

function mergeOf(path: string, merge: unknown): [string, string] {
  const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [left, right] = pair;
  if (pair.length !== 2 || typeof left !== 'string' || typeof right !== 'string') {
    throw new ModelFileError(path, 'has a merge that is not a pair of tokens');
  }
  return [left, right];
}

/** Composing characters (NFC) is left out: what the user typed must come back as typed. Anything else is refused. */
function checkNormalizer(path: string, normalizer: JsonObject | undefined): void {
  const type = normalizer?.string('type') ?? 'NFC';
  const steps = normalizer?.objects('normalizers') ?? [];
  if (type === 'Sequence') for (const step of steps) checkNormalizer(path, step);
  else if (type !== 'NFC')
    throw new ModelFileError(path, `normalises text by ${type}, which is not supported`, supported);
}

/** The passes before the final step that spells bytes. */
function splitsOf(path: string, preTokenizer: JsonObject | undefined): Split[] {
  const steps = preTokenizer?.string('type') === 'Sequence' ? preTokenizer.objects('pretokenizers') : [preTokenizer];
  const splits: Split[] = [];
  for (const [index, step] of (steps ?? []).entries()) {
    const type = step?.string('type') ?? 'none';
    const isLast = index === (steps ?? []).length - 1;
    if ((type === 'ByteLevel') !== isLast)
      throw new ModelFileError(path, `splits text by ${type} at the wrong place`, supported);
    if (type === 'ByteLevel') {
      if (step?.boolean('use_regex') ?? true) splits.push(gpt2Split);
    } else if (type === 'Digits') splits.push(digitSplit(step?.boolean('individual_digits') !== true));
    else splits.push(splitOf(path, type, step));
  }
  return splits;
}

function splitOf(path: string, type: string, step: JsonObject | undefined): Split {
  const pattern = step?.object('pattern');
  const regex = pattern?.string('Regex') ?? pattern?.string('String')?.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const behavior = step?.string('behavior');
  const invert = step?.boolean('invert') ?? false;
  if (type === 'Split' && regex !== undefined && behavior === 'Isolated') return { regex };
  if (type === 'Split' && regex !== undefined && behavior === 'Removed' && invert) return { regex, matchesOnly: true };
  throw new ModelFileError(path, `splits text by ${type} ${behavior ?? ''}, which is not supported`, supported);
}
