// What three drafts cost beside one: the same holes and prompts, in turns, by ours and by drawing three one after another.
import { quantile } from 'simple-statistics';
import type { Session } from '../../../src/engine/session.ts';
import type { Item } from '../items.ts';
import type { BenchOptions } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, sample, withHoles } from './asking.ts';

const maxTokens = 16;

interface Timing {
  readonly ms: number;
  readonly drafts: number;
  readonly passes: number;
  readonly rows: number;
}

const variants: Readonly<Record<string, (session: Session, item: Item) => Promise<Timing>>> = {
  'one draft': (session, item) => drafts(session, item, 1),
  'three drafts': (session, item) => drafts(session, item, 3),
  'three drafts, superposed': (session, item) => drafts(session, item, 3, true),
  'five drafts': (session, item) => drafts(session, item, 5),
  'three drawn, one after another': async (session, item) => {
    const startMs = performance.now();
    const answers = await sample(session, item, 3, { maxTokens });
    const ms = performance.now() - startMs;
    const sum = (of: 'passes' | 'rows'): number => answers.reduce((all, { counters }) => all + counters[of], 0);
    return {
      ms,
      drafts: distinct(answers.flatMap((answer) => answer.drafts)),
      passes: sum('passes'),
      rows: sum('rows'),
    };
  },
};

async function drafts(session: Session, item: Item, count: number, superpose = false): Promise<Timing> {
  const startMs = performance.now();
  const answer = await ask(session, item, { maxTokens, drafts: count, superpose });
  const ms = performance.now() - startMs;
  return { ms, drafts: answer.drafts.length, passes: answer.counters.passes, rows: answer.counters.rows };
}

const distinct = (all: readonly { readonly text: string }[]): number =>
  new Set(all.map(({ text }) => text.trim())).size;

/** Asks about all holes and prints the times of all ways to ask. */
export async function benchCost(options: BenchOptions): Promise<void> {
  const timings = new Map<string, Timing[]>(Object.keys(variants).map((name) => [name, []]));
  await withHoles(options, async (session, item, index) => {
    const order = Object.keys(variants);
    for (const name of index % 2 === 0 ? order : order.toReversed())
      timings.get(name)!.push(await variants[name]!(session, item));
  });
  options.print(`\nseveral drafts, ${options.holes} holes, prompts in the cache, at most ${maxTokens} tokens`);
  options.print(
    drawTable(
      header,
      [...timings].map(([name, own]) => rowOf(name, own, timings.get('one draft')!)),
    ),
  );
}

const header = ['asked for', 'ms p50', 'p95', 'of one: p50', 'p95', 'mean', 'drafts', 'passes', 'rows'];

function rowOf(name: string, own: readonly Timing[], one: readonly Timing[]): string[] {
  const times = own.map(({ ms }) => ms);
  const shares = own.map(({ ms }, at) => ms / one[at]!.ms);
  const mean = (of: (timing: Timing) => number): number => own.reduce((sum, each) => sum + of(each), 0) / own.length;
  return [
    name,
    ...[quantile(times, 0.5), quantile(times, 0.95)].map((ms) => decimal(ms, 0)),
    ...[quantile(shares, 0.5), quantile(shares, 0.95)].map((share) => decimal(share, 2)),
    decimal(mean(({ ms }) => ms) / (one.reduce((sum, { ms }) => sum + ms, 0) / one.length), 2),
    ...[mean((each) => each.drafts), mean((each) => each.passes), mean((each) => each.rows)].map((value) =>
      decimal(value, 2),
    ),
  ];
}
