// How good the facts are: whether the name that the author wrote is among those that are offered where its receiver resolves.

import { quantile } from 'simple-statistics';
import type { Names, Oracle } from '../../../src/language/oracle.ts';
import { decimal, drawTable } from '../table.ts';
import { documentOf, withSession } from './asking.ts';
import type { MonitorItem } from './items.ts';
import type { Project } from './projects.ts';
import type { MonitorOptions } from './run.ts';
import { pythonMembers, pythonSubjects, typescriptMembers, typescriptSubjects } from './subjects.ts';

/** An answer that takes longer counts as none. */
const deadlineMs = 20_000;

type Result = 'offered' | 'not offered' | 'no answer' | 'not asked';

interface Asked {
  readonly item: MonitorItem;
  readonly result: Result;
  readonly isClosed: boolean;
  readonly count: number;
  readonly milliseconds: number;
}

export async function benchOracle(options: MonitorOptions): Promise<void> {
  const { print, languages } = options;
  const typescript = await typescriptSubjects(languages);
  const python = await pythonSubjects(languages);
  const projects = new Map([...typescript, ...python].map(({ project }) => [project.entry.name, project]));
  const items = [
    ...typescriptMembers(typescript, options, ['resolved', 'any']),
    ...(await pythonMembers(python, options)),
  ];
  items.sort((one, other) => (one.project < other.project ? -1 : Number(one.project > other.project)));
  await withSession(options, async (session) => {
    const asked: Asked[] = [];
    for (const item of items) asked.push(await askNames(session.oracle, projects.get(item.project)!, item));
    print(draw(asked));
  });
}

async function askNames(oracle: Oracle, project: Project, item: MonitorItem): Promise<Asked> {
  const document = documentOf(project, item);
  const { language, prefix, suffix, typed } = item;
  const before = prefix.slice(0, prefix.length - typed);
  const none = { item, isClosed: false, count: 0, milliseconds: 0 };
  if (!oracle.knows(document, language)) return { ...none, result: 'not asked' };
  const started = performance.now();
  const place = { document, language, before, after: suffix, isWhole: true, typed };
  const found = await oracle.names(place, 'member', AbortSignal.timeout(deadlineMs));
  const milliseconds = performance.now() - started;
  if (found === undefined) return { ...none, milliseconds, result: 'no answer' };
  const { isClosed, names } = found;
  return { item, isClosed, count: names.length, milliseconds, result: offers(found, item) ? 'offered' : 'not offered' };
}

function offers({ names }: Names, { prefix, typed, target }: MonitorItem): boolean {
  const name = prefix.slice(prefix.length - typed) + target;
  return names.some(({ text }) => text === name);
}

function draw(asked: readonly Asked[]): string {
  const resolved = asked.filter(({ item }) => item.siteClass === 'resolved');
  const silent = asked.filter(({ item }) => item.siteClass === 'any');
  const names = [...new Set(resolved.map(({ item }) => item.project))];
  const rows = [
    ...names.map((name) =>
      row(
        name,
        resolved.filter(({ item }) => item.project === name),
      ),
    ),
    row('all that resolve', resolved),
    row('receiver is any', silent),
  ];
  const header = ['', 'n', 'offered %', 'not offered', 'no answer', 'closed %', 'wrong and closed', 'ms p50', 'ms p95'];
  const misses = resolved.filter(({ result }) => result !== 'offered');
  return [
    `\nthe author's name among those offered\n${drawTable(header, rows)}`,
    `misses: ${misses.length}`,
    ...misses.map(({ item, result, isClosed, count, milliseconds }) => {
      const before = item.prefix.slice(item.prefix.lastIndexOf('\n') + 1);
      const place = `${JSON.stringify(before)} target ${JSON.stringify(item.target)}`;
      return `  ${item.id}\n    ${place}: ${result}, ${count} names, ${isClosed ? 'closed' : 'open'}, ${milliseconds.toFixed(0)} ms`;
    }),
  ].join('\n');
}

function row(name: string, asked: readonly Asked[]): string[] {
  const count = (has: (each: Asked) => boolean): number => asked.filter(has).length;
  const percent = (part: number): string => decimal(asked.length === 0 ? undefined : (100 * part) / asked.length);
  const times = asked.filter(({ result }) => result !== 'not asked').map(({ milliseconds }) => milliseconds);
  const at = (share: number): string => decimal(times.length === 0 ? undefined : quantile(times, share), 0);
  return [
    name,
    String(asked.length),
    percent(count(({ result }) => result === 'offered')),
    String(count(({ result }) => result === 'not offered')),
    String(count(({ result }) => result === 'no answer' || result === 'not asked')),
    percent(count(({ isClosed }) => isClosed)),
    String(count(({ isClosed, result }) => isClosed && result === 'not offered')),
    at(0.5),
    at(0.95),
  ];
}
