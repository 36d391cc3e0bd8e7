// Questions about texts → answers of one run of a language server, over JSON-RPC on its standard streams. The text and the
// requests of a question belong together, so questions take turns; every request has a time limit; nothing rejects.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { basename } from 'node:path';
import {
  CancellationTokenSource,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { InitializeParams } from 'vscode-languageserver-protocol';
import { clientCapabilities } from './clientCapabilities.ts';
import { type Overlay, Overlays } from './overlays.ts';
import { positionAt } from './positions.ts';
import { endServer, type ServerProgram, startServer } from './serverProcess.ts';
import { field, listOf, textOf } from './shapes.ts';

/** How long things may take and how much may be in use. */
export interface ClientLimits {
  /** Time for a request, once the server has answered one. */
  readonly requestMs: number;
  /** Time for a request before, and for the server to start. */
  readonly coldMs: number;
  /** No answer for this long, over several requests that ran out of time: the server hangs. */
  readonly hungMs: number;
  readonly openDocuments: number;
  readonly documentIdleMs: number;
  /** A longer message ends the server. */
  readonly messageBytes: number;
}

/** What a run of a server is started with. */
export interface ClientStart {
  readonly program: ServerProgram;
  /** Where it runs. */
  readonly folder: string;
  /** URIs of the folders of the workspace. */
  readonly folders: readonly string[];
  readonly initializationOptions: unknown;
  /** Answers to the server's questions about settings, by section. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The turn of one question: texts to show and requests about them. */
export interface Turn {
  /** Gives a document its text for the requests that follow. */
  show(overlay: Overlay): void;
  /** A request about a place in the text last shown; `undefined` where the answer is an error, or late. */
  ask(method: string, offset: number, more?: object): Promise<unknown>;
  /** Any other request. */
  request(method: string, params: object): Promise<unknown>;
}

/** Time-outs in a row before a silent server counts as hung. */
const timeoutsToHung = 3;
/** The server's state changed under the request, or it gave up on it: it may be asked once more. */
const isWorthRetrying = (error: unknown): boolean =>
  error instanceof ResponseError && (error.code === -32801 || error.code === -32802);

export class LanguageClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #connection: MessageConnection;
  readonly #overlays: Overlays;
  readonly #limits: ClientLimits;
  readonly #ended: (why: string) => void;
  readonly #start: ClientStart;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #hasAnswered = false;
  #timeouts = 0;
  #answeredMs = performance.now();
  #complaint = '';
  /** Resolves to whether the server is there to be asked. */
  readonly ready: Promise<boolean>;

  /** Starts a server. `ended` is told once, when it is gone without having been disposed of, or is of no use any longer. */
  constructor(start: ClientStart, limits: ClientLimits, ended: (why: string) => void) {
    this.#start = start;
    this.#limits = limits;
    this.#ended = ended;
    this.#overlays = new Overlays(limits.openDocuments, limits.documentIdleMs);
    this.#child = startServer(start.program, start.folder);
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('exit', (code, signal) => this.#end(signal ?? `exit code ${code}`));
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#complaint = text.toString('utf8', 0, 300).trim();
    });
    const reader = new BoundedReader(this.#child.stdout, limits.messageBytes, () => this.#end('a message too long'));
    this.#connection = createMessageConnection(reader, new StreamMessageWriter(this.#child.stdin));
    reader.onError((error) => this.#end(`not a message: ${error.message}`));
    this.#connection.onError(() => {});
    this.#connection.onRequest((method, params) => this.#reply(method, params));
    this.#connection.listen();
    this.ready = this.#initialize();
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Whether a request was answered. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Ends the server; what was asked yields `undefined`. */
  dispose(): void {
    this.#isOver = true;
    this.#connection.dispose();
    endServer(this.#child);
  }

  /** Waits for its turn and does `work` unless `signal` was aborted meanwhile; `undefined` where nothing came of it. */
  async question<T>(work: (turn: Turn) => Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
    const before = this.#lastTurn;
    const mine = (async () => {
      await before;
      if (signal.aborted || this.#isOver || !(await this.ready)) return undefined;
      return await work(this.#turn(signal));
    })();
    this.#lastTurn = mine.catch(() => {});
    return await mine.catch(() => undefined);
  }

  #turn(signal: AbortSignal): Turn {
    let shown: Overlay | undefined;
    return {
      show: (overlay) => {
        shown = overlay;
        for (const { method, params } of this.#overlays.show(overlay, performance.now())) this.#notify(method, params);
      },
      ask: (method, offset, more) => {
        if (!shown) return Promise.resolve(undefined);
        const position = positionAt(shown.text, offset);
        return this.#request(method, { textDocument: { uri: shown.uri }, position, ...more }, signal);
      },
      request: (method, params) => this.#request(method, params, signal),
    };
  }

  #notify(method: string, params: object): void {
    if (!this.#isOver) this.#connection.sendNotification(method, params).catch(() => {});
  }

  async #request(method: string, params: object, signal: AbortSignal, isRetry = false): Promise<unknown> {
    try {
      return await this.#limited(method, params, signal);
    } catch (error) {
      return isWorthRetrying(error) && !isRetry ? await this.#request(method, params, signal, true) : undefined;
    }
  }

  /** Sends a request; `undefined` once `signal` is aborted or time is up, in which case the server is told. */
  #limited(method: string, params: object, signal: AbortSignal): Promise<unknown> {
    if (this.#isOver || signal.aborted) return Promise.resolve(undefined);
    const limitMs = this.#hasAnswered ? this.#limits.requestMs : this.#limits.coldMs;
    const source = new CancellationTokenSource();
    return new Promise((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        over();
        source.cancel();
        resolve(undefined);
      };
      const timer = setTimeout(() => {
        abort();
        this.#timedOut();
      }, limitMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#connection.sendRequest<unknown>(method, params, source.token).then(
        (answer) => {
          if (method !== 'initialize') this.#hasAnswered = true;
          this.#timeouts = 0;
          this.#answeredMs = performance.now();
          over();
          resolve(answer);
        },
        (error) => {
          over();
          reject(error);
        },
      );
    });
  }

  #timedOut(): void {
    this.#timeouts += 1;
    const silentMs = performance.now() - this.#answeredMs;
    if (this.#timeouts >= timeoutsToHung && silentMs >= this.#limits.hungMs) this.#end('it does not answer');
  }

  async #initialize(): Promise<boolean> {
    const { folders, initializationOptions } = this.#start;
    const workspaceFolders = folders.map((uri) => ({ uri, name: basename(uri) }));
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: folders[0] ?? null,
      workspaceFolders,
      capabilities: clientCapabilities,
      initializationOptions,
    };
    const answer = await this.#request('initialize', params, new AbortController().signal);
    if (this.#isOver) return false;
    const capabilities = field(answer, 'capabilities');
    const encoding = textOf(field(capabilities, 'positionEncoding')) ?? 'utf-16';
    if (typeof capabilities !== 'object' || encoding !== 'utf-16') {
      this.#end(answer === undefined ? 'it does not start' : 'it speaks another protocol');
      return false;
    }
    this.#notify('initialized', {});
    // Some servers read their settings from here and never ask.
    this.#notify('workspace/didChangeConfiguration', { settings: this.#start.settings });
    return true;
  }

  /** What servers ask of an editor. */
  #reply(method: string, params: unknown): unknown {
    if (method === 'workspace/configuration') {
      const sections = listOf(field(params, 'items')).map((item) => textOf(field(item, 'section')) ?? '');
      return sections.map((section) => this.#start.settings[section] ?? null);
    }
    if (method === 'workspace/workspaceFolders') {
      return this.#start.folders.map((uri) => ({ uri, name: basename(uri) }));
    }
    return method === 'workspace/applyEdit' ? { applied: false } : null;
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.dispose();
    this.#ended(this.#complaint ? `${why}: ${this.#complaint}` : why);
  }
}

/** A reader that gives up on a message before it fills the memory. */
class BoundedReader extends StreamMessageReader {
  readonly #pending: { bytes: number } = { bytes: 0 };

  constructor(stream: NodeJS.ReadableStream, limitBytes: number, exceeded: () => void) {
    super(stream);
    // Its timer would outlive the reader.
    this.partialMessageTimeout = 0;
    stream.on('data', (chunk: Buffer) => {
      this.#pending.bytes += chunk.length;
      if (this.#pending.bytes > limitBytes) exceeded();
    });
  }

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => {
      this.#pending.bytes = 0;
      callback(message);
    });
  }
}
