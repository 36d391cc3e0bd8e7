// How often a first draft is what people wrote, by how sure it is: what a floor under suggestions leaves out.
import { sureness } from '../../../src/extension/sureness.ts';
import { type ItemScore, scoreItem } from '../score.ts';
import type { BenchOptions } from '../speculation/work.ts';
import { decimal, drawTable } from '../table.ts';
import { ask, withHoles } from './asking.ts';
import { meanOf } from './best.ts';

const maxTokens = 64;
const bounds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1] as const;

interface Shown extends Pick<ItemScore, 'exactMatch' | 'editSimilarity' | 'nextIdentifierMatch'> {
  readonly sureness: number;
}

const header = ['sureness', 'drafts', 'exact match %', 'right name first %', 'edit similarity'];

/** Asks about all holes and prints what became of drafts by their sureness. */
export async function benchSureness(options: BenchOptions): Promise<void> {
  const shown = { line: [] as Shown[], block: [] as Shown[] };
  await withHoles(options, async (session, item) => {
    const { drafts } = await ask(session, item, { maxTokens });
    const [draft] = drafts;
    if (draft === undefined) return;
    shown[item.kind === 'block' ? 'block' : 'line'].push({
      ...scoreItem(item, draft.text),
      sureness: sureness(draft),
    });
  });
  for (const [reach, drafts] of Object.entries(shown))
    options.print(`\nfirst drafts of a ${reach}, ${drafts.length}\n${drawTable(header, rowsOf(drafts))}`);
}

function rowsOf(drafts: readonly Shown[]): string[][] {
  return bounds.slice(1).map((high, at) => {
    const low = bounds[at]!;
    const own = drafts.filter((draft) => draft.sureness >= low && (draft.sureness < high || high === 1));
    const named = own.filter(({ nextIdentifierMatch }) => nextIdentifierMatch !== undefined);
    return [
      `${low} to ${high}`,
      String(own.length),
      decimal(100 * meanOf(own, ({ exactMatch }) => Number(exactMatch))),
      decimal(100 * meanOf(named, ({ nextIdentifierMatch }) => Number(nextIdentifierMatch))),
      decimal(meanOf(own, ({ editSimilarity }) => editSimilarity)),
    ];
  });
}
