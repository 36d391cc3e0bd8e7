// What three drafts cost beside one: the same holes and prompts, in turns, by ours, by drawing three one after another, and by llama.cpp,
// which draws as many tokens as our first draft has, of one text and of three beside each other.
import { quantile } from 'simple-statistics';
import type { Session } from '../../../src/engine/session.ts';
import type { Item } from '../items.ts';
import { openPeer, type Peer } from '../peer.ts';
import { type BenchOptions, ggufOf, promptOf } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, sample, withHoles } from './asking.ts';

const maxTokens = 16;

interface Timing {
  readonly ms: number;
  readonly drafts: number;
  readonly passes: number;
  readonly rows: number;
  /** Of the first draft. */
  readonly tokens: number;
}

/** A peer, and how many texts it draws beside each other. */
interface DrawingPeer {
  readonly peer: Peer;
  readonly texts: number;
}

type Ask = (session: Session, item: Item) => Promise<Timing>;

const variants: Readonly<Record<string, Ask>> = {
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
      tokens: answers[0]!.counters.emitted,
    };
  },
};

async function drafts(session: Session, item: Item, count: number, superpose = false): Promise<Timing> {
  const startMs = performance.now();
  const answer = await ask(session, item, { maxTokens, drafts: count, superpose });
  const ms = performance.now() - startMs;
  const { passes, rows, emitted } = answer.counters;
  return { ms, drafts: answer.drafts.length, passes, rows, tokens: emitted };
}

const distinct = (all: readonly { readonly text: string }[]): number =>
  new Set(all.map(({ text }) => text.trim())).size;

/** Asks about all holes and prints the times of all ways to ask. */
export async function benchCost(options: BenchOptions): Promise<void> {
  const { threads, modelPath, holes, print } = options;
  const open = async (texts: number): Promise<DrawingPeer> => {
    const peer = await openPeer(ggufOf(modelPath), { threads, contextTokens: 2048, sequences: texts });
    return { peer, texts };
  };
  const peers = new Map([
    ['llama.cpp, one drawn', await open(1)],
    ['llama.cpp, three drawn', await open(3)],
  ]);
  const timings = new Map<string, Timing[]>([...Object.keys(variants), ...peers.keys()].map((name) => [name, []]));
  try {
    await withHoles(options, async (session, item, index) => {
      const order = Object.keys(variants);
      for (const name of index % 2 === 0 ? order : order.toReversed())
        timings.get(name)!.push(await variants[name]!(session, item));
      const { tokens } = timings.get('one draft')!.at(-1)!;
      const prompt = promptOf(session, item);
      for (const [name, peer] of peers) timings.get(name)!.push(await drawn(peer, prompt, tokens));
    });
  } finally {
    for (const { peer } of peers.values()) await peer.dispose();
  }
  print(`\nseveral drafts, ${holes} holes, prompts in the cache, at most ${maxTokens} tokens`);
  const one = (name: string): readonly Timing[] => timings.get(peers.has(name) ? 'llama.cpp, one drawn' : 'one draft')!;
  print(
    drawTable(
      header,
      [...timings].map(([name, own]) => rowOf(name, own, one(name))),
    ),
  );
}

/** As many tokens in each text, and at least one, which says what comes behind the prompt. */
async function drawn({ peer, texts }: DrawingPeer, prompt: readonly number[], tokens: number): Promise<Timing> {
  const count = Math.max(1, tokens);
  const ms = await peer.draw(prompt, count);
  return { ms, drafts: texts, passes: count, rows: count * texts, tokens: count };
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
