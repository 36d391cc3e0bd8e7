// What drafts beside the first are, against what people wrote: how many of them do something else, whether the better come first,
// and how often those are right of which the model is so sure.
import { confidenceIn } from '../../../src/engine/confidence.ts';
import type { Draft } from '../../../src/protocol/messages.ts';
import { type ItemScore, identifiers, scoreItem } from '../score.ts';
import type { BenchOptions } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, withHoles } from './asking.ts';
import { meanOf, rowsByValue } from './best.ts';

const maxTokens = 48;
const counts = [3, 5] as const;
/** Drafts whose edit similarities differ by less are as good as each other. */
const leastApart = 5;

type Reach = 'line' | 'block';

interface Scored extends Pick<ItemScore, 'exactMatch' | 'editSimilarity' | 'nextIdentifierMatch'> {
  readonly draft: Draft;
}

/** All drafts of a hole by how many were wanted. */
interface Hole {
  readonly reach: Reach;
  readonly scored: ReadonlyMap<number, readonly Scored[]>;
}

const orders: Readonly<Record<string, (draft: Draft, reach: Reach) => number>> = {
  'as shown': confidenceIn,
  probability: ({ logProb }) => logProb,
  'of a token': ofToken,
  'over √tokens': ({ logProb, tokens }) => logProb / Math.sqrt(Math.max(1, tokens)),
};

/** Bounds of the probability of a token, in the geometric mean of a draft. */
const bounds = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1] as const;

/** Asks about all holes and prints what drafts beside the first are worth. */
export async function benchOrder(options: BenchOptions): Promise<void> {
  const holes: Hole[] = [];
  await withHoles(options, async (session, item) => {
    const scored = new Map<number, readonly Scored[]>();
    for (const drafts of counts) {
      const answer = await ask(session, item, { maxTokens, drafts });
      scored.set(
        drafts,
        answer.drafts.map((draft) => ({ draft, ...scoreItem(item, draft.text) })),
      );
    }
    holes.push({ reach: item.kind === 'block' ? 'block' : 'line', scored });
  });
  for (const reach of ['line', 'block'] as const) {
    const own = holes.filter((hole) => hole.reach === reach);
    options.print(`\nseveral drafts of a ${reach}, ${own.length} holes, at most ${maxTokens} tokens`);
    const rows = counts.map((k) => differenceRow(k, own));
    options.print(drawTable(['k', 'drafts', 'doing something else', 'best: exact match', 'edit similarity'], rows));
    options.print(
      `\n${drawTable(
        orderHeader,
        Object.keys(orders).map((name) => orderRow(name, own)),
      )}`,
    );
    options.print(
      `\n${drawTable(
        floorHeader,
        rowsByValue(own.flatMap(othersOf), ({ draft }) => Math.exp(ofToken(draft)), bounds),
      )}`,
    );
  }
}

const othersOf = ({ scored }: Hole): readonly Scored[] => scored.get(counts.at(-1)!)!.slice(1);

function differenceRow(k: number, holes: readonly Hole[]): string[] {
  const all = holes.map(({ scored }) => scored.get(k)!);
  const heads = (own: readonly Scored[]): number => new Set(own.map(({ draft }) => headOf(draft.text))).size;
  const drafts = meanOf(all, (own) => own.length);
  return [
    String(k),
    decimal(drafts, 2),
    `${decimal(meanOf(all, heads), 2)}, ${decimal((100 * meanOf(all, heads)) / drafts, 0)} %`,
    decimal(100 * meanOf(all, (own) => Number(own.some(({ exactMatch }) => exactMatch))), 1),
    decimal(
      meanOf(all, (own) => Math.max(0, ...own.map(({ editSimilarity }) => editSimilarity))),
      1,
    ),
  ];
}

/** The first word, the first name and what is called first: drafts with the same do alike. */
function headOf(text: string): string {
  const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*|\S/u.exec(text)?.[0];
  const call = /([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*\(/u.exec(text)?.[1];
  return [word, identifiers(text)[0], call].join(' ');
}

const floorHeader = ['probability of a token', 'others', 'right %', 'right name first %', 'edit similarity'];

const orderHeader = [
  'others by',
  'pairs',
  'the better first %',
  'second: edit similarity',
  'right ones',
  'of these second',
];

function orderRow(name: string, holes: readonly Hole[]): string[] {
  const value = orders[name]!;
  let [pairs, ordered, right, second] = [0, 0, 0, 0];
  const firsts: Scored[] = [];
  for (const hole of holes) {
    const others = othersOf(hole).toSorted((a, b) => value(b.draft, hole.reach) - value(a.draft, hole.reach));
    if (others.length < 2) continue;
    firsts.push(others[0]!);
    right += Number(others.some(({ exactMatch }) => exactMatch));
    second += Number(others[0]!.exactMatch);
    for (const [at, one] of others.entries())
      for (const other of others.slice(at + 1)) {
        const difference = one.editSimilarity - other.editSimilarity;
        if (Math.abs(difference) < leastApart) continue;
        pairs++;
        ordered += Number(difference > 0);
      }
  }
  const similarity = meanOf(firsts, ({ editSimilarity }) => editSimilarity);
  return [name, String(pairs), decimal((100 * ordered) / pairs), decimal(similarity), String(right), String(second)];
}

function ofToken({ logProb, tokens }: Draft): number {
  return logProb / Math.max(1, tokens);
}
