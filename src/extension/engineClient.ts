// Requests → answers of the engine, a process that windows share and that may die at any moment. Meets it on first need, brings it
// back with growing delays after a crash, and answers `undefined` for what was lost. Leaves it when nothing was asked for a while:
// without windows it ends, and its memory is free for others.
// Knows nothing of the editor's API.
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ProgressType,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  type CompletionRequest,
  type EditorFile,
  type EditorNames,
  type EngineInfo,
  type EngineOptions,
  type FileQuestion,
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
import { type EngineLink, type EnginePlace, meetEngine } from './meetEngine.ts';

/**
 * `resting` is left for want of use, and started by the next request. `failed` stays until someone restarts the engine: starting
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
export interface EngineHost extends EnginePlace {
  /** Delay before the first restart after a crash; doubles with every further crash. */
  readonly restartDelayMs: number;
  /** Milliseconds without a request until the engine is left; 0 for never. */
  idleMs(): number;
  /** Read at every start. */
  options(): EngineOptions;
  /** Which names the editor has at a cursor of its own; `null` when it does not know. */
  names(question: NamesQuestion): Promise<EditorNames | null>;
  /** Reads a file of the workspace; `null` when there is none. */
  file(question: FileQuestion): Promise<EditorFile | null>;
  log(message: LogMessage): void;
  /** Called after every change of state, never twice for the same one. */
  changed(state: EngineState): void;
}

const longestDelayMs = 30_000;
/** This many crashes without an answer in between, and the engine counts as broken. */
const crashesToFailure = 5;

const firstDraft = new ProgressType<Outcome>();

/** One time with an engine, from the first step towards it to the end of the connection. */
class Run {
  link: EngineLink | undefined;
  connection: MessageConnection | undefined;

  end(): void {
    this.connection?.dispose();
    this.link?.socket.destroy();
  }
}

/** A run whose engine is there. */
interface ReadyRun {
  readonly run: Run;
  readonly connection: MessageConnection;
}

export class EngineClient {
  readonly #host: EngineHost;
  readonly #waiting = new Set<() => void>();
  readonly #idle: IdleWatch;
  #state: EngineState = { kind: 'stopped' };
  #run: Run | undefined;
  #crashes = 0;
  #firsts = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
    this.#idle = new IdleWatch(host.idleMs, () => this.#rest());
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

  /** Leaves the engine, forgets earlier failures and meets one under the options of now; requests that wait go on waiting. */
  renew(): void {
    this.#end();
    this.#crashes = 0;
    this.#launch();
  }

  /** As `renew`, with another process: other windows meet that, too. */
  restart(): void {
    if (this.#state.kind === 'ready') endProcess(this.#state.processId);
    this.renew();
  }

  /** Leaves the engine; the next request meets one again. */
  stop(): void {
    this.#end();
    this.#become({ kind: 'stopped' });
  }

  dispose(): void {
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
    const ready = await this.#ready(token);
    if (ready === undefined || token.isCancellationRequested) return undefined;
    const { run, connection } = ready;
    const firstAs = onFirst === undefined || (request.drafts ?? 1) < 2 ? undefined : ++this.#firsts;
    const told =
      firstAs === undefined ? undefined : connection.onProgress(firstDraft, firstAs, (first) => onFirst?.(first));
    const asked = firstAs === undefined ? request : { ...request, firstAs };
    const outcome = await this.#ask<Outcome>(run, () => connection.sendRequest(methods.complete, asked, token));
    told?.dispose();
    if (outcome?.outcome === 'done') this.#crashes = 0;
    return outcome;
  }

  /**
   * Has an engine that is there read the prompt of a completion. Resolves with how many tokens of it were computed; with `undefined`
   * when none is there to ask. Is no use of the engine, so one that nobody asks for completions rests all the same. Never rejects.
   */
  async read(request: CompletionRequest, token: CancellationToken): Promise<number | undefined> {
    const ready = this.#readyRun;
    if (ready === undefined) return undefined;
    return this.#ask(ready.run, () => ready.connection.sendRequest<number>(methods.read, request, token));
  }

  /** Edits that import what an accepted text names; none when no engine is there to ask. Never rejects. */
  async imports(question: ImportsQuestion, token: CancellationToken): Promise<readonly TextChange[]> {
    const ready = this.#readyRun;
    if (ready === undefined) return [];
    const send = () => ready.connection.sendRequest<readonly TextChange[]>(methods.imports, question, token);
    return (await this.#idle.during(() => this.#ask(ready.run, send))) ?? [];
  }

  /** Names files of the workspace to an engine that is there. */
  nameFiles(files: WorkspaceFiles): void {
    void this.#readyRun?.connection.sendNotification(methods.workspace, files);
  }

  /** Spans of the last completion as indented text; `undefined` when no engine is there to ask. */
  async trace(): Promise<string | undefined> {
    const ready = this.#readyRun;
    return ready && (await this.#ask<string>(ready.run, () => ready.connection.sendRequest(methods.trace)));
  }

  get #readyRun(): ReadyRun | undefined {
    const run = this.#run;
    return this.#state.kind === 'ready' && run?.connection ? { run, connection: run.connection } : undefined;
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
  #ready(token: CancellationToken): Promise<ReadyRun | undefined> {
    return new Promise((resolve) => {
      const settle = (): void => {
        const { kind } = this.#state;
        if (!token.isCancellationRequested && (kind === 'starting' || kind === 'recovering')) return;
        this.#waiting.delete(settle);
        listening?.dispose();
        resolve(this.#readyRun);
      };
      this.#waiting.add(settle);
      const listening = token.isCancellationRequested ? undefined : token.onCancellationRequested(settle);
      queueMicrotask(settle);
    });
  }

  #launch(): void {
    this.#become({ kind: 'starting' });
    const run = new Run();
    this.#run = run;
    void this.#meet(run).catch((error: unknown) => this.#gone(run, reasonOf(error)));
  }

  async #meet(run: Run): Promise<void> {
    const options = this.#host.options();
    const link = await meetEngine(this.#host, options);
    run.link = link;
    if (this.#run !== run) {
      run.end();
      return;
    }
    const { socket, processId, ended } = link;
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    run.connection = connection;
    connection.onNotification(methods.progress, (progress: Progress) => {
      if (this.#run === run && this.#state.kind === 'starting') this.#become({ kind: 'starting', progress });
    });
    connection.onRequest(methods.names, (question: NamesQuestion) => this.#host.names(question));
    connection.onRequest(methods.file, (question: FileQuestion) => this.#host.file(question));
    connection.onNotification(methods.log, (message: LogMessage) => this.#host.log(message));
    // A write to a process that has just gone reports here; its end is what counts.
    connection.onError(([error]) => this.#host.log({ level: 'warning', text: error.message }));
    void ended.then((how) => this.#gone(run, how));
    connection.listen();
    socket.resume();
    await this.#introduce(run, connection, options, processId);
  }

  async #introduce(run: Run, connection: MessageConnection, options: EngineOptions, processId: number): Promise<void> {
    try {
      const info = await connection.sendRequest<EngineInfo>(methods.start, options);
      if (this.#run !== run) return;
      if (info.protocolVersion !== protocolVersion) {
        this.#fail(`the engine speaks protocol ${info.protocolVersion}, the extension ${protocolVersion}`);
        return;
      }
      this.#host.log({
        level: 'info',
        text: `engine ready: process ${processId}, ${info.model} on ${info.device}, ${Math.round(info.loadMs)} ms`,
      });
      this.#become({ kind: 'ready', info, processId });
      this.#idle.watch();
    } catch (error) {
      // An answer that is an error is the engine's own word that it cannot start; anything else is followed by its end.
      if (this.#run === run && isRefusal(error)) this.#fail(ownWords(error));
    }
  }

  /** Leaves an engine that nothing was asked of for a while. It keeps what it has learnt. */
  #rest(): void {
    if (this.#state.kind !== 'ready') return;
    this.#end();
    this.#host.log({
      level: 'info',
      text: 'engine left, since nothing was asked for a while; the next request starts it',
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
    void run.link?.printed().then((text) => {
      if (text !== '') this.#host.log({ level: 'warning', text });
    });
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
    run?.end();
  }

  #become(state: EngineState): void {
    this.#state = state;
    this.#host.changed(state);
    for (const settle of [...this.#waiting]) settle();
  }
}

/** Ends the process of an engine, whoever has started it. */
function endProcess(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // it has gone by itself
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
