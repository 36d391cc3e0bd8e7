// What monitors cost a typist: keystrokes in the largest project with a warm server, with monitors and without, in turns.

import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from 'simple-statistics';
import type { Session } from '../../../src/engine/session.ts';
import type { Item } from '../items.ts';
import { cutKeystrokes, type Keystroke } from '../keystrokes.ts';
import { bootstrapDifference } from '../statistics.ts';
import { decimal, drawTable } from '../table.ts';
import { type Answer, ask, withSession } from './asking.ts';
import { childProcesses } from './childProcesses.ts';
import type { MonitorItem } from './items.ts';
import type { Project } from './projects.ts';
import type { MonitorOptions } from './run.ts';
import { type TypescriptSubject, typescriptMembers, typescriptSubjects } from './subjects.ts';

/** Of the items: so many keystrokes in random lines, and as many right behind a member's first character. */
const keystrokeShare = 1 / 12;
/** Between two keystrokes of a fast typist. */
const pauseMs = 120;
/** A server is warm once a request of a file of its project has been answered with facts; it may take this long. */
const warmMs = 60_000;

interface Timed {
  readonly with: Answer;
  readonly without: Answer;
}

export async function benchLatency(options: MonitorOptions): Promise<void> {
  const { print, seed, items } = options;
  const count = Math.max(1, Math.round(items * keystrokeShare));
  const subjects = await typescriptSubjects(new Set(['typescript']));
  const size = ({ program }: TypescriptSubject): number => program.fileNames.length;
  const largest = subjects.reduce((one, other) => (size(other) > size(one) ? other : one));
  const { project, files } = largest;
  const inLines = cutKeystrokes(files, { seed, count });
  const members = typescriptMembers([largest], { seed, items: 2 * count }, ['resolved']);
  const inMembers = members.flatMap((item) => memberKeystroke(item));
  await withSession(options, async (session) => {
    const first = inMembers[0]!.after;
    await ask(session, project, first, { monitor: true, monitorMs: warmMs });
    await ask(session, project, first, { monitor: true, monitorMs: warmMs });
    const lines = await replay(session, project, inLines);
    const names = await replay(session, project, inMembers);
    print(`\nkeystrokes in ${project.entry.name} (${size(largest)} files), ${pauseMs} ms apart`);
    print(draw([...row('in random lines', lines), ...row('in names of members', names)]));
    print(differences([...lines, ...names]));
    const processes = await childProcesses();
    const memory = processes.map(({ name, residentMiB }) => `${name} ${residentMiB.toFixed(0)} MiB`);
    print(`processes beside the engine: ${memory.join(', ') || 'none'}`);
  });
}

/** The cursor behind `.` and behind the first character of the name. */
function memberKeystroke(item: MonitorItem): Keystroke[] {
  const name = item.prefix.slice(item.prefix.length - item.typed) + item.target;
  const start = item.prefix.length - item.typed;
  const at = (typed: number): Item => ({
    ...item,
    id: `${item.id}:keystroke${typed}`,
    prefix: item.prefix.slice(0, start) + name.slice(0, typed),
    target: name.slice(typed),
    multiline: 'line',
  });
  return [{ before: at(0), after: at(1) }];
}

async function replay(session: Session, project: Project, keystrokes: readonly Keystroke[]): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const [index, { before, after }] of keystrokes.entries()) {
    const one = async (monitor: boolean): Promise<Answer> => {
      await ask(session, project, before, { monitor });
      await sleep(pauseMs);
      return ask(session, project, after, { monitor });
    };
    const isOnFirst = index % 2 === 0;
    const first = await one(isOnFirst);
    const second = await one(!isOnFirst);
    timed.push({ with: isOnFirst ? first : second, without: isOnFirst ? second : first });
  }
  return timed;
}

const header = ['request → first draft, ms', 'n', 'p50', 'p95', 'max', 'waited %', 'wait p95 ms'];

function row(name: string, timed: readonly Timed[]): string[][] {
  const one = (title: string, answers: readonly Answer[]): string[] => {
    const times = answers.map(({ firstDraftMs }) => firstDraftMs);
    const waits = answers.map(({ counters }) => counters.monitorMs);
    const at = (values: readonly number[], share: number): string =>
      decimal(values.length === 0 ? undefined : quantile([...values], share));
    const waited = (100 * waits.filter((ms) => ms > 0).length) / answers.length;
    return [
      title,
      String(answers.length),
      at(times, 0.5),
      at(times, 0.95),
      at(times, 1),
      decimal(waited),
      at(waits, 0.95),
    ];
  };
  return [
    one(
      `${name}, with`,
      timed.map((each) => each.with),
    ),
    one(
      `${name}, without`,
      timed.map((each) => each.without),
    ),
  ];
}

const draw = (rows: readonly string[][]): string => drawTable(header, rows);

function differences(timed: readonly Timed[]): string {
  const on = timed.map((each) => each.with.firstDraftMs);
  const off = timed.map((each) => each.without.firstDraftMs);
  const { difference, low, high } = bootstrapDifference(on, off);
  const single = on.map((ms, index) => ms - off[index]!);
  const median = single.length === 0 ? undefined : quantile(single, 0.5);
  return `with − without: median of pairs ${decimal(median)} ms, mean ${decimal(difference)} ms (95 %: ${decimal(low)} to ${decimal(high)})`;
}
