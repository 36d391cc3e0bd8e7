// What an engine gives back when nobody asks it, its language server included, and how soon the next suggestion is there: the
// extension's own client and the bundle that it starts, asked about a short file and about a whole prompt.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { max, median } from 'simple-statistics';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { EngineClient, type EngineState } from '../../src/extension/engineClient.ts';
import { engineEnvironment } from '../../src/extension/runtime.ts';
import { type CompletionRequest, protocolVersion } from '../../src/protocol/messages.ts';
import { built, grammarsPath, testCachePath } from '../support/built.ts';
import { processes } from '../vscode/processes.ts';
import { repositoryRoot } from './corpus.ts';
import { decimal, drawTable } from './table.ts';

export interface RestingOptions {
  readonly modelPath: string;
  readonly threads: number;
  readonly repeats: number;
}

/** Tokens before the cursor, as the settings have it by default. */
const prefixTokens = 1024;
const promptMs = 1500;
/** The language server has read its project by then. */
const settleMs = 3000;

/** Table of memory before and after, and of the time to the first draft from rest, `repeats` times each. */
export async function drawResting({ modelPath, threads, repeats }: RestingOptions): Promise<string> {
  const storagePath = await mkdtemp(path.join(tmpdir(), 'palimpsest-resting-'));
  const changes = new EventTarget();
  let idleMs = 0;
  const client = new EngineClient({
    enginePath: await built('engine.js'),
    program: process.execPath,
    environment: engineEnvironment(process.env),
    meetingsPath: path.join(storagePath, 'engines'),
    restartDelayMs: 250,
    idleMs: () => idleMs,
    options: () => ({
      protocolVersion,
      modelPath,
      grammarsPath,
      cachePath: testCachePath,
      storagePath,
      device: 'cpu',
      threads,
    }),
    names: async () => null,
    file: async () => null,
    log: () => {},
    changed: () => changes.dispatchEvent(new Event('changed')),
  });
  const reach = async (kind: EngineState['kind']): Promise<void> => {
    while (client.state.kind !== kind) await once(changes, 'changed');
  };
  /** Milliseconds until the first draft. */
  const ask = async (request: CompletionRequest): Promise<number> => {
    const startMs = performance.now();
    let firstMs: number | undefined;
    const note = (): void => {
      firstMs ??= performance.now() - startMs;
    };
    const outcome = await client.complete(request, new CancellationTokenSource().token, note);
    if (outcome?.outcome !== 'done') throw new Error(`no answer: ${outcome?.outcome}`);
    note();
    return firstMs ?? Number.NaN;
  };

  try {
    const rows: string[][] = [];
    for (const [name, request] of await requests()) {
      const samples: { before: number; after: number; coldMs: number; warmMs: number }[] = [];
      await ask(request);
      for (let repeat = 0; repeat < repeats; repeat++) {
        await sleep(settleMs);
        const warmMs = await ask({ ...request, prefix: `${request.prefix}s` });
        const before = descendantsMiB();
        idleMs = 1;
        client.idleTimeChanged();
        await reach('resting');
        idleMs = 0;
        await sleep(settleMs);
        const after = descendantsMiB();
        samples.push({ before, after, coldMs: await ask(request), warmMs });
      }
      const of = (key: 'before' | 'after' | 'coldMs' | 'warmMs'): number[] => samples.map((sample) => sample[key]);
      rows.push([
        name,
        decimal(median(of('before')), 0),
        decimal(max(of('after')), 0),
        decimal(median(of('warmMs')), 0),
        decimal(median(of('coldMs')), 0),
        decimal(max(of('coldMs')), 0),
      ]);
    }
    const header = ['', 'MiB before', 'at rest, most', 'ms, one more key', 'ms from rest, p50', 'longest'];
    return drawTable(header, rows);
  } finally {
    client.dispose();
    await rm(storagePath, { recursive: true, force: true });
  }
}

async function requests(): Promise<readonly (readonly [string, CompletionRequest])[]> {
  const file = path.join(repositoryRoot, 'samples/inventory.ts');
  const [prefix = '', suffix = ''] = (await readFile(file, 'utf8')).split('‸', 2);
  const request = {
    path: 'samples/inventory.ts',
    language: 'typescript',
    prefix,
    suffix,
    prefixTokens,
    promptMs,
    drafts: 3,
    document: {
      uri: pathToFileURL(file).href,
      folders: [pathToFileURL(repositoryRoot).href],
      isTrusted: false,
    },
  };
  const long = await readFile(path.join(repositoryRoot, 'src/engine/session.ts'), 'utf8');
  const cut = long.lastIndexOf('this.', 8000) + 'this.'.length;
  return [
    ['a short file', request],
    ['a whole prompt', { ...request, prefix: long.slice(0, cut), suffix: long.slice(cut) }],
  ];
}

/** Memory of all processes that this one has started, and of theirs, but those that run its own source. */
function descendantsMiB(): number {
  const all = processes(/^(?!.*esbuild)/);
  const of = (parent: number): number =>
    all
      .filter((child) => child.parent === parent && !child.command.startsWith('ps '))
      .reduce((sum, { id, residentMiB }) => sum + residentMiB + of(id), 0);
  return of(process.pid);
}
