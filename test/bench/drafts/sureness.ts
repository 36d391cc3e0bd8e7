// How often a first draft is what people wrote, by how sure it is: what a floor under suggestions leaves out.
import { sureness } from '../../../src/extension/sureness.ts';
import { type ItemScore, scoreItem } from '../score.ts';
import type { BenchOptions } from '../speculation/work.ts';
import { drawTable } from '../table.ts';
import { ask, withHoles } from './asking.ts';
import { rowsByValue } from './best.ts';

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
    options.print(
      `\nfirst drafts of a ${reach}, ${drafts.length}\n${drawTable(
        header,
        rowsByValue(drafts, (each) => each.sureness, bounds),
      )}`,
    );
}
