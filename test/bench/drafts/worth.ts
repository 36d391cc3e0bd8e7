// Whether several drafts are worth it: the best of k against what people wrote, beside k texts drawn one after another.
import type { Session } from '../../../src/engine/session.ts';
import type { Draft } from '../../../src/protocol/messages.ts';
import type { Item } from '../items.ts';
import { withSession } from '../monitor/asking.ts';
import { scoreItem } from '../score.ts';
import { type BenchOptions, cutWork, openWorkspace } from '../speculation/work.ts';
import { bootstrapDifference, mcNemar } from '../statistics.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, sample, warm } from './asking.ts';

const maxTokens = 48;
/** Texts of a draft less probable than this are such that the model is unsure. */
const sure = 0.5;
const most = 5;

/** What one way to ask gave for a hole. */
interface Answer {
  readonly texts: readonly string[];
  readonly ms: number;
}

interface Hole {
  readonly item: Item;
  readonly ours: ReadonlyMap<number, Answer>;
  readonly drawn: ReadonlyMap<number, Answer>;
  /** Of the first draft; 0 where there is none. */
  readonly probability: number;
}

const counts = [1, 3, most] as const;

/** Asks about all holes and prints how good the best of several is. */
export async function benchWorth(options: BenchOptions): Promise<void> {
  const work = await cutWork(options);
  const holes: Hole[] = [];
  await withSession(options, async (session) => {
    const known = [{ name: 'all', speculation: session.speculation, hasWorkspace: true }];
    for (const { files, items } of work) {
      openWorkspace(session, known, files);
      for (const item of items) holes.push(await answer(session, item));
    }
  });
  options.print(`\nthe best of several, ${holes.length} holes, at most ${maxTokens} tokens`);
  options.print(
    drawTable(header, [...counts.map((k) => rowOf('ours', k, holes)), ...counts.map((k) => rowOf('drawn', k, holes))]),
  );
  for (const k of counts.slice(1)) options.print(compared(k, holes));
  const unsure = holes.filter(({ probability }) => probability > 0 && probability < sure);
  const silent = holes.filter(({ probability }) => probability === 0);
  options.print(
    `no draft: ${silent.length}; unsure (first below ${sure}): ${unsure.length}, of three wanted there are ${decimal(
      mean(unsure, (hole) => hole.ours.get(3)!.texts.length),
      2,
    )}`,
  );
  const changed = holes.filter(({ ours }) => counts.some((k) => ours.get(k)!.texts[0] !== ours.get(1)!.texts[0]));
  options.print(`first of several is another than alone: ${changed.length}`);
}

async function answer(session: Session, item: Item): Promise<Hole> {
  await warm(session, item);
  const ours = new Map<number, Answer>();
  let best: readonly Draft[] = [];
  for (const k of counts) {
    const startMs = performance.now();
    const { drafts } = await ask(session, item, { maxTokens, drafts: k });
    ours.set(k, { texts: drafts.map(({ text }) => text), ms: performance.now() - startMs });
    best = drafts;
  }
  const drawn = new Map<number, Answer>();
  const texts: string[] = [];
  let ms = 0;
  for (const { drafts, timings } of await sample(session, item, most, { maxTokens })) {
    texts.push(...drafts.map(({ text }) => text));
    ms += timings.totalMs;
    drawn.set(drawn.size + 1, { texts: [...new Set(texts)], ms });
  }
  return { item, ours, drawn, probability: Math.exp(best[0]?.logProb ?? Number.NEGATIVE_INFINITY) };
}

const header = ['texts', 'k', 'exact match', 'edit similarity', 'right name first', 'distinct', 'ms'];

function rowOf(name: 'ours' | 'drawn', k: number, holes: readonly Hole[]): string[] {
  const answers = holes.map((hole) => hole[name].get(k)!);
  return [
    name,
    String(k),
    decimal(100 * mean(holes, (hole) => Number(bestOf(hole, name, k).exact)), 1),
    decimal(
      mean(holes, (hole) => bestOf(hole, name, k).similarity),
      1,
    ),
    decimal(100 * mean(holes, (hole) => Number(bestOf(hole, name, k).named)), 1),
    decimal(answers.reduce((sum, { texts }) => sum + texts.length, 0) / answers.length, 2),
    decimal(answers.reduce((sum, { ms }) => sum + ms, 0) / answers.length, 0),
  ];
}

function bestOf(hole: Hole, name: 'ours' | 'drawn', k: number) {
  const scores = hole[name].get(k)!.texts.map((text) => scoreItem(hole.item, text));
  return {
    exact: scores.some(({ exactMatch }) => exactMatch),
    similarity: Math.max(0, ...scores.map(({ editSimilarity }) => editSimilarity)),
    named: scores.some(({ nextIdentifierMatch }) => nextIdentifierMatch === true),
  };
}

function compared(k: number, holes: readonly Hole[]): string {
  const [ours, drawn] = (['ours', 'drawn'] as const).map((name) => holes.map((hole) => bestOf(hole, name, k)));
  const { onlyFirst, onlySecond, pValue } = mcNemar(
    ours!.map(({ exact }) => exact),
    drawn!.map(({ exact }) => exact),
  );
  const { difference, low, high } = bootstrapDifference(
    ours!.map((each) => each.similarity),
    drawn!.map((each) => each.similarity),
  );
  return `best of ${k}: right with ours alone ${onlyFirst}, with drawn alone ${onlySecond} (p ${pValue.toFixed(4)}); edit similarity ${difference.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function mean(holes: readonly Hole[], of: (hole: Hole) => number): number {
  return holes.length === 0 ? 0 : holes.reduce((sum, hole) => sum + of(hole), 0) / holes.length;
}
