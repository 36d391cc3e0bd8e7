// What the parts of several drafts are worth: the best of three without the grammar, and as superposed decoding alone leaves them,
// which is all of the paper, with each of what was added to it.

import { Trace } from '../../../src/base/trace.ts';
import { unmonitored } from '../../../src/constraint/monitor/monitor.ts';
import { gather } from '../../../src/context/gather.ts';
import { recentTokens, renderPrompt } from '../../../src/engine/complete.ts';
import { constrain } from '../../../src/engine/constrain.ts';
import type { Session } from '../../../src/engine/session.ts';
import { superposedPaths } from '../../../src/engine/superpose.ts';
import { NewErrors, type Put } from '../grammar/newErrors.ts';
import type { Item } from '../items.ts';
import { type BenchOptions, budget } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, withHoles } from './asking.ts';
import { type Best, bestOf, meanOf } from './best.ts';

const width = 3;
/** As far as superposed decoding goes, and of lines alone: texts of all ways end where they would. */
const maxTokens = 8;

interface Answer {
  readonly best: Best;
  readonly drafts: number;
  readonly broken: number;
}

type Way = (session: Session, item: Item) => Promise<readonly Put[]>;

const ways: Readonly<Record<string, Way>> = {
  ours: (session, item) => asked(session, item, true),
  'without the grammar': (session, item) => asked(session, item, false),
  'superposed, not verified': (session, item) => superposed(session, item, { grammar: true, counts: true }),
  '… and without counts': (session, item) => superposed(session, item, { grammar: true, counts: false }),
  '… and without the grammar': (session, item) => superposed(session, item, { grammar: false, counts: false }),
};

/** Asks about all holes in all ways and prints how good the best of three is. */
export async function benchAblation(options: BenchOptions): Promise<void> {
  const answers = new Map<string, Answer[]>(Object.keys(ways).map((name) => [name, []]));
  const errors = new NewErrors();
  await withHoles(options, async (session, item) => {
    if (item.kind !== 'line') return;
    for (const [name, way] of Object.entries(ways)) {
      const drafts = await way(session, item);
      let broken = 0;
      for (const draft of drafts) broken += Number((await errors.of(item, draft)) > 0);
      const texts = drafts.map(({ text }) => text);
      answers.get(name)!.push({ best: bestOf(item, texts), drafts: drafts.length, broken });
    }
  });
  errors.dispose();
  const count = answers.get('ours')!.length;
  const rows = [...answers].map(([name, own]) => rowOf(name, own));
  options.print(
    `\nthe best of ${width}, ${count} ends of lines, at most ${maxTokens} tokens\n${drawTable(header, rows)}`,
  );
}

const header = ['drafts', 'exact match', 'edit similarity', 'right name first', 'drafts', 'new errors', 'of drafts %'];

function rowOf(name: string, own: readonly Answer[]): string[] {
  const drafts = own.reduce((sum, each) => sum + each.drafts, 0);
  const broken = own.reduce((sum, each) => sum + each.broken, 0);
  return [
    name,
    decimal(100 * meanOf(own, ({ best }) => Number(best.exactMatch)), 1),
    decimal(
      meanOf(own, ({ best }) => best.editSimilarity),
      1,
    ),
    decimal(100 * meanOf(own, ({ best }) => Number(best.isNamed)), 1),
    decimal(drafts / own.length, 2),
    String(broken),
    decimal((100 * broken) / drafts, 1),
  ];
}

async function asked(session: Session, item: Item, grammar: boolean): Promise<readonly Put[]> {
  return (await ask(session, item, { maxTokens, drafts: width, grammar })).drafts;
}

/** The drafts of superposed decoding as they come out of it. */
async function superposed(
  session: Session,
  item: Item,
  { grammar, counts }: { readonly grammar: boolean; readonly counts: boolean },
): Promise<readonly Put[]> {
  const { path, language, prefix, suffix } = item;
  const request = { path, language, prefix, suffix, multiline: 'line', grammar, ...budget } as const;
  const context = gather(request);
  const prompt = renderPrompt(session, context, request);
  const { signal } = new AbortController();
  const { constraint } = await constrain(session, context, prompt, request, new Trace('ablation'));
  const first = await session.runner.prefill(prompt.tokens, signal, prompt.healed.length > 0);
  const stop = { reach: 'line', lineStart: '', opensBlock: false, nextLine: undefined, maxLines: 1 } as const;
  const task = { constraint, monitor: unmonitored, stop };
  const recent = counts ? recentTokens(session, context, prompt) : [];
  const paths = await superposedPaths(session, { prompt: prompt.tokens, first, task, width, context: recent }, signal);
  const textOf = (tokens: readonly number[]): string => tokens.map((token) => session.texts.of(token) ?? '').join('');
  const texts = paths.map((tokens) => textOf(tokens).split('\n')[0]!);
  return texts.map((text) => ({ text: text.slice(prompt.healed.length), replaces: 0 }));
}
