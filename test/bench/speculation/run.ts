// What proposals do to speed: the same holes, prompts and model with none, with each source alone and with all, in turns. The texts
// have to be the same, and each variant learns from its own past alone. The workspace of a hole is the package that its file is of.

import { quantile } from 'simple-statistics';
import { mostRows } from '../../../src/draft/passCost.ts';
import { sourceNames } from '../../../src/draft/source.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { Speculation } from '../../../src/engine/speculation.ts';
import type { CompletionRequest } from '../../../src/protocol/messages.ts';
import { type Completed, completed, shownBy } from '../completed.ts';
import type { Item } from '../items.ts';
import { withSession } from '../monitor/asking.ts';
import { decimal, drawTable } from '../table.ts';
import { type BenchOptions, cutWork, openWorkspace, type Variant, variant, type Workspace } from './work.ts';

/** Prompt budgets, a half of the product's, and the cap on tokens. */
const limits = { prefixTokens: 512, suffixTokens: 128, maxTokens: 64 } as const;

type Answered = Variant & { readonly answers: Answer[] };

interface Answer {
  readonly item: Item;
  readonly shown: string;
  readonly counters: Completed['counters'];
  /** From the end of the prompt on. */
  readonly decodeMs: number;
  readonly firstDraftMs: number;
}

/** Answers all holes in all variants and prints the tables. */
export async function benchSpeculation(options: BenchOptions): Promise<void> {
  const { holes, print } = options;
  const work = await cutWork(options);
  const variants = await withSession(options, (session) => answerAll(session, work));
  print(`\nproposals, ${holes} holes, prompts in the cache, at most ${limits.maxTokens} tokens\n${draw(variants)}`);
  print(`cost of a pass in rows: ${costs(variants.at(-1)!.speculation)}`);
  for (const line of worst(variants[0]!, variants.at(-1)!)) print(line);
}

async function answerAll(session: Session, work: readonly Workspace[]): Promise<Answered[]> {
  const variants = [
    variant(session, 'none', [], false),
    variant(session, 'suffix, open files', ['suffix'], false),
    variant(session, 'suffix, workspace', ['suffix'], true),
    variant(session, 'recycled', ['recycled'], false),
    variant(session, 'forced', ['forced'], false),
    variant(session, 'all', sourceNames, true),
  ].map((each): Answered => ({ ...each, answers: [] }));
  for (const { files, items } of work) {
    openWorkspace(session, variants, files);
    for (const [index, item] of items.entries()) {
      await ask(session, item, { maxTokens: 1, speculate: false });
      for (const each of index % 2 === 0 ? variants : variants.toReversed())
        each.answers.push(await answer(session, item, each));
    }
  }
  return variants;
}

function ask(session: Session, item: Item, changes: Partial<CompletionRequest>): Promise<Completed> {
  const { path: file, language, prefix, suffix, kind } = item;
  const multiline = kind === 'block' ? 'block' : 'line';
  const request = { path: file, language, prefix, suffix, multiline, ...limits, ...changes } as const;
  return completed(session, request);
}

async function answer(session: Session, item: Item, { name, speculation }: Variant): Promise<Answer> {
  session.speculation = speculation;
  // the document has been open for a while
  await speculation.learnDocument({ key: item.path, before: item.prefix, after: item.suffix });
  const outcome = await ask(session, item, { speculate: name !== 'none' });
  const { drafts, counters, timings } = outcome;
  const { firstDraftMs, contextMs, prefillMs } = timings;
  const shown = shownBy(drafts);
  return { item, shown, counters, firstDraftMs, decodeMs: firstDraftMs - contextMs - prefillMs };
}

const header = [
  'source',
  'tokens/s',
  'of none',
  'tokens a pass',
  'rows a pass',
  'came true %',
  'looking, ms a pass',
  'first draft p50, ms',
  'p95',
  'p95 of none',
  'other texts',
];

function draw(variants: readonly Answered[]): string {
  const [none] = variants;
  return drawTable(
    header,
    variants.map(({ name, answers }) => {
      const sum = (of: (answer: Answer) => number, list = answers): number =>
        list.reduce((total, each) => total + of(each), 0);
      const speed = (list: readonly Answer[]): number =>
        (1000 * sum(({ counters }) => counters.emitted, [...list])) / sum(({ decodeMs }) => decodeMs, [...list]);
      const passes = sum(({ counters }) => counters.passes);
      const counted = answers.flatMap(({ counters }) => Object.values(counters.proposals));
      const proposed = counted.reduce((total, count) => total + count.proposed, 0);
      const accepted = counted.reduce((total, count) => total + count.accepted, 0);
      const at = (share: number, list: readonly Answer[]): number =>
        quantile(
          list.map(({ firstDraftMs }) => firstDraftMs),
          share,
        );
      return [
        name,
        decimal(speed(answers)),
        decimal(speed(answers) / speed(none!.answers), 2),
        decimal(sum(({ counters }) => counters.emitted) / passes, 2),
        decimal(sum(({ counters }) => counters.rows) / passes, 2),
        decimal(proposed === 0 ? undefined : (100 * accepted) / proposed),
        decimal(sum(({ counters }) => counters.proposeMs) / passes, 3),
        decimal(at(0.5, answers)),
        decimal(at(0.95, answers)),
        decimal(at(0.95, answers) / at(0.95, none!.answers), 3),
        String(answers.filter(({ shown }, index) => shown !== none!.answers[index]!.shown).length),
      ];
    }),
  );
}

function costs({ cost }: Speculation): string {
  return [1, 2, 3, 4, 6, 8, 12, mostRows].map((rows) => `${rows}: ${cost.of(rows).toFixed(2)}`).join(', ');
}

/** The files that lost most by proposals. */
function worst(none: Answered, all: Answered): string[] {
  const files = new Map<string, { with: number; without: number }>();
  for (const [index, { item, decodeMs }] of all.answers.entries()) {
    const sums = files.get(item.path) ?? { with: 0, without: 0 };
    files.set(item.path, { with: sums.with + decodeMs, without: sums.without + none.answers[index]!.decodeMs });
  }
  return [...files]
    .map(([file, sums]) => ({ file, ratio: sums.with / sums.without }))
    .filter(({ ratio }) => ratio > 1)
    .sort((one, other) => other.ratio - one.ratio)
    .slice(0, 5)
    .map(({ file, ratio }) => `slower with all: ${file} (${ratio.toFixed(2)} of the time)`);
}
