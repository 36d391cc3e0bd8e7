// Orders about models → outcomes of the process that keeps them, which is started with the first and ended some time after the last.
// Knows nothing of the editor's API.
import { type ChildProcess, fork } from 'node:child_process';
import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
} from 'vscode-jsonrpc/node';
import type { LogMessage } from '../protocol/messages.ts';
import {
  type ImportOrder,
  type InstallOrder,
  type ListQuestion,
  type ModelList,
  modelMethods,
  type RemovalOrder,
  type Trial,
  type TrialOrder,
  type WorkOutcome,
  type WorkProgress,
} from '../protocol/modelMessages.ts';
import type { InstalledModel } from '../protocol/models.ts';

/** What the client needs from its surroundings. */
export interface ModelsHost {
  /** The bundle of the process, an ES module. */
  readonly bundlePath: string;
  /** The Node program that runs it, and the environment it gets. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds without an order until the process is ended. */
  readonly idleMs: number;
  /** Milliseconds that work has to end once it is called off: what hangs in a driver ends with its process alone. */
  readonly graceMs: number;
  log(message: LogMessage): void;
}

/** One run of the process, from fork to exit. */
interface Run {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** How it ended. */
  ending?: string;
}

export type OnWork = (progress: WorkProgress) => void;

const workProgress = new ProgressType<WorkProgress>();

/** No method rejects. */
export class ModelsClient {
  readonly #host: ModelsHost;
  readonly #killOnExit = (): void => this.#end();
  #run: Run | undefined;
  #pending = 0;
  #orders = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: ModelsHost) {
    this.#host = host;
    process.once('exit', this.#killOnExit);
  }

  /** Undefined where the process cannot say. */
  async list(question: ListQuestion): Promise<ModelList | undefined> {
    const outcome = await this.#ask<ModelList>(async ({ connection }) => ({
      outcome: 'done',
      value: await connection.sendRequest<ModelList>(modelMethods.list, question),
    }));
    return outcome.outcome === 'done' ? outcome.value : undefined;
  }

  /** Downloads a model of the catalogue, or goes on with it. */
  install(
    order: Omit<InstallOrder, 'progressAs'>,
    token: CancellationToken,
    onWork: OnWork,
  ): Promise<WorkOutcome<InstalledModel>> {
    return this.#told(modelMethods.install, order, token, onWork);
  }

  import(
    order: Omit<ImportOrder, 'progressAs'>,
    token: CancellationToken,
    onWork: OnWork,
  ): Promise<WorkOutcome<InstalledModel>> {
    return this.#told(modelMethods.import, order, token, onWork);
  }

  /** Removes an installed model with its graph, or what a download has left. */
  remove(order: RemovalOrder): Promise<WorkOutcome<null>> {
    return this.#ask(({ connection }) => connection.sendRequest(modelMethods.remove, order));
  }

  /** Builds the graph of a model, unless it is there, and measures how fast the model is. */
  try(order: Omit<TrialOrder, 'progressAs'>, token: CancellationToken, onWork: OnWork): Promise<WorkOutcome<Trial>> {
    return this.#told(modelMethods.try, order, token, onWork);
  }

  /** Ends the process; a download under way can be gone on from. */
  dispose(): void {
    process.off('exit', this.#killOnExit);
    this.#end();
  }

  #told<T>(method: string, order: object, token: CancellationToken, onWork: OnWork): Promise<WorkOutcome<T>> {
    const progressAs = ++this.#orders;
    return this.#ask<T>(async ({ connection }) => {
      const told = connection.onProgress(workProgress, progressAs, onWork);
      let grace: NodeJS.Timeout | undefined;
      const calledOff = token.onCancellationRequested(() => {
        grace = setTimeout(() => this.#end(), this.#host.graceMs);
      });
      try {
        return await connection.sendRequest<WorkOutcome<T>>(method, { ...order, progressAs }, token);
      } finally {
        clearTimeout(grace);
        calledOff.dispose();
        told.dispose();
      }
    });
  }

  async #ask<T>(send: (run: Run) => Promise<WorkOutcome<T>>): Promise<WorkOutcome<T>> {
    clearTimeout(this.#timer);
    this.#pending += 1;
    const run = this.#launched();
    try {
      return await send(run);
    } catch (error) {
      const how = run.ending ?? (error instanceof Error ? error.message : String(error));
      const message = `The process that keeps models ended (${how}): try again.`;
      return { outcome: 'failed', trouble: { kind: 'fault', message } };
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#timer = setTimeout(() => this.#end(), this.#host.idleMs);
    }
  }

  #launched(): Run {
    if (this.#run !== undefined) return this.#run;
    const { bundlePath, program, environment, log } = this.#host;
    const child = fork(bundlePath, [], {
      execPath: program,
      execArgv: [],
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const run: Run = { child, connection };
    this.#run = run;
    // a write to a process that has just gone reports here; its exit is what counts
    connection.onError(([error]) => log({ level: 'warning', text: error.message }));
    child.stdout?.on('data', (text: Buffer) => log({ level: 'info', text: text.toString().trimEnd() }));
    child.stderr?.on('data', (text: Buffer) => log({ level: 'warning', text: text.toString().trimEnd() }));
    child.once('error', (error) => this.#gone(run, error.message));
    child.once('exit', (code, signal) => this.#gone(run, signal ?? `exit code ${code}`));
    connection.listen();
    return run;
  }

  #gone(run: Run, how: string): void {
    run.ending ??= how;
    if (this.#run !== run) return;
    this.#host.log({ level: 'warning', text: `the process that keeps models ended (${how})` });
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    const run = this.#run;
    this.#run = undefined;
    run?.connection.dispose();
    run?.child.kill();
  }
}
