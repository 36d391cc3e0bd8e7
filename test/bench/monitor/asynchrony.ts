// Whether it matters when facts come: the same items with answers at once, late and never have to give the same texts, and with no
// answer those without monitors.

import { drawTable } from '../table.ts';
import { type Answer, ask, smallBudget, withOracle, withSession } from './asking.ts';
import { DelayedOracle } from './delayedOracle.ts';
import type { MonitorItem } from './items.ts';
import type { MonitorOptions } from './run.ts';
import { typescriptHoles, typescriptMembers, typescriptSubjects } from './subjects.ts';

/** Long enough for every late answer. */
const patienceMs = 30_000;
/** A draft whose facts never come waits no longer than this. */
const neverMs = 50;

const delays: readonly number[] = [0, 50, 500];

interface Difference {
  readonly item: MonitorItem;
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

export async function benchAsynchrony(options: MonitorOptions): Promise<void> {
  const { print, items: count } = options;
  const subjects = await typescriptSubjects(new Set(['typescript']));
  const projects = new Map(subjects.map(({ project }) => [project.entry.name, project]));
  const cut = { ...options, items: count / 3 };
  const items = [...typescriptMembers(subjects, cut, ['resolved', 'any']), ...typescriptHoles(subjects, cut)];
  items.sort((one, other) => (one.project < other.project ? -1 : Number(one.project > other.project)));
  await withSession(options, async (opened) => {
    const oracle = new DelayedOracle(opened.oracle);
    const session = withOracle(opened, oracle);
    const text = async (item: MonitorItem, monitor: boolean, monitorMs: number): Promise<Answer> =>
      ask(session, projects.get(item.project)!, item, { monitor, monitorMs, budget: smallBudget });
    const differences = new Map<string, Difference[]>();
    const compare = (name: string, item: MonitorItem, expected: Answer, found: Answer): void => {
      const list = differences.get(name) ?? [];
      differences.set(name, list);
      if (expected.shown?.text !== found.shown?.text)
        list.push({ item, expected: expected.shown?.text, found: found.shown?.text });
    };
    let changed = 0;
    for (const item of items) {
      oracle.delayMs = 0;
      // all that is asked on the way is remembered from here on
      await text(item, true, patienceMs);
      const together = await text(item, true, patienceMs);
      for (const delayMs of delays) {
        oracle.delayMs = delayMs;
        compare(`${delayMs} ms`, item, together, await text(item, true, patienceMs));
      }
      const alone = await text(item, false, 0);
      if (alone.shown?.text !== together.shown?.text) changed += 1;
      oracle.delayMs = Number.POSITIVE_INFINITY;
      compare('never', item, alone, await text(item, true, neverMs));
    }
    const rows = [...differences].map(([name, found]) => [name, String(items.length), String(found.length)]);
    print(`\nanswers that come late, ${items.length} items, ${changed} of them changed by monitors`);
    print(drawTable(['delay of answers', 'items', 'other texts'], rows));
    for (const [name, found] of differences)
      for (const { item, expected, found: text } of found)
        print(`  ${name} ${item.id}\n    ${JSON.stringify(expected)} became ${JSON.stringify(text)}`);
  });
}
