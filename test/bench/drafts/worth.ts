// Whether several drafts are worth it: the best of k against what people wrote, beside k texts drawn one after another.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from '../../../src/engine/session.ts';
import type { Draft } from '../../../src/protocol/messages.ts';
import { repositoryRoot } from '../corpus.ts';
import { NewErrors } from '../grammar/newErrors.ts';
import { type Item, toJsonLines } from '../items.ts';
import type { BenchOptions } from '../speculation/work.ts';
import { bootstrapDifference, mcNemar } from '../statistics.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, sample, withHoles } from './asking.ts';
import { type Best, bestOf, meanOf } from './best.ts';

const maxTokens = 48;
/** Where the first draft is less probable than this, the model is unsure. */
const sure = 0.5;
const most = 5;
const counts = [1, 3, most] as const;

/** All answers of the last run, for a look at more than the tables show. */
const reportPath = path.join(repositoryRoot, '.cache/bench/drafts-worth.jsonl');

type Way = 'ours' | 'drawn';

/** What one way to ask gave for a hole. */
interface Answer {
  readonly drafts: readonly Draft[];
  readonly ms: number;
  readonly best: Best;
}

interface Hole {
  readonly item: Item;
  readonly answers: Readonly<Record<Way, ReadonlyMap<number, Answer>>>;
  /** Of the first draft; 0 where there is none. */
  readonly probability: number;
}

/** Asks about all holes and prints how good the best of several is. */
export async function benchWorth(options: BenchOptions): Promise<void> {
  const holes: Hole[] = [];
  await withHoles(options, async (session, item) => {
    holes.push(await answer(session, item));
  });
  const rows = (['ours', 'drawn'] as const).flatMap((way) => counts.map((k) => rowOf(way, k, holes)));
  options.print(
    `\nthe best of several, ${holes.length} holes, at most ${maxTokens} tokens\n${drawTable(header, rows)}`,
  );
  for (const k of counts.slice(1)) options.print(compared(k, holes));
  options.print(await brokenLine(holes));
  const unsure = holes.filter(({ probability }) => probability > 0 && probability < sure);
  const silent = holes.filter(({ probability }) => probability === 0);
  const distinct = meanOf(unsure, ({ answers }) => answers.ours.get(3)!.drafts.length);
  options.print(
    `no draft: ${silent.length}; unsure (first below ${sure}): ${unsure.length}, of three wanted there are ${decimal(distinct, 2)}`,
  );
  const first = ({ answers }: Hole, k: number): string | undefined => answers.ours.get(k)!.drafts[0]?.text;
  const changed = holes.filter((hole) => counts.some((k) => first(hole, k) !== first(hole, 1)));
  options.print(`first of several is another than alone: ${changed.length}`);
  await mkdir(path.dirname(reportPath), { recursive: true });
  await writeFile(reportPath, toJsonLines(holes.map(reported)));
}

async function answer(session: Session, item: Item): Promise<Hole> {
  const kept = (drafts: readonly Draft[], ms: number): Answer => {
    const best = bestOf(
      item,
      drafts.map(({ text }) => text),
    );
    return { drafts, ms, best };
  };
  const ours = new Map<number, Answer>();
  for (const k of counts) {
    const startMs = performance.now();
    const { drafts } = await ask(session, item, { maxTokens, drafts: k });
    ours.set(k, kept(drafts, performance.now() - startMs));
  }
  const drawn = new Map<number, Answer>();
  const texts = new Map<string, Draft>();
  let ms = 0;
  for (const { drafts, timings } of await sample(session, item, most, { maxTokens })) {
    for (const draft of drafts) texts.set(draft.text, draft);
    ms += timings.totalMs;
    drawn.set(drawn.size + 1, kept([...texts.values()], ms));
  }
  const first = ours.get(1)!.drafts[0];
  return { item, answers: { ours, drawn }, probability: first === undefined ? 0 : Math.exp(first.logProb) };
}

const header = ['texts', 'k', 'exact match', 'edit similarity', 'right name first', 'distinct', 'ms'];

function rowOf(way: Way, k: number, holes: readonly Hole[]): string[] {
  const answers = holes.map((hole) => hole.answers[way].get(k)!);
  return [
    way,
    String(k),
    decimal(100 * meanOf(answers, ({ best }) => Number(best.exactMatch)), 1),
    decimal(
      meanOf(answers, ({ best }) => best.editSimilarity),
      1,
    ),
    decimal(100 * meanOf(answers, ({ best }) => Number(best.isNamed)), 1),
    decimal(
      meanOf(answers, ({ drafts }) => drafts.length),
      2,
    ),
    decimal(
      meanOf(answers, ({ ms }) => ms),
      0,
    ),
  ];
}

function compared(k: number, holes: readonly Hole[]): string {
  const best = (way: Way): Best[] => holes.map(({ answers }) => answers[way].get(k)!.best);
  const [ours, drawn] = [best('ours'), best('drawn')];
  const { onlyFirst, onlySecond, pValue } = mcNemar(
    ours.map(({ exactMatch }) => exactMatch),
    drawn.map(({ exactMatch }) => exactMatch),
  );
  const { difference, low, high } = bootstrapDifference(
    ours.map(({ editSimilarity }) => editSimilarity),
    drawn.map(({ editSimilarity }) => editSimilarity),
  );
  return `best of ${k}: right with ours alone ${onlyFirst}, with drawn alone ${onlySecond} (p ${pValue.toFixed(4)}); edit similarity ${difference.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

async function brokenLine(holes: readonly Hole[]): Promise<string> {
  const errors = new NewErrors();
  let drafts = 0;
  let added = 0;
  const broken: string[] = [];
  for (const { item, answers } of holes)
    for (const draft of answers.ours.get(most)!.drafts) {
      drafts += 1;
      added += Number((await errors.added(item, draft)) > 0);
      if ((await errors.of(item, draft)) > 0) broken.push(`  ${item.id} ${JSON.stringify(draft.text)}`);
    }
  errors.dispose();
  const counts = `with errors that the document as written has not: ${broken.length}; that the document at the cursor has not: ${added}`;
  return [`of ${drafts} drafts, ${counts}`, ...broken].join('\n');
}

function reported({ item: { id, kind, language, target }, answers }: Hole): unknown {
  const { ours, drawn } = answers;
  const drafts = [...ours].map(([k, { drafts, ms }]) => ({ k, ms, drafts }));
  return { id, kind, language, target, drafts, drawn: drawn.get(most)!.drafts };
}
