// Whether proposals change anything but speed: the same holes with them and without, under every combination of grammar and
// monitors in turns, the most probable tokens and, for some, drawn ones.
import { pathToFileURL } from 'node:url';
import type { Session } from '../../../src/engine/session.ts';
import type { CompletionRequest } from '../../../src/protocol/messages.ts';
import { completed, shownBy } from '../completed.ts';
import { cutHoles } from '../holes.ts';
import type { Item } from '../items.ts';
import { documentOf, withOracle, withSession } from '../monitor/asking.ts';
import { DelayedOracle } from '../monitor/delayedOracle.ts';
import { fetchProjects } from '../monitor/fetchProjects.ts';
import { absolutePath, listProjects, type Project, projectFiles } from '../monitor/projects.ts';
import { drawTable } from '../table.ts';
import type { BenchOptions } from './work.ts';

const budget = { prefixTokens: 256, suffixTokens: 64, maxTokens: 48 } as const;
/** Every so many holes, tokens are drawn, too. */
const drawnEvery = 6;
/** Facts are there before they are used, so that they are the same. */
const patienceMs = 30_000;

const combinations = {
  'no constraint': { grammar: false, monitor: false },
  grammar: { grammar: true, monitor: false },
  'grammar and monitors': { grammar: true, monitor: true },
} as const;

interface Tally {
  holes: number;
  tokens: number;
  passesPlain: number;
  passes: number;
  others: number;
}

/** Asks about all holes and prints how many texts differ. */
export async function benchEquality(options: BenchOptions): Promise<void> {
  const { print } = options;
  await fetchProjects();
  const holes = await cutProjects(options);
  const tallies = new Map<string, Tally>();
  await withSession(options, async (opened) => {
    const session = withOracle(opened, new DelayedOracle(opened.oracle));
    for (const [index, { project, item }] of holes.entries()) {
      const names = Object.keys(combinations) as (keyof typeof combinations)[];
      const name = names[index % names.length]!;
      const request = requestOf(project, item, combinations[name]);
      await session.speculation.learnDocument({ key: request.path, before: item.prefix, after: item.suffix });
      await compare(session, request, `${name}, greedy`);
      if (index % drawnEvery < names.length && index % (2 * drawnEvery) < drawnEvery)
        await compare(session, { ...request, sampling: { temperature: 0.8, seed: index } }, `${name}, drawn`);
    }
  });
  const rows = [...tallies].map(([name, { holes: count, tokens, passesPlain, passes, others }]) =>
    [name, count, tokens, passesPlain, passes, others].map(String),
  );
  print(`\nwith proposals and without, ${holes.length} holes\n${drawTable(header, rows)}`);

  async function compare(session: Session, request: CompletionRequest, name: string): Promise<void> {
    const plain = await completed(session, { ...request, speculate: false });
    const quick = await completed(session, request);
    const tally = tallies.get(name) ?? { holes: 0, tokens: 0, passesPlain: 0, passes: 0, others: 0 };
    tallies.set(name, tally);
    tally.holes++;
    tally.tokens += quick.counters.emitted;
    tally.passesPlain += plain.counters.passes;
    tally.passes += quick.counters.passes;
    if (shownBy(plain.drafts) === shownBy(quick.drafts)) return;
    tally.others++;
    print(`  ${name} ${request.path}\n    ${shownBy(plain.drafts)} became ${shownBy(quick.drafts)}`);
  }
}

const header = ['choices', 'holes', 'tokens', 'passes without', 'passes with', 'other texts'];

interface ProjectHole {
  readonly project: Project;
  readonly item: Item;
}

async function cutProjects({ holes, seed }: BenchOptions): Promise<ProjectHole[]> {
  const projects = new Map<string, Project>();
  const files = [];
  for (const project of await listProjects()) {
    const own = await projectFiles(project);
    for (const { path } of own) projects.set(path, project);
    files.push(...own);
  }
  const counts = { line: Math.round(holes / 2), block: Math.round(holes / 4), member: Math.round(holes / 4) };
  return cutHoles(files, { seed, counts })
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((item) => ({ project: projects.get(item.path)!, item }));
}

function requestOf(
  project: Project,
  item: Item,
  constraints: { readonly grammar: boolean; readonly monitor: boolean },
): CompletionRequest {
  const { language, prefix, suffix, kind } = item;
  const multiline = kind === 'block' ? 'block' : 'line';
  const path = pathToFileURL(absolutePath(project, item.path)).href;
  const document = documentOf(project, item);
  return { path, language, prefix, suffix, multiline, document, monitorMs: patienceMs, ...constraints, ...budget };
}
