// Whether masks of the whole vocabulary hold exactly the tokens that the recogniser takes, language by language and for both
// vocabularies, what they cost, and what their partitions cost to make, to load and to hold.

import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { max, quantile } from 'simple-statistics';
import { canMask, GrammarMasks } from '../../../src/constraint/grammar/masks/masks.ts';
import { prepareMasks } from '../../../src/constraint/grammar/masks/prepareMasks.ts';
import type { ParserState } from '../../../src/constraint/grammar/parserState.ts';
import type { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import type { Vocabulary } from '../../../src/model/vocabulary.ts';
import { type Random, seededRandom } from '../random.ts';

import { decimal, drawTable } from '../table.ts';
import { type GrammarFile, grammarCorpus } from './corpus.ts';
import { heapBytes } from './heap.ts';
import { openSubject } from './subject.ts';
import { type NamedTokenizer, openVocabularies } from './vocabularies.ts';

export interface MaskOptions {
  readonly languages: ReadonlySet<string> | undefined;
  readonly seed: number;
  readonly print: (text: string) => void;
}

const usualLanguages = ['json', 'java', 'go', 'typescript', 'typescriptreact', 'javascript', 'c'];

/** Files of a language that states are taken from, and bytes of a file before which they lie. */
const filesPerLanguage = 60;
const furthestByte = 30_000;

/** States, tokens probed in each, and states in which every token is. */
const stateCount = 1000;
const probesPerState = 100;
const wholeStates = 24;

export async function benchMasks({ languages, seed, print }: MaskOptions): Promise<void> {
  const chosen = [...(languages ?? usualLanguages)];
  const { files } = await grammarCorpus(new Set(chosen), filesPerLanguage);
  const exact: string[][] = [];
  const times: string[][] = [];
  const made: string[][] = [];
  for (const named of await openVocabularies()) {
    for (const language of chosen) {
      const own = files.filter((file) => file.language === language);
      if (own.length === 0) continue;
      const name = `${language} ${named.name}`;
      const found = await measure(language, own, named, seededRandom(seed));
      if (found === undefined) continue;
      exact.push([name, ...found.exact]);
      times.push([name, ...found.times]);
      made.push([name, ...found.made]);
    }
  }
  const wrong = ['states', 'probes', 'legal', 'wrong', 'states whole', 'tokens', 'wrong'];
  print(`\n(3) masks against the recogniser\n${drawTable(['language, vocabulary', ...wrong], exact)}`);
  const visits = ['first µs p50', 'p90', 'p99', 'again µs p50', 'p99'];
  print(`\n(3) time of a mask\n${drawTable(['language, vocabulary', ...visits], [...times, ...published])}`);
  const costs = ['made in ms', 'loaded in ms', 'turn ms p99', 'longest', 'MiB', 'after use'];
  print(`\n(3) partitions\n${drawTable(['language, vocabulary', ...costs], made)}`);
}

/** What others print of theirs: MaskBench for llguidance, on JSON schemas and 128k tokens; web-xgrammar on JSON and 152k. */
const published = [
  ['llguidance, JSON schemas, published', '46', '–', '533', '–', '–'],
  ['web-xgrammar, JSON, published', '16', '–', '81', '–', '–'],
];

interface Found {
  readonly exact: string[];
  readonly times: string[];
  readonly made: string[];
}

async function measure(
  language: string,
  files: readonly GrammarFile[],
  { tokenizer }: NamedTokenizer,
  random: Random,
): Promise<Found | undefined> {
  const { vocabulary } = tokenizer;
  const { recogniser, scanner } = await openSubject(language);
  if (!canMask(scanner)) return undefined;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'masks-'));
  try {
    const making = await timed(() => prepareMasks(new GrammarMasks(recogniser, scanner, vocabulary), folder));
    const before = await heapBytes();
    const masks = new GrammarMasks(recogniser, scanner, vocabulary);
    const loading = await timed(() => prepareMasks(masks, folder));
    const loadedBytes = (await heapBytes()) - before;
    const probed = probe(masks, recogniser, vocabulary, files, random);
    const usedBytes = (await heapBytes()) - before;
    const { states, probes, legal, wrong, whole, wholeTokens, wholeWrong, firstUs, againUs } = probed;
    return {
      exact: [states, probes, legal, wrong, whole, wholeTokens, wholeWrong].map(String),
      times: [
        ...[0.5, 0.9, 0.99].map((share) => decimal(quantile(firstUs, share), 0)),
        ...[0.5, 0.99].map((share) => decimal(quantile(againUs, share), 0)),
      ],
      made: [
        ...[making.ms, loading.ms].map((ms) => decimal(ms, 0)),
        ...[making.turnMs99, making.longestTurnMs].map((ms) => decimal(ms, 1)),
        ...[loadedBytes, usedBytes].map((bytes) => decimal(bytes / 2 ** 20)),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Timing {
  readonly ms: number;
  /** Time between two turns of the event loop while it ran. */
  readonly turnMs99: number;
  readonly longestTurnMs: number;
}

async function timed(work: () => Promise<void>): Promise<Timing> {
  const turnsMs: number[] = [];
  let isOver = false;
  let lastMs = performance.now();
  const turn = (): void => {
    const nowMs = performance.now();
    turnsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const startMs = performance.now();
  await work();
  const ms = performance.now() - startMs;
  isOver = true;
  return { ms, turnMs99: quantile(turnsMs, 0.99), longestTurnMs: max(turnsMs) };
}

interface Probed {
  states: number;
  probes: number;
  legal: number;
  wrong: number;
  whole: number;
  wholeTokens: number;
  wholeWrong: number;
  readonly firstUs: number[];
  readonly againUs: number[];
}

function probe(
  masks: GrammarMasks,
  recogniser: Recogniser,
  vocabulary: Vocabulary,
  files: readonly GrammarFile[],
  random: Random,
): Probed {
  const counts = { states: 0, probes: 0, legal: 0, wrong: 0, whole: 0, wholeTokens: 0, wholeWrong: 0 };
  const probed: Probed = { ...counts, firstUs: [], againUs: [] };
  const bits = new Uint32Array(masks.words);
  const isIn = (token: number): boolean => ((bits[token >>> 5]! >>> (token & 31)) & 1) === 1;
  while (probed.states < stateCount) {
    const state = randomState(recogniser, files, random);
    if (state === undefined) continue;
    probed.states += 1;
    const startMs = performance.now();
    masks.fillMask(state, bits);
    const firstMs = performance.now();
    masks.fillMask(state, bits);
    probed.againUs.push((performance.now() - firstMs) * 1000);
    probed.firstUs.push((firstMs - startMs) * 1000);

    const isLegal = (token: number): boolean =>
      !vocabulary.isSpecial(token) && recogniser.advance(state, vocabulary.bytesOf(token)) !== undefined;
    const masked = tokensIn(bits);
    for (let i = 0; i < probesPerState; i += 1) {
      const isFromMask = i % 2 === 0 && masked.length > 0;
      const token = isFromMask
        ? (masked[random.integer(0, masked.length - 1)] as number)
        : random.integer(0, vocabulary.size - 1);
      const legal = isLegal(token);
      probed.probes += 1;
      if (legal) probed.legal += 1;
      if (legal !== isIn(token)) probed.wrong += 1;
    }
    if (probed.states % Math.floor(stateCount / wholeStates) !== 0) continue;
    probed.whole += 1;
    for (let token = 0; token < vocabulary.size; token += 1) {
      probed.wholeTokens += 1;
      if (isLegal(token) !== isIn(token)) probed.wholeWrong += 1;
    }
  }
  return probed;
}

/** The state at a random byte of a random file; undefined where the recogniser does not get there. */
function randomState(recogniser: Recogniser, files: readonly GrammarFile[], random: Random): ParserState | undefined {
  const file = files[random.integer(0, files.length - 1)] as GrammarFile;
  const bytes = new TextEncoder().encode(file.text);
  const end = random.integer(0, Math.min(bytes.length, furthestByte));
  return recogniser.advance(recogniser.initial, bytes.subarray(0, end));
}

function tokensIn(bits: Uint32Array): number[] {
  const tokens: number[] = [];
  for (const [word, value] of bits.entries())
    for (let rest = value; rest !== 0; rest &= rest - 1) tokens.push(word * 32 + 31 - Math.clz32(rest & -rest));
  return tokens;
}
