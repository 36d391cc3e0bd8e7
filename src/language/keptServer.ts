// One server for one set of folders, kept: started with the first question, brought back with growing delays after it ended,
// stopped when nobody asks or when it takes too much memory, and given up when it only ever ends.
import { tmpdir } from 'node:os';
import { type ClientLimits, LanguageClient, type Turn } from './languageClient.ts';
import { residentBytes, type ServerProgram } from './serverProcess.ts';
import { pathsOf, type ServerKind } from './servers.ts';

/** `resting`: it ended or was stopped and is not to be started before a while. `off`: not again. */
export type ServerState = 'stopped' | 'starting' | 'ready' | 'resting' | 'off';

export interface KeptLimits extends ClientLimits {
  /** Delay before the first start after a crash; doubles with every further one. */
  readonly restartMs: number;
  /** Nobody asked for this long: it is stopped. */
  readonly idleMs: number;
  readonly memoryBytes: number;
  readonly memoryCheckMs: number;
  /** How long it stays off where it is not installed, or took too much memory. */
  readonly restMs: number;
}

const longestDelayMs = 60_000;
/** This many ends without an answer in between, and the server counts as broken. */
const crashesToOff = 5;

export interface KeptStart {
  readonly kind: ServerKind;
  /** URIs of the folders of the workspace. */
  readonly folders: readonly string[];
  find(): Promise<ServerProgram | undefined>;
  /** Said when something is wrong with the server: what kind of thing, and a sentence for the user. */
  problem(what: string, sentence: string): void;
}

export class KeptServer {
  readonly #start: KeptStart;
  readonly #limits: KeptLimits;
  #state: ServerState = 'stopped';
  #client: LanguageClient | undefined;
  #starting: Promise<LanguageClient | undefined> | undefined;
  /** Questions under way. */
  #asked = 0;
  #crashes = 0;
  #restUntilMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #memoryTimer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(start: KeptStart, limits: KeptLimits) {
    this.#start = start;
    this.#limits = limits;
  }

  get state(): ServerState {
    return this.#state;
  }

  get processId(): number | undefined {
    return this.#client?.processId;
  }

  /** Whether it has answered since it was started. */
  get hasAnswered(): boolean {
    return this.#client?.hasAnswered === true;
  }

  /** Whether it is not to be started now: not installed, broken, too large. */
  get isAway(): boolean {
    return this.#isDisposed || this.#state === 'off' || performance.now() < this.#restUntilMs;
  }

  /** Does `work` with the server, starting it if need be; `undefined` where there is none, or it ended meanwhile. */
  async question<T>(work: (turn: Turn) => Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
    if (this.isAway) return undefined;
    this.#starting ??= this.#launch();
    const client = await this.#starting;
    if (!client) return undefined;
    this.#asked += 1;
    clearTimeout(this.#idleTimer);
    const answer = await client.question(work, signal);
    this.#asked -= 1;
    if (client.hasAnswered) this.#crashes = 0;
    if (this.#asked === 0 && this.#client === client) this.#stopWhenIdle();
    return answer;
  }

  /** Ends the server for good. */
  dispose(): void {
    this.#isDisposed = true;
    this.#stop('off');
  }

  async #launch(): Promise<LanguageClient | undefined> {
    this.#state = 'starting';
    const { kind, folders, problem } = this.#start;
    const program = await this.#start.find();
    if (this.#isDisposed) return undefined;
    if (!program) {
      problem('missing', `${kind.name} is not installed, so its facts are not used.`);
      this.#rest(this.#limits.restMs);
      return undefined;
    }
    const { settings, initializationOptions } = kind;
    const folder = pathsOf(folders)[0] ?? tmpdir();
    try {
      const start = { program, folder, folders, settings, initializationOptions };
      const client = new LanguageClient(start, this.#limits, (why) => this.#crashed(client, why));
      this.#client = client;
      this.#watchMemory(client);
      void client.ready.then((isReady) => {
        if (isReady && this.#client === client) this.#state = 'ready';
      });
      return client;
    } catch (error) {
      this.#crashed(undefined, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #crashed(client: LanguageClient | undefined, why: string): void {
    if (this.#isDisposed || this.#client !== client) return;
    const { kind, problem } = this.#start;
    this.#crashes = client?.hasAnswered ? 1 : this.#crashes + 1;
    if (this.#crashes >= crashesToOff) {
      this.#stop('off');
      problem('broken', `${kind.name} ended ${this.#crashes} times in a row and is not started again (${why}).`);
      return;
    }
    this.#rest(Math.min(this.#limits.restartMs * 2 ** (this.#crashes - 1), longestDelayMs));
    problem('crashed', `${kind.name} ended and is started again when it is needed (${why}).`);
  }

  #watchMemory(client: LanguageClient): void {
    const { memoryBytes, memoryCheckMs, restMs } = this.#limits;
    const check = async (): Promise<void> => {
      const bytes = client.processId === undefined ? undefined : await residentBytes(client.processId);
      if (this.#client !== client) return;
      if (bytes !== undefined && bytes > memoryBytes) {
        this.#rest(restMs);
        const limit = `${Math.round(memoryBytes / 2 ** 20)} MB`;
        this.#start.problem('memory', `${this.#start.kind.name} took more than ${limit} of memory and was stopped.`);
        return;
      }
      this.#memoryTimer = setTimeout(check, memoryCheckMs).unref();
    };
    this.#memoryTimer = setTimeout(check, memoryCheckMs).unref();
  }

  #stopWhenIdle(): void {
    this.#idleTimer = setTimeout(() => this.#stop('stopped'), this.#limits.idleMs).unref();
  }

  #rest(forMs: number): void {
    this.#stop('resting');
    this.#restUntilMs = performance.now() + forMs;
  }

  #stop(state: ServerState): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#memoryTimer);
    const client = this.#client;
    this.#client = undefined;
    this.#starting = undefined;
    this.#state = state;
    client?.dispose();
  }
}
