// A question about a document → a request to the engine under the user's settings, and what is to be told of the answer.
import * as vscode from 'vscode';
import type { CompletionRequest, DocumentPlace, Draft, Outcome } from '../protocol/messages.ts';
import type { Ask, Wanted } from './answers.ts';
import type { EngineClient } from './engineClient.ts';
import type { Seen } from './resultCache.ts';
import { completionSettings } from './settings.ts';
import type { Silence } from './silence.ts';

type Done = Extract<Outcome, { outcome: 'done' }>;

/** What the status and the explanation say of an answer. */
export interface Answer {
  /** Whether this is the first that is told of it. */
  readonly isNew: boolean;
  /** From the question to the first draft. */
  readonly latencyMs: number;
  /** The answer so far: with the first draft alone, then with all. */
  readonly outcome: Done;
}

/** What is told of work for the user. */
export interface Activity {
  /** Somebody waits for a draft, or nobody does any more. */
  working(busy: boolean): void;
  /** The engine answered a question about this document; told twice where the first draft came before the others. */
  answered(document: vscode.TextDocument, answer: Answer): void;
  failed(reason: string): void;
  /** Something for those who read the log closely; holds nothing of any document. */
  noted(text: string): void;
}

export class AskEngine {
  readonly #engine: Pick<EngineClient, 'complete' | 'read'>;
  readonly #activity: Activity;
  readonly #misses = new WeakMap<vscode.TextDocument, Silence>();
  readonly #empties = new WeakMap<vscode.TextDocument, Silence>();
  #inFlight = 0;

  constructor(engine: Pick<EngineClient, 'complete' | 'read'>, activity: Activity) {
    this.#engine = engine;
    this.#activity = activity;
  }

  /** Asks about texts that the document has or may come to have. */
  about(document: vscode.TextDocument, place: DocumentPlace): Ask {
    return (wanted, onFirst) => {
      const source = new vscode.CancellationTokenSource();
      const whole = this.#ask(document, place, wanted, onFirst, source.token);
      return { whole, cancel: () => source.cancel() };
    };
  }

  /** Has the engine read the prompt of a question there: behind the next key it then computes no more than what was typed. */
  read(document: vscode.TextDocument, place: DocumentPlace, seen: Seen): { cancel(): void } {
    const source = new vscode.CancellationTokenSource();
    const startMs = performance.now();
    void this.#engine.read(requestOf(document, place, seen), source.token).then((tokens) => {
      if (tokens) this.#activity.noted(`read ahead: ${tokens} tokens in ${msSince(startMs)}`);
    });
    return { cancel: () => source.cancel() };
  }

  /** Why the last question about the document that was not answered was not. */
  missAt(document: vscode.TextDocument): Silence {
    return this.#misses.get(document) ?? { kind: 'superseded' };
  }

  /** Why the last answer about the document held nothing. */
  emptyAt(document: vscode.TextDocument): Silence {
    return this.#empties.get(document) ?? { kind: 'empty' };
  }

  async #ask(
    document: vscode.TextDocument,
    place: DocumentPlace,
    { seen, count, isAhead }: Wanted,
    onFirst: (drafts: readonly Draft[]) => void,
    token: vscode.CancellationToken,
  ): Promise<readonly Draft[] | undefined> {
    const startMs = performance.now();
    let firstMs: number | undefined;
    // What nobody waits for is no work that the user has to know of.
    const waiting = isAhead ? undefined : this.#wait();
    const noteFirst = (outcome: Outcome): void => {
      if (outcome.outcome !== 'done' || isAhead) return;
      const isNew = firstMs === undefined;
      firstMs ??= performance.now() - startMs;
      waiting?.();
      this.#activity.answered(document, { isNew, latencyMs: firstMs, outcome });
    };
    const request = { ...requestOf(document, place, seen), drafts: count, ahead: isAhead };
    const tellFirst = (first: Outcome): void => {
      if (first.outcome !== 'done') return;
      noteFirst(first);
      onFirst(first.drafts);
    };
    const outcome = await this.#engine.complete(request, token, tellFirst).finally(() => waiting?.());
    const ms = msSince(startMs);
    const came = outcome?.outcome === 'done' ? `${outcome.drafts.length}` : undefined;
    if (isAhead) this.#activity.noted(`ahead: ${came === undefined ? 'given up' : `${came} prepared`} after ${ms}`);
    else if (count > 1) this.#activity.noted(`drafts: ${came ?? 'given up'} of ${count} after ${ms}`);
    if (outcome?.outcome !== 'done') {
      if (!isAhead && firstMs === undefined) this.#missed(document, outcome);
      return undefined;
    }
    noteFirst(outcome);
    if (outcome.drafts.length === 0) this.#empties.set(document, emptiness(outcome));
    return outcome.drafts;
  }

  #missed(document: vscode.TextDocument, outcome: Exclude<Outcome, Done> | undefined): void {
    if (outcome?.outcome === 'failed') {
      this.#activity.failed(outcome.reason);
      this.#misses.set(document, { kind: 'failed', reason: outcome.reason });
    } else this.#misses.set(document, { kind: outcome === undefined ? 'lost' : 'superseded' });
  }

  /** Somebody waits, until the returned function is called. */
  #wait(): () => void {
    let isOver = false;
    const count = (more: number): void => {
      this.#inFlight += more;
      this.#activity.working(this.#inFlight > 0);
    };
    count(1);
    return () => {
      if (!isOver) count(-1);
      isOver = true;
    };
  }
}

/** For what is noted. */
export function msSince(startMs: number): string {
  return `${(performance.now() - startMs).toFixed(2)} ms`;
}

/** A completion of these texts under the settings for the document. */
function requestOf(document: vscode.TextDocument, place: DocumentPlace, seen: Seen): CompletionRequest {
  const settings = completionSettings(document);
  const { prefixTokens, suffixTokens, promptMs, maxTokens, monitor, monitorMs } = settings;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return {
    path: vscode.workspace.asRelativePath(document.uri, false),
    language: seen.language,
    prefix: seen.prefix,
    suffix: seen.suffix,
    prefixIsCut: seen.prefixIsCut === true,
    suffixIsCut: seen.suffixIsCut === true,
    ...(folder === undefined ? {} : { repository: folder.name }),
    multiline: seen.reach ?? settings.multiline,
    maxTokens,
    prefixTokens,
    suffixTokens,
    promptMs,
    document: place,
    monitor,
    monitorMs,
  };
}

/** Why an answer holds no draft, as far as its counters tell. */
function emptiness({ counters }: Done): Silence {
  if (counters.monitorReleased + counters.monitorHits > 0) return { kind: 'nameless' };
  return { kind: counters.interventions > 0 ? 'illegal' : 'empty' };
}
