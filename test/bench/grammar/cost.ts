// What the grammar costs, language by language: microseconds per token appended and per candidate checked, milliseconds to feed
// 1,000 lines and to load the tables, the check of the text after the cursor, and memory per open language.

import { GrammarDocument } from '../../../src/constraint/grammar/document.ts';
import { openGrammar } from '../../../src/constraint/grammar/languages.ts';
import type { ParserState } from '../../../src/constraint/grammar/parserState.ts';
import { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import { SuffixCheck } from '../../../src/constraint/grammar/suffix.ts';
import { TokenTexts } from '../../../src/constraint/tokenTexts.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { type Random, seededRandom } from '../random.ts';
import { drawTable } from '../table.ts';
import { type GrammarFile, grammarCorpus, grammarsFolder } from './corpus.ts';
import { heapBytes } from './heap.ts';
import { openSubject, type Subject } from './subject.ts';
import { openVocabularies } from './vocabularies.ts';

export interface CostOptions {
  readonly languages: ReadonlySet<string> | undefined;
  readonly seed: number;
  readonly print: (text: string) => void;
}

/** Lines of code that the figures of a language are taken on, after as many to warm up. */
const measuredLines = 4000;

/** Lines of the documents whose states are held while memory is measured. */
const heldLines = 2000;

/** Of the boundaries, one in so many is used for checks of candidates. */
const checkedShare = 5;

/** Candidates checked there beside the token that follows. */
const otherCandidates = 3;

/** Holes at which the text after the cursor is checked, and tokens decoded into each. */
const holes = 60;
const tokensPerHole = 12;

export async function benchCost({ languages, seed, print }: CostOptions): Promise<void> {
  const vocabularies = await openVocabularies();
  const { name, tokenizer } = vocabularies[0] as (typeof vocabularies)[number];
  const texts = new TokenTexts(tokenizer.vocabulary);
  const { files } = await grammarCorpus(languages, 80);
  const token: string[][] = [];
  const document: string[][] = [];
  for (const language of new Set(files.map((file) => file.language))) {
    const own = files.filter((file) => file.language === language);
    // first, while nothing of the language is in memory
    const memory = await measureMemory(language, own);
    const { perToken, perDocument } = await measureLanguage(language, own, {
      tokenizer,
      texts,
      random: seededRandom(seed),
    });
    token.push([language, ...perToken]);
    document.push([language, ...perDocument, ...memory]);
  }
  const append = ['append µs', 'p50', 'p99', 'check µs', 'p50', 'p99', 'all that may follow µs', 'p50', 'p99'];
  print(`\n(4) cost per token, ${name} vocabulary\n${drawTable(['language', ...append], token)}`);
  const header = [
    'language',
    '1,000 lines ms',
    'load ms first',
    'median',
    'suffix first µs p50',
    'p99',
    'later µs p50',
    'p99',
  ];
  print(`\n(4) cost per document\n${drawTable([...header, 'lines held', 'MiB'], document)}`);
}

async function measureLanguage(
  language: string,
  files: readonly GrammarFile[],
  given: Omit<Context, 'subject'>,
): Promise<{ perToken: string[]; perDocument: string[] }> {
  const [warm, measured] = twoShares(files);
  const subject = await openSubject(language);
  const context = { ...given, subject };
  measureTokens(context, warm);
  const { append, check, terminals } = measureTokens(context, measured);
  const { first, later } = measureSuffix(context, measured);
  measureFeed(subject, warm);
  const feed = measureFeed(subject, measured);
  const load = await measureLoad(language);
  subject.syntax.dispose();
  return {
    perToken: [...microseconds(append), ...microseconds(check), ...microseconds(terminals)],
    perDocument: [feed.toFixed(1), ...load, ...middle(first), ...middle(later)],
  };
}

interface Context {
  readonly subject: Subject;
  readonly tokenizer: Tokenizer;
  readonly texts: TokenTexts;
  readonly random: Random;
}

/** Two disjoint shares of about `measuredLines` each; the first is never empty where there are two files. */
function twoShares(files: readonly GrammarFile[]): [GrammarFile[], GrammarFile[]] {
  const shares: [GrammarFile[], GrammarFile[]] = [[], []];
  const lines: [number, number] = [0, 0];
  for (const file of files) {
    const to = lines[0] < lines[1] ? 0 : 1;
    if (lines[to] >= measuredLines) continue;
    shares[to].push(file);
    lines[to] += lineCount(file.text);
  }
  return shares;
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

interface TokenTimes {
  readonly append: number[];
  readonly check: number[];
  readonly terminals: number[];
}

/** Milliseconds each. */
function measureTokens({ subject, tokenizer, texts, random }: Context, files: readonly GrammarFile[]): TokenTimes {
  const { recogniser } = subject;
  const times: TokenTimes = { append: [], check: [], terminals: [] };
  const after = (state: ParserState, id: number): ParserState | undefined => {
    const text = texts.of(id);
    return text === undefined || state.partial.length > 0
      ? recogniser.advance(state, tokenizer.vocabulary.bytesOf(id), true)
      : recogniser.feed(state, text, true);
  };
  for (const file of files) {
    const ids = tokenizer.encode(file.text);
    let state: ParserState = recogniser.initial;
    for (const [index, id] of ids.entries()) {
      if (index % checkedShare === 0) {
        const candidates = Array.from(
          { length: otherCandidates },
          () => ids[random.integer(0, ids.length - 1)] as number,
        );
        for (const candidate of candidates) times.check.push(timed(() => after(state, candidate)).ms);
        times.check.push(timed(() => after(state, id)).ms);
        if (state.partial.length === 0) times.terminals.push(timed(() => recogniser.terminals(state)).ms);
      }
      const { value: next, ms } = timed(() => after(state, id));
      // after a check of the same token this is a repetition
      if (index % checkedShare !== 0) times.append.push(ms);
      if (next === undefined) break;
      state = next;
    }
  }
  return times;
}

function timed<Value>(work: () => Value): { readonly value: Value; readonly ms: number } {
  const start = performance.now();
  const value = work();
  return { value, ms: performance.now() - start };
}

/** Milliseconds per 1,000 lines, by a recogniser that has seen nothing, line by line as a document is opened. */
function measureFeed({ tables, scanner }: Subject, files: readonly GrammarFile[]): number {
  let ms = 0;
  let lines = 0;
  for (const { text } of files) {
    const document = new GrammarDocument(new Recogniser(tables, scanner), true, () => []);
    ms += timed(() => document.at(text)).ms;
    lines += lineCount(text);
  }
  return (ms / lines) * 1000;
}

/** Opening the tables from their file: the first time and the median of some, in milliseconds. */
async function measureLoad(language: string): Promise<string[]> {
  const times: number[] = [];
  for (let repeat = 0; repeat < 9; repeat += 1) {
    const start = performance.now();
    await openGrammar(grammarsFolder, language);
    times.push(performance.now() - start);
  }
  return [(times[0] as number).toFixed(1), quantile(times, 0.5).toFixed(1)];
}

/** The check of the text after the cursor at real holes: at the hole's start, and after each of the tokens that fill it. */
function measureSuffix(
  { subject, tokenizer, random }: Context,
  files: readonly GrammarFile[],
): { first: number[]; later: number[] } {
  const { recogniser } = subject;
  const first: number[] = [];
  const later: number[] = [];
  for (let hole = 0; hole < holes; hole += 1) {
    const { text } = files[random.integer(0, files.length - 1)] as GrammarFile;
    const start = random.integer(0, text.length);
    const ids = tokenizer.encode(text.slice(start, start + tokensPerHole * 4)).slice(0, tokensPerHole);
    const filled = tokenizer.vocabulary.decode(ids);
    let state = recogniser.feed(recogniser.initial, text.slice(0, start));
    if (state === undefined || filled.includes('\ufffd')) continue;
    const suffix = new SuffixCheck(
      recogniser,
      { text: text.slice(start + filled.length), isWhole: true },
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    );
    const from = state;
    first.push(timed(() => suffix.follows(from)).ms);
    for (const id of ids) {
      state = recogniser.advance(state, tokenizer.vocabulary.bytesOf(id));
      if (state === undefined) break;
      const here = state;
      later.push(timed(() => suffix.follows(here)).ms);
    }
  }
  return { first, later };
}

/** MiB in use more than before, with a language open and the states of documents of `heldLines` lines. */
async function measureMemory(language: string, files: readonly GrammarFile[]): Promise<string[]> {
  const before = await heapBytes();
  const { recogniser, syntax } = await openSubject(language);
  const documents: GrammarDocument[] = [];
  let lines = 0;
  for (const { text } of [...files].sort((left, right) => right.text.length - left.text.length)) {
    if (lines >= heldLines) break;
    const document = new GrammarDocument(recogniser, true, () => []);
    document.at(text);
    syntax.errors(text);
    documents.push(document);
    lines += lineCount(text);
  }
  const bytes = (await heapBytes()) - before;
  syntax.dispose();
  return [String(documents.length === 0 ? 0 : lines), (bytes / 2 ** 20).toFixed(1)];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Mean, median and 99th percentile of milliseconds, as microseconds. */
function microseconds(ms: readonly number[]): string[] {
  const mean = ms.reduce((sum, each) => sum + each, 0) / ms.length;
  return [mean, quantile(ms, 0.5), quantile(ms, 0.99)].map((each) => (each * 1000).toFixed(1));
}

function middle(ms: readonly number[]): string[] {
  return [quantile(ms, 0.5), quantile(ms, 0.99)].map((each) => (each * 1000).toFixed(0));
}
