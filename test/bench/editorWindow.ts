// A window as far as an engine sees it: the extension's own client, and the bundle that it starts or finds.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { EngineClient, type EngineState } from '../../src/extension/engineClient.ts';
import { engineEnvironment } from '../../src/extension/runtime.ts';
import { type CompletionRequest, protocolVersion } from '../../src/protocol/messages.ts';
import { built, grammarsPath, testCachePath } from '../support/built.ts';
import { type Process, processes } from '../vscode/processes.ts';
import { repositoryRoot } from './corpus.ts';

export interface WindowOptions {
  readonly modelPath: string;
  readonly threads: number;
  /** Windows with the same folder meet the same engine, and keep what they learn there. */
  readonly folder: string;
}

/** Tokens before the cursor, as the settings have it by default. */
const prefixTokens = 1024;
const promptMs = 1500;

export class EditorWindow {
  readonly #client: EngineClient;
  readonly #changes = new EventTarget();
  #idleMs = 0;

  private constructor(enginePath: string, { modelPath, threads, folder }: WindowOptions) {
    this.#client = new EngineClient({
      enginePath,
      program: process.execPath,
      environment: engineEnvironment(process.env),
      meetingsPath: path.join(folder, 'engines'),
      restartDelayMs: 250,
      idleMs: () => this.#idleMs,
      options: () => ({
        protocolVersion,
        modelPath,
        grammarsPath,
        cachePath: testCachePath,
        storagePath: path.join(folder, 'storage'),
        device: 'cpu',
        threads,
      }),
      names: async () => null,
      file: async () => null,
      log: () => {},
      changed: () => this.#changes.dispatchEvent(new Event('changed')),
    });
  }

  static async open(options: WindowOptions): Promise<EditorWindow> {
    return new EditorWindow(await built('engine.js'), options);
  }

  /** Milliseconds until the first draft. */
  async ask(request: CompletionRequest): Promise<number> {
    const startMs = performance.now();
    let firstMs: number | undefined;
    const note = (): void => {
      firstMs ??= performance.now() - startMs;
    };
    const outcome = await this.#client.complete(request, new CancellationTokenSource().token, note);
    if (outcome?.outcome !== 'done') throw new Error(`no answer: ${outcome?.outcome}`);
    note();
    return firstMs ?? Number.NaN;
  }

  /** Leaves the engine as after minutes without a request. */
  async rest(): Promise<void> {
    this.#idleMs = 1;
    this.#client.idleTimeChanged();
    await this.#reach('resting');
    this.#idleMs = 0;
  }

  close(): void {
    this.#client.dispose();
  }

  async #reach(kind: EngineState['kind']): Promise<void> {
    while (this.#client.state.kind !== kind) await once(this.#changes, 'changed');
  }
}

type NamedRequest = readonly [name: string, request: CompletionRequest];

/** About a short file, and about a whole prompt. */
export async function requests(): Promise<readonly [NamedRequest, NamedRequest]> {
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
  const long = await readFile(path.join(repositoryRoot, 'src/engine/decoding.ts'), 'utf8');
  const cut = long.lastIndexOf('this.', 8000) + 'this.'.length;
  return [
    ['a short file', request],
    ['a whole prompt', { ...request, prefix: long.slice(0, cut), suffix: long.slice(cut) }],
  ];
}

/** Engines that the windows of a folder have started. */
export function enginesOf(folder: string): readonly Process[] {
  return processes(/engine\.js/).filter(({ command }) => command.includes(folder));
}

/** Memory of all processes that this one has started, and of theirs, but those that run its own source. */
export function descendantsMiB(): number {
  const all = processes(/^(?!.*esbuild)/);
  const of = (parent: number): number =>
    all
      .filter((child) => child.parent === parent && !child.command.startsWith('ps '))
      .reduce((sum, { id, residentMiB }) => sum + residentMiB + of(id), 0);
  return of(process.pid);
}
