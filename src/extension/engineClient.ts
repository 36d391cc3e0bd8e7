// Requests → answers of the engine, a child process that may die at any moment. Starts it on first need, brings it back
// with growing delays after a crash, answers `undefined` for what was lost, and never lets it outlive the editor. Ends it when
// nothing was asked for a while, so that its memory is free for others.
// Knows nothing of the editor's API; the only place of the extension where a process is started.
import { type ChildProcess, fork } from 'node:child_process';
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import {
  type CompletionRequest,
  type EditorNames,
  type EngineInfo,
  type EngineOptions,
  type ImportsQuestion,
  type LogMessage,
  methods,
  type NamesQuestion,
  type Outcome,
  type Progress,
  protocolVersion,
  type TextChange,
  type WorkspaceFiles,
} from '../protocol/messages.ts';
import { IdleWatch } from './idleWatch.ts';

/**
 * `resting` is ended for want of use, and started by the next request. `failed` stays until someone restarts the engine: starting
 * again would fail the same way.
 */
export type EngineState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'resting' }
  | { readonly kind: 'starting'; readonly progress?: Progress }
  | { readonly kind: 'ready'; readonly info: EngineInfo; readonly processId: number }
  | { readonly kind: 'recovering'; readonly delayMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** What the client needs from its surroundings. */
export interface EngineHost {
  /** The engine's bundle, an ES module. */
  readonly enginePath: string;
  /** The Node program that runs it, and the environment it gets. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Delay before the first restart after a crash; doubles with every further crash. */
  readonly restartDelayMs: number;
  /** Milliseconds without a request until the engine is ended; 0 for never. */
  idleMs(): number;
  /** Read at every start. */
  options(): EngineOptions;
  /** Which names the editor has at a cursor of its own; `null` when it does not know. */
  names(question: NamesQuestion): Promise<EditorNames | null>;
  log(message: LogMessage): void;
  /** Called after every change of state, never twice for the same one. */
  changed(state: EngineState): void;
}

const longestDelayMs = 30_000;
/** This many crashes without an answer in between, and the engine counts as broken. */
const crashesToFailure = 5;

const firstDraft = new ProgressType<Outcome>();

/** One run of the engine's process, from fork to exit. */
interface Run {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
}

export class EngineClient {
  readonly #host: EngineHost;
  readonly #waiting = new Set<() => void>();
  readonly #idle: IdleWatch;
  readonly #killOnExit = (): void => this.#end();
  #state: EngineState = { kind: 'stopped' };
  #run: Run | undefined;
  #crashes = 0;
  #firsts = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
    this.#idle = new IdleWatch(host.idleMs, () => void this.#rest());
    process.once('exit', this.#killOnExit);
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Starts the engine unless it runs, is about to, or has failed. Returns at once. */
  start(): void {
    if (this.#state.kind === 'stopped' || this.#state.kind === 'resting') this.#launch();
  }

  /** Another time until the engine rests counts from now on. */
  idleTimeChanged(): void {
    if (this.#state.kind === 'ready') this.#idle.watch();
  }

  /** Ends the engine, forgets earlier failures and starts it again; requests that wait for it go on waiting. */
  restart(): void {
    this.#end();
    this.#crashes = 0;
    this.#launch();
  }

  /** Ends the engine; the next request starts it again. */
  stop(): void {
    this.#end();
    this.#become({ kind: 'stopped' });
  }

  dispose(): void {
    process.off('exit', this.#killOnExit);
    this.stop();
  }

  /**
   * Asks for a completion, starting the engine if need be and waiting for it as long as the token lets it.
   * `undefined` when the engine cannot answer or died meanwhile; never rejects. Where several drafts are wanted, `onFirst` is
   * called with the first of them once it is there, at most once and before this resolves; the answer begins with it again.
   */
  complete(
    request: CompletionRequest,
    token: CancellationToken,
    onFirst?: (first: Outcome) => void,
  ): Promise<Outcome | undefined> {
    return this.#idle.during(() => this.#complete(request, token, onFirst));
  }

  async #complete(
    request: CompletionRequest,
    token: CancellationToken,
    onFirst?: (first: Outcome) => void,
  ): Promise<Outcome | undefined> {
    this.start();
    const run = await this.#ready(token);
    if (run === undefined || token.isCancellationRequested) return undefined;
    const firstAs = onFirst === undefined || (request.drafts ?? 1) < 2 ? undefined : ++this.#firsts;
    const told =
      firstAs === undefined ? undefined : run.connection.onProgress(firstDraft, firstAs, (first) => onFirst?.(first));
    const asked = firstAs === undefined ? request : { ...request, firstAs };
    const outcome = await this.#ask<Outcome>(run, () => run.connection.sendRequest(methods.complete, asked, token));
    told?.dispose();
    if (outcome?.outcome === 'done') this.#crashes = 0;
    return outcome;
  }

  /** Edits that import what an accepted text names; none when no engine is there to ask. Never rejects. */
  async imports(question: ImportsQuestion, token: CancellationToken): Promise<readonly TextChange[]> {
    const run = this.#state.kind === 'ready' ? this.#run : undefined;
    if (run === undefined) return [];
    const send = () => run.connection.sendRequest<readonly TextChange[]>(methods.imports, question, token);
    return (await this.#idle.during(() => this.#ask(run, send))) ?? [];
  }

  /** Names files of the workspace to an engine that is there. */
  nameFiles(files: WorkspaceFiles): void {
    if (this.#state.kind === 'ready') void this.#run?.connection.sendNotification(methods.workspace, files);
  }

  /** Spans of the last completion as indented text; `undefined` when no engine is there to ask. */
  async trace(): Promise<string | undefined> {
    const run = this.#state.kind === 'ready' ? this.#run : undefined;
    return run && (await this.#ask<string>(run, () => run.connection.sendRequest(methods.trace)));
  }

  async #ask<T>(run: Run, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      // Rejected because the process went away, or by the engine's transport: the log has the cause, the user loses one answer.
      if (this.#run === run) this.#host.log({ level: 'warning', text: `request rejected: ${reasonOf(error)}` });
      return undefined;
    }
  }

  /** Resolves once the engine is ready, with `undefined` once it is not going to be or nobody waits any longer. */
  #ready(token: CancellationToken): Promise<Run | undefined> {
    return new Promise((resolve) => {
      const settle = (): void => {
        const { kind } = this.#state;
        if (!token.isCancellationRequested && (kind === 'starting' || kind === 'recovering')) return;
        this.#waiting.delete(settle);
        listening?.dispose();
        resolve(kind === 'ready' ? this.#run : undefined);
      };
      this.#waiting.add(settle);
      const listening = token.isCancellationRequested ? undefined : token.onCancellationRequested(settle);
      queueMicrotask(settle);
    });
  }

  #launch(): void {
    this.#become({ kind: 'starting' });
    const { enginePath, program, environment } = this.#host;
    const child = fork(enginePath, [], {
      execPath: program,
      execArgv: [],
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const run: Run = { child, connection };
    this.#run = run;
    connection.onNotification(methods.progress, (progress: Progress) => {
      if (this.#run === run && this.#state.kind === 'starting') this.#become({ kind: 'starting', progress });
    });
    connection.onRequest(methods.names, (question: NamesQuestion) => this.#host.names(question));
    connection.onNotification(methods.log, (message: LogMessage) => this.#host.log(message));
    // A write to a process that has just gone reports here; its exit is what counts.
    connection.onError(([error]) => this.#host.log({ level: 'warning', text: error.message }));
    child.stdout?.on('data', (text: Buffer) => this.#host.log({ level: 'info', text: text.toString().trimEnd() }));
    child.stderr?.on('data', (text: Buffer) => this.#host.log({ level: 'warning', text: text.toString().trimEnd() }));
    child.once('error', (error) => this.#gone(run, error.message));
    child.once('exit', (code, signal) => this.#gone(run, signal ?? `exit code ${code}`));
    connection.listen();
    void this.#introduce(run);
  }

  async #introduce(run: Run): Promise<void> {
    try {
      const info = await run.connection.sendRequest<EngineInfo>(methods.start, this.#host.options());
      if (this.#run !== run) return;
      if (info.protocolVersion !== protocolVersion) {
        this.#fail(`the engine speaks protocol ${info.protocolVersion}, the extension ${protocolVersion}`);
        return;
      }
      const processId = run.child.pid ?? 0;
      this.#host.log({
        level: 'info',
        text: `engine ready: process ${processId}, ${info.model} on ${info.device}, ${Math.round(info.loadMs)} ms`,
      });
      this.#become({ kind: 'ready', info, processId });
      this.#idle.watch();
    } catch (error) {
      // An answer that is an error is the engine's own word that it cannot start; anything else is followed by its exit.
      if (this.#run === run && isRefusal(error)) this.#fail(ownWords(error));
    }
  }

  /** Ends the engine once what it has learnt is kept, unless somebody comes meanwhile. */
  async #rest(): Promise<void> {
    const run = this.#state.kind === 'ready' ? this.#run : undefined;
    if (run === undefined) return;
    const { begun } = this.#idle;
    await this.#ask(run, () => run.connection.sendRequest(methods.keep));
    if (this.#run !== run || this.#idle.begun !== begun) return;
    this.#end();
    this.#host.log({
      level: 'info',
      text: 'engine ended, since nothing was asked for a while; the next request starts it',
    });
    this.#become({ kind: 'resting' });
  }

  #fail(reason: string): void {
    this.#end();
    this.#host.log({ level: 'error', text: `engine failed: ${reason}` });
    this.#become({ kind: 'failed', reason });
  }

  #gone(run: Run, how: string): void {
    if (this.#run !== run) return;
    this.#end();
    this.#crashes += 1;
    if (this.#crashes >= crashesToFailure) {
      this.#fail(`it ended ${this.#crashes} times in a row (last: ${how})`);
      return;
    }
    const delayMs = Math.min(this.#host.restartDelayMs * 2 ** (this.#crashes - 1), longestDelayMs);
    this.#host.log({ level: 'warning', text: `engine ended (${how}); starting again in ${delayMs} ms` });
    this.#become({ kind: 'recovering', delayMs });
    this.#timer = setTimeout(() => this.#launch(), delayMs);
  }

  #end(): void {
    this.#idle.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const run = this.#run;
    this.#run = undefined;
    run?.connection.dispose();
    run?.child.kill();
  }

  #become(state: EngineState): void {
    this.#state = state;
    this.#host.changed(state);
    for (const settle of [...this.#waiting]) settle();
  }
}

function isRefusal(error: unknown): error is ResponseError<unknown> {
  // Errors of the transport itself are ResponseErrors too, with codes of their own.
  const transport = [ErrorCodes.MessageWriteError, ErrorCodes.MessageReadError, ErrorCodes.PendingResponseRejected];
  return error instanceof ResponseError && !transport.some((code) => code === error.code);
}

/** What the engine said, without the transport's preamble and the final full stop. */
function ownWords(error: Error): string {
  return error.message.replace(/^Request \S+ failed with message: /, '').replace(/\.$/, '');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
