// When superposed distributions may be trusted: step by step, the distribution that all drafts share against that of each draft alone.
import { free } from '../../../src/constraint/constraint.ts';
import { unmonitored } from '../../../src/constraint/monitor/monitor.ts';
import { gather } from '../../../src/context/gather.ts';
import { renderPrompt } from '../../../src/engine/complete.ts';
import type { Session } from '../../../src/engine/session.ts';
import { mostSteps, superposedPaths } from '../../../src/engine/superpose.ts';
import type { RowLogits } from '../../../src/model/model.ts';
import type { Item } from '../items.ts';
import { withSession } from '../monitor/asking.ts';
import { type BenchOptions, cutWork } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';

const width = 3;
/** Nothing is refused, and nothing stops. */
const task = {
  constraint: free,
  monitor: unmonitored,
  stop: { reach: 'block', lineStart: '', opensBlock: true, nextLine: undefined, maxLines: 99 },
} as const;

/** The comparison of one draft with what it shares, at one step. */
interface Compared {
  readonly step: number;
  readonly rank: number;
  /** Share of the draft in the mixture. */
  readonly share: number;
  readonly sameTop: boolean;
  /** Whether the draft's own most probable token is among the candidates. */
  readonly isCandidate: boolean;
  /** Kullback-Leibler divergence over the draft's own 64 most probable tokens, nats. */
  readonly divergence: number;
}

/** Superposes behind the prompts of all holes and prints how close what is shared comes to what each draft would say. */
export async function benchFidelity(options: BenchOptions): Promise<void> {
  const work = await cutWork(options);
  const compared: Compared[] = [];
  await withSession(options, async (session) => {
    for (const { items } of work) for (const item of items) compared.push(...(await compareAt(session, item)));
  });
  const rows: string[][] = [];
  for (let step = 1; step <= mostSteps; step++)
    for (let rank = 1; rank <= width; rank++) {
      const own = compared.filter((each) => each.step === step && each.rank === rank);
      if (own.length > 0) rows.push(rowOf(step, rank, own));
    }
  options.print(`\nsuperposed distributions, ${options.holes} holes, ${width} drafts\n${drawTable(header, rows)}`);
}

const header = ['step', 'draft', 'places', 'share', 'same first %', 'first among 9 %', 'KL median'];

function rowOf(step: number, rank: number, own: readonly Compared[]): string[] {
  const mean = (of: (each: Compared) => number): number => own.reduce((sum, each) => sum + of(each), 0) / own.length;
  const divergences = own.map(({ divergence }) => divergence).sort((one, other) => one - other);
  return [
    ...[step, rank, own.length].map(String),
    decimal(
      mean(({ share }) => share),
      2,
    ),
    decimal(100 * mean(({ sameTop }) => Number(sameTop)), 0),
    decimal(100 * mean(({ isCandidate }) => Number(isCandidate)), 0),
    decimal(divergences[Math.floor(divergences.length / 2)], 2),
  ];
}

async function compareAt(session: Session, item: Item): Promise<Compared[]> {
  const { path, language, prefix, suffix } = item;
  const request = { path, language, prefix, suffix, prefixTokens: 512, suffixTokens: 128 };
  const { tokens: prompt } = renderPrompt(session, gather(request), request);
  const { signal } = new AbortController();
  const first = await session.runner.prefill(prompt, signal, false);
  const steps: {
    readonly drafts: readonly { readonly tokens: readonly number[]; readonly score: number }[];
    readonly shared: RowLogits;
  }[] = [];
  const onStep = (drafts: (typeof steps)[0]['drafts'], shared: RowLogits): void => void steps.push({ drafts, shared });
  await superposedPaths(session, { prompt, first, task, width, context: [], onStep }, signal);
  const compared: Compared[] = [];
  for (const [at, { drafts, shared }] of steps.entries()) {
    const sum = drafts.reduce((all, { score }) => all + Math.exp(score), 0);
    for (const [rank, { tokens, score }] of drafts.entries()) {
      const own = await session.runner.prefill([...prompt, ...tokens], signal, false);
      compared.push({ step: at + 1, rank: rank + 1, share: Math.exp(score) / sum, ...compare(own, shared) });
    }
  }
  return compared;
}

function compare(own: RowLogits, shared: RowLogits): Pick<Compared, 'sameTop' | 'isCandidate' | 'divergence'> {
  const logShared = new Map(Array.from(shared.topIds, (id, i) => [id, shared.topLogits[i]! - shared.logSumExp[0]!]));
  const least = Math.min(...logShared.values());
  let divergence = 0;
  for (const [i, id] of own.topIds.entries()) {
    const logOwn = own.topLogits[i]! - own.logSumExp[0]!;
    divergence += Math.exp(logOwn) * (logOwn - (logShared.get(id) ?? least));
  }
  const top = own.topIds[0]!;
  return {
    sameTop: shared.topIds[0] === top,
    isCandidate: shared.topIds.subarray(0, 3 * width).includes(top),
    divergence,
  };
}
