// What monitors do to completions: the same holes, prompts and model with them and without, and every item that they harmed or
// mended.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from '../../../src/engine/session.ts';
import type { Oracle } from '../../../src/language/oracle.ts';
import { repositoryRoot } from '../corpus.ts';
import { toJsonLines } from '../items.ts';
import { drawTable } from '../table.ts';
import { type Answer, ask, documentOf, smallBudget, withSession } from './asking.ts';
import { factsOf } from './factsOf.ts';
import { type MonitorItem, siteClasses } from './items.ts';
import { absolutePath, type Project } from './projects.ts';
import type { MonitorOptions } from './run.ts';
import {
  type PythonSubject,
  pythonMembers,
  pythonSubjects,
  type TypescriptSubject,
  typescriptHoles,
  typescriptMembers,
  typescriptSubjects,
} from './subjects.ts';
import {
  comparison,
  compiles,
  countersLine,
  isExact,
  isMissing,
  listed,
  type Verdict,
  verdictHeader,
  verdictOf,
  verdictRow,
} from './verdicts.ts';

/** A draft waits this long for facts: what is measured is what they do, not how soon they come. */
const patienceMs = 10_000;

/** All verdicts of the last run, for a look at more than the tables show. */
const reportPath = path.join(repositoryRoot, '.cache/bench/monitor-effect.jsonl');

interface Pair {
  readonly item: MonitorItem;
  /** Whether the oracle knows all names that can stand at the hole. */
  readonly isInformed: boolean;
  readonly with: Answer;
  readonly without: Answer;
}

/** Verdicts of both variants, in the same order. */
interface Both {
  readonly with: Verdict[];
  readonly without: Verdict[];
}

/** Answers all items both ways and prints the tables. */
export async function benchEffect(options: MonitorOptions): Promise<void> {
  const { print, languages } = options;
  const typescript = await typescriptSubjects(languages);
  const python = await pythonSubjects(languages);
  describeProjects(typescript, print);
  const items = [
    ...typescriptMembers(typescript, options, siteClasses),
    ...typescriptHoles(typescript, options),
    ...(await pythonMembers(python, options)),
  ];
  // a server at a time has work
  items.sort((one, other) => (one.project < other.project ? -1 : Number(one.project > other.project)));
  const projects = new Map([...typescript, ...python].map(({ project }) => [project.entry.name, project]));
  let started = performance.now();
  const pairs = await withSession(options, (session) => answerAll(session, items, projects));
  print(`answered ${items.length} holes both ways: ${perItem(started, items.length)}`);
  started = performance.now();
  const verdicts = await judge(pairs, typescript, python);
  print(`judged: ${perItem(started, items.length)}`);
  print(draw(verdicts));
  await mkdir(path.dirname(reportPath), { recursive: true });
  await writeFile(reportPath, toJsonLines([...verdicts.with, ...verdicts.without]));
}

const perItem = (started: number, count: number): string =>
  `${((performance.now() - started) / Math.max(1, count)).toFixed(0)} ms each`;

function describeProjects(subjects: readonly TypescriptSubject[], print: MonitorOptions['print']): void {
  const rows = subjects.map(({ project, files, program }) => {
    const errors = files.reduce(
      (sum, file) => sum + program.originalErrors(absolutePath(project, file.path)).length,
      0,
    );
    return [project.entry.name, String(files.length), String(program.fileNames.length), String(errors)];
  });
  if (rows.length > 0)
    print(`\nprojects\n${drawTable(['', 'own files', 'files of program', 'errors as written'], rows)}`);
}

async function answerAll(
  session: Session,
  items: readonly MonitorItem[],
  projects: ReadonlyMap<string, Project>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const [index, item] of items.entries()) {
    // in turns, so that neither always finds the other's prompt in the cache
    const isOnFirst = index % 2 === 0;
    const one = async (monitor: boolean): Promise<Answer> =>
      ask(session, projects.get(item.project)!, item, { monitor, monitorMs: patienceMs, budget: smallBudget });
    const first = await one(isOnFirst);
    const second = await one(!isOnFirst);
    const isInformed = item.kind === 'member' && (await isClosed(session.oracle, projects.get(item.project)!, item));
    pairs.push({ item, isInformed, with: isOnFirst ? first : second, without: isOnFirst ? second : first });
  }
  return pairs;
}

async function isClosed(oracle: Oracle, project: Project, item: MonitorItem): Promise<boolean> {
  const { language, prefix, suffix, typed } = item;
  const before = prefix.slice(0, prefix.length - typed);
  const place = { document: documentOf(project, item), language, before, after: suffix, isWhole: true, typed };
  const names = await oracle.names(place, 'member', AbortSignal.timeout(patienceMs));
  return names?.isClosed === true && names.names.length > 0;
}

async function judge(
  pairs: readonly Pair[],
  typescript: readonly TypescriptSubject[],
  python: readonly PythonSubject[],
): Promise<Both> {
  const shownOf = (item: MonitorItem, answer: Answer) => ({ item, answer, shown: answer.shown });
  const answers = pairs.flatMap((pair) => [shownOf(pair.item, pair.with), shownOf(pair.item, pair.without)]);
  const found = await factsOf(answers, typescript, python);
  const facts = new Map([...found].map(([{ answer }, each]) => [answer, each]));
  const verdict = ({ item, isInformed }: Pair, answer: Answer): Verdict =>
    verdictOf(item, facts.get(answer)!, { ...answer, isInformed });
  return {
    with: pairs.map((pair) => verdict(pair, pair.with)),
    without: pairs.map((pair) => verdict(pair, pair.without)),
  };
}

const isPython = ({ item }: Verdict): boolean => item.language === 'python';
const isResolved = ({ item }: Verdict): boolean => item.siteClass === 'resolved';

/** Groups of items that tables and tests are made for, by the verdict with monitors; sites that say nothing about names stand apart. */
const groups: readonly { readonly name: string; readonly has: (verdict: Verdict) => boolean }[] = [
  { name: 'TypeScript members', has: (each) => isResolved(each) && !isPython(each) },
  { name: '… with facts', has: (each) => isResolved(each) && !isPython(each) && each.isInformed },
  { name: 'Python members', has: (each) => isResolved(each) && isPython(each) },
  { name: '… with facts', has: (each) => isResolved(each) && isPython(each) && each.isInformed },
  { name: 'TypeScript lines', has: ({ item }) => item.kind === 'line' },
  { name: 'TypeScript blocks', has: ({ item }) => item.kind === 'block' },
  { name: 'TypeScript lines and blocks', has: ({ item }) => item.kind === 'line' || item.kind === 'block' },
  { name: 'receiver takes any name', has: ({ item }) => item.siteClass === 'index' },
  { name: 'receiver is any', has: ({ item }) => item.siteClass === 'any' },
];

function draw({ with: on, without: off }: Both): string {
  const split = (has: (verdict: Verdict) => boolean): Both => ({
    with: on.filter(has),
    without: off.filter((_, index) => has(on[index]!)),
  });
  const rowsOf = (name: string, has: (verdict: Verdict) => boolean): string[][] => {
    const both = split(has);
    if (both.with.length === 0) return [];
    return [verdictRow(`${name}, with`, both.with), verdictRow(`${name}, without`, both.without)];
  };
  const testsOf = (name: string, has: (verdict: Verdict) => boolean): string[] => {
    const both = split(has);
    if (both.with.length === 0) return [];
    return [name, ...comparison(both.with, both.without).map((line) => `  ${line}`)];
  };
  const all = groups.flatMap(({ name, has }) => rowsOf(name, has));
  const perPackage = [...new Set(on.map(({ item }) => item.project))].flatMap((name) =>
    rowsOf(name, (each) => each.item.project === name && isResolved(each)),
  );
  return [
    `\ncompletions with monitors and without\n${drawTable(verdictHeader, all)}`,
    `\nmembers of receivers that resolve, per package\n${drawTable(verdictHeader, perPackage)}\n`,
    ...groups.flatMap(({ name, has }) => testsOf(name, has)),
    `\nmonitors: ${countersLine(on)}`,
    ...lists(on, off),
  ].join('\n');
}

function lists(on: readonly Verdict[], off: readonly Verdict[]): string[] {
  return [
    ...listed('harmed (right without, wrong with)', on, off, (one, other) => isExact(other) && !isExact(one)),
    ...listed('mended (wrong without, right with)', on, off, (one, other) => isExact(one) && !isExact(other)),
    ...listed('compiles without, not with', on, off, (one, other) => compiles(other) && !compiles(one)),
    ...listed('unresolved in spite of the monitors', on, off, (one) => isMissing(one)),
    ...listed('nothing shown with monitors alone', on, off, (one, other) => !one.shown && other.shown !== undefined),
  ];
}
