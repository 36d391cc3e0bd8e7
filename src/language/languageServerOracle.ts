// Places → facts from language servers of our own, which know the project's files and the texts they are asked about. The user's
// buffers and servers are never touched.
import { createHash } from 'node:crypto';
import type { DocumentPlace, TextChange } from '../protocol/messages.ts';
import { AnswerCache } from './answerCache.ts';
import { type KeptLimits, KeptServer, type ServerState } from './keptServer.ts';
import type { Turn } from './languageClient.ts';
import type { Call, NameSite, Names, Oracle, Place } from './oracle.ts';
import { askCall, askImport, askNames } from './questions.ts';
import type { Environment, ServerProgram } from './serverProcess.ts';
import { pathsOf, type ServerKind, serverFor } from './servers.ts';

export interface OracleOptions {
  /** Told once for each kind of problem of each server, in a sentence for the user. */
  readonly onProblem?: (text: string) => void;
  /** Programs to be used instead of those that would be looked for. Trust is asked for all the same. */
  readonly programs?: Readonly<Partial<Record<ServerKind['name'], ServerProgram>>>;
  /** Environment of the servers, and the PATH where they are looked for; that of this process if it is left out. */
  readonly environment?: Environment;
  readonly limits?: Partial<KeptLimits>;
}

/** A server, for those who want to see what is running. */
export interface ServerStatus {
  readonly name: string;
  readonly processId: number | undefined;
  readonly state: ServerState;
}

const second = 1000;
const minute = 60 * second;
const defaultLimits: KeptLimits = {
  requestMs: 3 * second,
  coldMs: 20 * second,
  hungMs: 30 * second,
  openDocuments: 8,
  documentIdleMs: minute,
  messageBytes: 64 * 2 ** 20,
  restartMs: second,
  idleMs: 15 * minute,
  memoryBytes: 2 * 2 ** 30,
  memoryCheckMs: 15 * second,
  restMs: 5 * minute,
};
const rememberedAnswers = 200;
const answerAgeMs = 30 * second;
/** An answer about the cursor's own place is worked on for so long after the request was given up. */
const lingerMs = second;
/** Longer documents are not asked about. */
const longestDocument = 2_000_000;

export class LanguageServerOracle implements Oracle {
  readonly #options: OracleOptions;
  readonly #limits: KeptLimits;
  readonly #servers = new Map<string, { readonly kind: ServerKind; readonly server: KeptServer }>();
  readonly #answers = new AnswerCache(rememberedAnswers, answerAgeMs);
  readonly #said = new Set<string>();
  #isDisposed = false;

  constructor(options: OracleOptions = {}) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  knows(document: DocumentPlace, language: string): boolean {
    const kind = serverFor(language);
    if (kind === undefined || !document.uri.startsWith('file:') || (kind.needsTrust && !document.isTrusted))
      return false;
    return this.#servers.get(keyOf(kind, document))?.server.isAway !== true;
  }

  hasAnswered(document: DocumentPlace, language: string): boolean {
    const kind = serverFor(language);
    return kind !== undefined && this.#servers.get(keyOf(kind, document))?.server.hasAnswered === true;
  }

  async names(place: Place, site: NameSite, signal: AbortSignal): Promise<Names | undefined> {
    return await this.#ask(`names ${site}`, place, signal, (turn, { dialect }) => askNames(turn, dialect, place, site));
  }

  async call(place: Place, signal: AbortSignal): Promise<Call | undefined> {
    return await this.#ask('call', place, signal, (turn, { dialect }) => askCall(turn, dialect, place));
  }

  async importOf(place: Place, name: string, signal: AbortSignal): Promise<readonly TextChange[] | undefined> {
    return await this.#ask(`import ${name}`, place, signal, (turn, { dialect }) =>
      askImport(turn, dialect, place, name),
    );
  }

  /** Answers are asked for again: files of the project may have changed. */
  changed(): void {
    this.#answers.clear();
  }

  /** What was started so far, whatever became of it. */
  servers(): readonly ServerStatus[] {
    return [...this.#servers.values()].map(({ kind, server }) => ({
      name: kind.name,
      processId: server.processId,
      state: server.state,
    }));
  }

  /** Ends all servers; everything asked yields `undefined` from then on. */
  dispose(): void {
    this.#isDisposed = true;
    for (const { server } of this.#servers.values()) server.dispose();
    this.#servers.clear();
    this.#answers.clear();
  }

  async #ask<T>(
    what: string,
    place: Place,
    signal: AbortSignal,
    work: (turn: Turn, kind: ServerKind) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { document, language, before, after } = place;
    const kind = serverFor(language);
    if (this.#isDisposed || !kind || !this.knows(document, language)) return undefined;
    if (before.length + after.length > longestDocument) return undefined;
    const text = createHash('sha1').update(before).update('\0').update(after).digest('base64');
    const serverKey = keyOf(kind, document);
    const server = this.#server(serverKey, kind, document);
    const key = [serverKey, what, document.uri, language, String(before.length), text].join('\n');
    return await this.#answers.get(
      key,
      (untilAborted) => server.question((turn) => work(turn, kind), untilAborted),
      signal,
      // while a name is typed each keystroke asks what the last one asked
      place.typed >= 0 ? lingerMs : 0,
    );
  }

  #server(key: string, kind: ServerKind, document: DocumentPlace): KeptServer {
    const known = this.#servers.get(key);
    if (known) return known.server;
    const server = new KeptServer(
      {
        kind,
        folders: document.folders,
        find: () => this.#find(kind, document),
        problem: (what, sentence) => this.#say(`${kind.name} ${what}`, sentence),
      },
      this.#limits,
    );
    this.#servers.set(key, { kind, server });
    return server;
  }

  async #find(kind: ServerKind, { folders, isTrusted }: DocumentPlace): Promise<ServerProgram | undefined> {
    const { programs, environment = process.env } = this.#options;
    // a copy of Windows' variables tells their case apart
    const path = environment.PATH ?? environment.Path ?? '';
    const found = programs?.[kind.name] ?? (await kind.find({ folders: pathsOf(folders), isTrusted, path }));
    return found && { ...found, inherited: environment };
  }

  #say(what: string, sentence: string): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#options.onProblem?.(sentence);
  }
}

/** Documents with the same key share a server. */
function keyOf({ name }: ServerKind, { folders, isTrusted }: DocumentPlace): string {
  return [name, String(isTrusted), ...[...folders].sort()].join('\n');
}
