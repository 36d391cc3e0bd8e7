// Whether any of several drafts names what does not exist: members of receivers that resolve, three drafts each, with monitors and
// without, every name in every draft judged by the compiler.
import { decimal, drawTable } from '../table.ts';
import { ask, smallBudget, withSession } from './asking.ts';
import type { Facts, Shown } from './facts.ts';
import { factsOf } from './factsOf.ts';
import type { MonitorItem } from './items.ts';
import type { MonitorOptions } from './run.ts';
import { pythonMembers, pythonSubjects, typescriptMembers, typescriptSubjects } from './subjects.ts';

const width = 3;
/** A draft waits this long for facts: what is measured is what they do, not how soon they come. */
const patienceMs = 10_000;

type Way = 'with' | 'without';

interface Judged {
  readonly item: MonitorItem;
  readonly way: Way;
  /** 0 is the draft that is shown. */
  readonly rank: number;
  readonly shown: NonNullable<Shown>;
}

/** Answers all items both ways and prints how many drafts name nothing. */
export async function benchSeveral(options: MonitorOptions): Promise<void> {
  const { print, languages } = options;
  const typescript = await typescriptSubjects(languages);
  const python = await pythonSubjects(languages);
  const items = [...typescriptMembers(typescript, options, ['resolved']), ...(await pythonMembers(python, options))];
  // a server at a time has work
  items.sort((one, other) => (one.project < other.project ? -1 : Number(one.project > other.project)));
  const projects = new Map([...typescript, ...python].map(({ project }) => [project.entry.name, project]));
  const drafts: Judged[] = [];
  await withSession(options, async (session) => {
    for (const item of items)
      for (const way of ['with', 'without'] as const) {
        const asking = { monitor: way === 'with', monitorMs: patienceMs, budget: smallBudget, drafts: width };
        const answer = await ask(session, projects.get(item.project)!, item, asking);
        drafts.push(...answer.drafts.map((shown, rank) => ({ item, way, rank, shown })));
      }
  });
  const facts = await factsOf(drafts, typescript, python);
  const rows = (['typescript', 'python'] as const).flatMap((language) =>
    (['with', 'without'] as const).flatMap((way) => {
      const own = drafts.filter(
        (draft) => draft.way === way && (draft.item.language === 'python') === (language === 'python'),
      );
      return own.length === 0 ? [] : [rowOf(`${language}, ${way}`, own, facts)];
    }),
  );
  print(`\n${width} drafts at ${items.length} members whose receiver resolves\n${drawTable(header, rows)}`);
  const wrong = drafts.filter((draft) => draft.way === 'with' && isMissing(facts.get(draft)!));
  for (const { item, rank, shown } of wrong)
    print(`  names nothing: ${item.id}, draft ${rank + 1}: ${JSON.stringify(shown.text)}`);
}

const isMissing = ({ member, missing }: Facts): boolean => member === 'missing' || missing.length > 0;

const header = [
  'monitors',
  'drafts',
  'name nothing at the hole',
  '%',
  'or behind it',
  '%',
  'of first drafts %',
  'of others %',
];

function rowOf(name: string, drafts: readonly Judged[], facts: ReadonlyMap<Judged, Facts>): string[] {
  const share = (own: readonly Judged[], has: (facts: Facts) => boolean): string =>
    decimal(
      own.length === 0 ? undefined : (100 * own.filter((draft) => has(facts.get(draft)!)).length) / own.length,
      2,
    );
  const atHole = ({ member }: Facts): boolean => member === 'missing';
  return [
    name,
    String(drafts.length),
    String(drafts.filter((draft) => atHole(facts.get(draft)!)).length),
    share(drafts, atHole),
    String(drafts.filter((draft) => isMissing(facts.get(draft)!)).length),
    share(drafts, isMissing),
    share(
      drafts.filter(({ rank }) => rank === 0),
      isMissing,
    ),
    share(
      drafts.filter(({ rank }) => rank > 0),
      isMissing,
    ),
  ];
}
