// What a fast typist notices: 12 characters a second for a minute in a real VS Code, with suggestions and without; whether the text
// is what was typed, how busy the extension host was behind each key, what became of the questions, how much memory there is before
// and after, and how long the next draft takes to be drawn.
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { quantile } from 'simple-statistics';
import { type Process, processes } from '../../vscode/processes.ts';
import { Session } from '../../vscode/session.ts';
import { until } from '../../vscode/until.ts';
import { readCorpus, repositoryRoot } from '../corpus.ts';
import { cutPieces, type Piece } from '../prepared/pieces.ts';
import { decimal, drawTable } from '../table.ts';
import { type Busy, busyBetween } from './busy.ts';
import { changeAfter } from './cycling.ts';
import { paintedAfter, watchKeys } from './paints.ts';
import { donePrefix, type ProbeReport, reportName, typedPrefix } from './probeReport.ts';

export interface TypingOptions {
  readonly seed: number;
  readonly print: (text: string) => void;
}

const charactersPerSecond = 12;
const seconds = 60;
const characters = charactersPerSecond * seconds;
/** Of a piece, at least. */
const lines = 26;
/** Times that the next draft is asked for. */
const cycles = 30;

/** Nothing but the typist changes the text; the suggest widget is open all the same. */
const settings = {
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.acceptSuggestionOnEnter': 'off',
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.quickSuggestions': { other: 'on', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': true,
  'files.autoSaveDelay': 1000,
  'palimpsest.enable': true,
};

type Way = 'with' | 'without';

interface Typed {
  readonly isSame: boolean;
  readonly perSecond: number;
  readonly busy: readonly Busy[];
  /** Milliseconds from each key to what the page drew of it, in ascending order. */
  readonly painted: readonly number[];
  /** Of processor time. */
  readonly engineSeconds: number;
  readonly log: string;
  /** Resident memory, MiB, in the middle of typing and at its end. */
  readonly memory: readonly { readonly host: number; readonly engine: number }[];
}

export async function benchTyping({ seed, print }: TypingOptions): Promise<void> {
  const { files } = await readCorpus();
  const typescript = files.filter(({ language }) => language === 'typescript');
  const piece = cutPieces(typescript, { seed, count: 40, lines }).find(({ text }) => text.length >= characters);
  if (piece === undefined) throw new Error(`no piece of ${characters} characters`);
  const ways: readonly Way[] = ['without', 'with'];
  const texts = ways.flatMap((way) => [
    [`${typedPrefix}${way}.ts`, piece.before + piece.after],
    [`${donePrefix}${way}.ts`, 'export {};\n'],
  ]);
  let extension = '';
  const session = await Session.start(Object.fromEntries(texts), 'real', async (folder) => {
    extension = path.join(folder, 'dist');
    await buildProbe(path.join(extension, 'probe.cjs'));
    await appendFile(path.join(extension, 'extension.cjs'), "\nrequire('./probe.cjs');\n");
  });
  try {
    const typed = new Map<Way, Typed>();
    for (const way of ways) typed.set(way, await typeIn(session, piece, way, path.join(extension, reportName)));
    print(`\n${characters} characters of a file at ${charactersPerSecond} a second in VS Code`);
    print(await autogroupLine());
    print(draw(ways.map((way) => typed.get(way)!)));
    const changes = await cycle(session);
    const at = (share: number): string => decimal(quantile(changes, share), 1);
    print(
      `next draft drawn, ms behind the key, ${changes.length} of ${cycles}: p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`,
    );
  } finally {
    await session.stop();
  }
}

/**
 * Linux may share processors between groups of processes, and a browser and a server that are started apart are in groups of their
 * own, while the editor's own window and its extension host are in one.
 */
async function autogroupLine(): Promise<string> {
  const setting = await readFile('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').catch(() => undefined);
  return setting?.trim() === '1'
    ? 'the scheduler groups processes: sysctl kernel.sched_autogroup_enabled=0 to measure as on a desktop'
    : 'the scheduler treats all processes alike';
}

async function buildProbe(outfile: string): Promise<void> {
  const entry = fileURLToPath(new URL('./probe.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
}

async function typeIn(session: Session, piece: Piece, way: Way, reportPath: string): Promise<Typed> {
  const { editor } = session;
  const name = `${typedPrefix}${way}.ts`;
  const before = piece.before.split('\n');
  await session.set({ ...settings, 'palimpsest.enable': way === 'with' });
  await editor.open(name, before.length, before.at(-1)!.length + 1);
  // the first question about a file computes all of its prompt, and starts the engine
  await editor.command('Palimpsest: Complete Here');
  await until('an answer', async () => (/ shown after /.test(await session.log()) ? true : undefined), 120_000);
  await editor.press('Escape');
  await sleep(2000);
  const from = (await session.log()).length;
  const text = piece.text.slice(0, characters);
  const memory: Typed['memory'][number][] = [];
  await watchKeys(editor.page);
  const secondsBefore = engineOf(session).seconds;
  const startMs = performance.now();
  for (const [index, character] of [...text].entries()) {
    await sleep(startMs + (index * 1000) / charactersPerSecond - performance.now());
    if (character === '\n') await editor.press('Enter');
    else await editor.page.keyboard.type(character);
    if (index === characters / 4 || index === characters - 1) memory.push(memoryOf(session));
  }
  const perSecond = (characters / (performance.now() - startMs)) * 1000;
  const engineSeconds = engineOf(session).seconds - secondsBefore;
  const painted = await paintedAfter(editor.page, characters);
  await rm(reportPath, { force: true });
  const isSame = await editor.seeDocument(name, piece.before + text + piece.after).then(
    () => true,
    () => false,
  );
  await editor.open(`${donePrefix}${way}.ts`);
  const report = await until('the profile', async () => JSON.parse(await readFile(reportPath, 'utf8')) as ProbeReport);
  await writeFile(path.join(repositoryRoot, `.cache/bench/typing-${way}.json`), JSON.stringify(report));
  const busy = busyBetween(report, (url) => url.endsWith('/dist/extension.cjs'));
  return { isSame, perSecond, painted, busy, engineSeconds, memory, log: (await session.log()).slice(from) };
}

function engineOf(session: Session): Process {
  const [engine] = session.engines();
  if (engine === undefined) throw new Error('there is no engine');
  return engine;
}

function memoryOf(session: Session): Typed['memory'][number] {
  const engine = engineOf(session);
  const [hostId] = session.extensionHosts();
  const host = processes(/--type=extensionHost/).find(({ id }) => id === hostId);
  return { host: host?.residentMiB ?? 0, engine: engine.residentMiB };
}

function draw(both: readonly Typed[]): string {
  const row = (name: string, of: (typed: Typed) => string): string[] => [name, ...both.map(of)];
  const busy =
    (kind: keyof Busy, share: number) =>
    (typed: Typed): string =>
      decimal(
        quantile(
          typed.busy.map((each) => each[kind]),
          share,
        ),
        2,
      );
  const painted =
    (share: number) =>
    (typed: Typed): string =>
      decimal(quantile([...typed.painted], share), 0);
  const count =
    (pattern: RegExp) =>
    (typed: Typed): string =>
      String(typed.log.match(pattern)?.length ?? 0);
  const sizes =
    (of: keyof Typed['memory'][number]) =>
    (typed: Typed): string =>
      typed.memory.map((each) => decimal(each[of], 0)).join(' → ');
  return drawTable(
    ['', 'without', 'with'],
    [
      row('the file is what was typed', ({ isSame }) => (isSame ? 'yes' : 'no')),
      row('characters a second', ({ perSecond }) => decimal(perSecond, 1)),
      row('drawn behind a key p50, ms', painted(0.5)),
      row('p99', painted(0.99)),
      row('longest', painted(1)),
      row('host busy behind a key p50, ms', busy('all', 0.5)),
      row('p99', busy('all', 0.99)),
      row('of these ours p50, ms', busy('ours', 0.5)),
      row('p99', busy('ours', 0.99)),
      row('longest', busy('ours', 1)),
      row('of these on the processor p99, ms', busy('oursRan', 0.99)),
      row('longest', busy('oursRan', 1)),
      row('answers shown', count(/: [1-9]\d* shown after /g)),
      row('questions given up', count(/: given up (?:of|after) /g)),
      row('engine, seconds of a processor', ({ engineSeconds }) => String(engineSeconds)),
      row('extension host, MiB', sizes('host')),
      row('engine, MiB', sizes('engine')),
    ],
  );
}

/** Milliseconds from the key to each next draft on screen. */
async function cycle(session: Session): Promise<readonly number[]> {
  const { editor } = session;
  const from = (await session.log()).length;
  await editor.open(`${typedPrefix}with.ts`);
  await editor.press('Control+End');
  await editor.type('function total(items: number[]) { return items.');
  await editor.seeGhost();
  await editor.command('Palimpsest: Complete Here');
  await until('other drafts', async () =>
    /drafts: [2-9] of \d+ after/.test((await session.log()).slice(from)) ? true : undefined,
  );
  await editor.seeGhost();
  const changes: number[] = [];
  for (let turn = 0; turn < cycles; turn++) {
    const ms = await changeAfter(editor.page, 'Alt+]');
    if (ms !== undefined) changes.push(ms);
  }
  return changes;
}
