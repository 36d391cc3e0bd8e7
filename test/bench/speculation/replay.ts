// What proposals would come true if the model said what people wrote: cursors in repositories, the text behind each as the truth,
// an index over the rest of the file and the package's other files, and no model.
import { mean } from 'simple-statistics';
import { Calibration } from '../../../src/draft/calibration.ts';
import { draftTree, settle } from '../../../src/draft/drafter.ts';
import { mostRows, PassCost } from '../../../src/draft/passCost.ts';
import { Recycling } from '../../../src/draft/recycling.ts';
import type { Follower, SourceName } from '../../../src/draft/source.ts';
import { suffixFollower } from '../../../src/draft/suffix.ts';
import { SuffixIndex } from '../../../src/draft/suffixIndex.ts';
import { loadTokenizer, type Tokenizer } from '../../../src/model/tokenizer.ts';
import { CheapRows } from '../../support/cheapRows.ts';
import { openGate } from '../../support/openGate.ts';
import { readCorpus, type SourceFile } from '../corpus.ts';
import { seededRandom } from '../random.ts';
import { decimal, drawTable } from '../table.ts';
import type { BenchOptions } from './work.ts';

/** Tokens behind a cursor that are replayed, and the last tokens before it that sources look at. */
const truthTokens = 64;
const contextTokens = 64;

/** A file in tokens. */
interface Text {
  readonly file: SourceFile;
  readonly tokens: readonly number[];
}

interface Cursor {
  readonly text: Text;
  readonly at: number;
}

/** Cost of rows on two cores of a server, as `--only speculation` prints it. */
class MeasuredCost extends PassCost {
  constructor() {
    super();
    for (const [rows, cost] of [
      [1, 1],
      [2, 1.04],
      [4, 1.23],
      [8, 1.66],
      [16, 2.57],
    ] as const)
      this.measure(rows, cost);
  }
}

interface Variant {
  readonly name: string;
  readonly scope: 'file' | 'workspace';
  readonly sources: readonly SourceName[];
  readonly rows: number;
  /** Guesses that are asked about at the same place. */
  readonly width?: number;
  readonly cost: PassCost;
}

const variants: readonly Variant[] = [
  { name: 'suffix, file alone', scope: 'file', sources: ['suffix'], rows: 4, cost: new CheapRows() },
  { name: 'suffix, file alone', scope: 'file', sources: ['suffix'], rows: 16, cost: new CheapRows() },
  { name: 'suffix, workspace', scope: 'workspace', sources: ['suffix'], rows: 4, cost: new CheapRows() },
  { name: 'suffix, workspace', scope: 'workspace', sources: ['suffix'], rows: 16, cost: new CheapRows() },
  {
    name: 'suffix, workspace, rows as they cost',
    scope: 'workspace',
    sources: ['suffix'],
    rows: 16,
    cost: new MeasuredCost(),
  },
  { name: 'recycled', scope: 'file', sources: ['recycled'], rows: 4, cost: new CheapRows() },
  { name: 'all, workspace', scope: 'workspace', sources: ['suffix', 'recycled'], rows: 4, cost: new CheapRows() },
  { name: 'all, workspace', scope: 'workspace', sources: ['suffix', 'recycled'], rows: 16, cost: new CheapRows() },
  {
    name: 'all, workspace, a tree',
    scope: 'workspace',
    sources: ['suffix', 'recycled'],
    rows: 16,
    width: 4,
    cost: new CheapRows(),
  },
  {
    name: 'all, workspace, a tree',
    scope: 'workspace',
    sources: ['suffix', 'recycled'],
    rows: mostRows,
    width: 4,
    cost: new CheapRows(),
  },
  {
    name: 'all, workspace, rows as they cost',
    scope: 'workspace',
    sources: ['suffix', 'recycled'],
    rows: 16,
    cost: new MeasuredCost(),
  },
];

interface Tally {
  tokens: number;
  passes: number;
  rows: number;
  lookMs: number;
  cost: number;
}

/** Replays all cursors in all variants and prints a table per language. */
export async function benchReplay({ holes: cursors, modelPath, seed, print }: BenchOptions): Promise<void> {
  const tokenizer = await loadTokenizer(modelPath);
  const { files } = await readCorpus();
  for (const language of ['typescript', 'python'] as const) {
    const groups = groupsOf(
      files.filter((file) => file.language === language),
      tokenizer,
    );
    const total = [...groups.values()].flat().reduce((sum, { tokens }) => sum + tokens.length, 0);
    const perGroup = Math.ceil(cursors / 2 / groups.size);
    const rows: string[][] = [];
    for (const variant of variants) {
      const tallies = [...groups.values()].map((texts) => replay(texts, perGroup, variant, seed, tokenizer));
      rows.push(rowOf(variant, tallies));
    }
    print(
      `\nreplay, ${language}: ${perGroup * groups.size} cursors of ${truthTokens} tokens in ${groups.size} packages of ${total} tokens\n${drawTable(header, rows)}`,
    );
  }
}

function groupsOf(files: readonly SourceFile[], tokenizer: Tokenizer): Map<string, Text[]> {
  const groups = new Map<string, Text[]>();
  for (const file of files) {
    const texts = groups.get(file.group) ?? [];
    groups.set(file.group, texts);
    texts.push({ file, tokens: tokenizer.encode(file.text) });
  }
  return groups;
}

function cursorsIn(texts: readonly Text[], count: number, seed: number): Cursor[] {
  const random = seededRandom(seed);
  const long = texts.filter(({ tokens }) => tokens.length > 4 * truthTokens);
  return Array.from({ length: count }, () => {
    const text = long[random.integer(0, long.length - 1)]!;
    return { text, at: random.integer(contextTokens, text.tokens.length - truthTokens - 1) };
  });
}

function replay(
  texts: readonly Text[],
  count: number,
  { scope, sources, rows, width = 1, cost }: Variant,
  seed: number,
  tokenizer: Tokenizer,
): Tally {
  const near = new SuffixIndex(200_000);
  const far = new SuffixIndex(4_000_000);
  const calibration = new Calibration();
  const recycling = new Recycling(tokenizer.vocabulary.size, width);
  if (scope === 'workspace') for (const { file, tokens } of texts) far.put(file.path, [tokens]);
  const tally: Tally = { tokens: 0, passes: 0, rows: 0, lookMs: 0, cost: 0 };
  for (const { text, at } of cursorsIn(texts, count, seed)) {
    const { tokens, file } = text;
    far.remove(file.path);
    near.put(file.path, [tokens.slice(0, at), tokens.slice(at + truthTokens)]);
    const end = at + truthTokens;
    for (let next = at; next < end; ) {
      const startMs = performance.now();
      const context = tokens.slice(Math.max(0, next - contextTokens), next);
      const all: Follower[] = [suffixFollower(near, far, context), recycling.follow(context.at(-2), context.at(-1))];
      const followers = all.filter(({ source }) => sources.includes(source));
      const most = Math.min(rows - 1, end - next - 1);
      const proposals = draftTree(followers, calibration, cost, { most, width, gate: openGate });
      tally.lookMs += performance.now() - startMs;
      const right = settle(proposals, tokens.slice(next, end), calibration).length;
      for (let said = next; said <= next + right; said++) learn(recycling, tokens, said);
      next += right + 1;
      tally.tokens += right + 1;
      tally.passes++;
      tally.rows += 1 + proposals.length;
      tally.cost += cost.of(1 + proposals.length);
    }
    near.remove(file.path);
    if (scope === 'workspace') far.put(file.path, [tokens]);
  }
  return tally;
}

function learn(recycling: Recycling, tokens: readonly number[], at: number): void {
  recycling.learn(tokens[at - 2], tokens[at - 1]!, {
    topIds: Int32Array.of(tokens[at]!),
    topLogits: Float32Array.of(0),
    logSumExp: Float32Array.of(0),
  });
}

const header = [
  'sources',
  'rows at most',
  'tokens a pass',
  'worst and best package',
  'rows a pass',
  'looking, ms a pass',
  'speed by cost',
];

function rowOf({ name, rows }: Variant, tallies: readonly Tally[]): string[] {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const each = tallies.map(({ tokens, passes }) => tokens / passes);
  return [
    name,
    String(rows),
    decimal(mean(each), 2),
    `${decimal(Math.min(...each), 2)} ${decimal(Math.max(...each), 2)}`,
    decimal(sum((tally) => tally.rows) / sum(({ passes }) => passes), 2),
    decimal(sum(({ lookMs }) => lookMs) / sum(({ passes }) => passes), 3),
    decimal(sum(({ tokens }) => tokens) / sum(({ cost }) => cost), 2),
  ];
}
