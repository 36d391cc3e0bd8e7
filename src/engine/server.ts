// The engine as a process: JSON-RPC with each window over a connection of its own (door.ts), on a model that they share. One request
// is computed at a time (turns.ts).
import { setTimeout } from 'node:timers/promises';
import { type CancellationToken, type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import { Trace } from '../base/trace.ts';
import {
  type CompletionRequest,
  type EngineInfo,
  type EngineOptions,
  type ImportsQuestion,
  type LogMessage,
  methods,
  type Outcome,
  protocolVersion,
  type TextChange,
  type WorkspaceFiles,
} from '../protocol/messages.ts';
import { complete } from './complete.ts';
import { openDoor } from './door.ts';
import { EditorOracle } from './editorOracle.ts';
import { importsFor } from './imports.ts';
import { openSession } from './openSession.ts';
import { readAhead } from './readAhead.ts';
import type { Session } from './session.ts';
import { type ModelListener, SharedModel } from './sharedModel.ts';
import type { ReadElsewhere } from './workspace.ts';

/** Between two slices of work that nobody waits for; a slice takes half of it. */
const restMs = 4;
/** What was learnt is kept so often. */
const keepAfterMs = 60_000;

const firstDraft = new ProgressType<Outcome>();

/** Serves a window until its connection closes. */
function serve(connection: MessageConnection, shared: SharedModel): void {
  let session: Session | undefined;
  const { turns } = shared;
  let learning: Promise<void> = Promise.resolve();
  let isKeeping = false;
  let lastTrace: Trace | undefined;
  const tell = (message: LogMessage): void => void connection.sendNotification(methods.log, message);
  const log = (level: LogMessage['level'], text: string): void => tell({ level, text });

  /** Comes when no completion is under way; false if the session is another by then. */
  const turn = async (learner: Session): Promise<boolean> => {
    await Promise.all([turns.idle, setTimeout(restMs)]);
    return session === learner;
  };
  /** Keeps what was learnt, some time after the first completion since. */
  const keepLater = (learner: Session): void => {
    if (isKeeping) return;
    isKeeping = true;
    void setTimeout(keepAfterMs).then(async () => {
      if (await turn(learner)) await learner.keepExperience();
      isKeeping = false;
    });
  };
  const listener: ModelListener = {
    progress: (progress) => void connection.sendNotification(methods.progress, progress),
    problem: (text) => tell({ level: 'warning', text, isNote: true }),
  };
  const leave = async (): Promise<void> => {
    shared.leave(listener);
    turns.leave(listener);
    const left = session;
    session = undefined;
    left?.oracle.dispose();
    await turns.idle.catch(() => undefined);
    await left?.keepExperience();
  };

  connection.onRequest(methods.start, async (options: EngineOptions): Promise<EngineInfo> => {
    if (options.protocolVersion !== protocolVersion)
      throw new Error(
        `The extension speaks protocol ${options.protocolVersion}, the engine ${protocolVersion}: reload the window.`,
      );
    const startMs = performance.now();
    const loaded = await shared.open(options, listener);
    session?.oracle.dispose();
    const { storagePath, environment } = options;
    session = await openSession(loaded, {
      storagePath,
      editor: new EditorOracle((question, token) => connection.sendRequest(methods.names, question, token)),
      onProblem: listener.problem,
      ...(environment && { environment }),
    });
    const { model } = session;
    const info: EngineInfo = {
      protocolVersion,
      model: model.config.name,
      device: model.device,
      threads: model.threads,
      contextTokens: model.cache.maxLength,
      loadMs: performance.now() - startMs,
      residentBytes: process.memoryUsage.rss(),
    };
    log('info', `${info.model} on ${info.device}, ${info.threads} threads, ready in ${Math.round(info.loadMs)} ms`);
    return info;
  });

  connection.onRequest(methods.complete, (request: CompletionRequest, token: CancellationToken): Promise<Outcome> => {
    const receivedMs = performance.now();
    const controller = controllerOf(token);
    const isAhead = request.ahead === true;
    return turns.run(listener, controller, isAhead, async () => {
      if (session === undefined) return { outcome: 'failed', reason: 'the engine was not started' };
      if (controller.signal.aborted) return { outcome: 'cancelled' };
      const trace = new Trace('complete');
      const queueMs = performance.now() - receivedMs;
      const onFirst = (first: Outcome): void => {
        if (request.firstAs !== undefined) void connection.sendProgress(firstDraft, request.firstAs, first);
      };
      const outcome = await complete(session, request, { signal: controller.signal, queueMs, trace, onFirst });
      if (outcome.outcome !== 'cancelled' && !isAhead) lastTrace = trace;
      keepLater(session);
      shared.measureLater();
      if (outcome.outcome === 'failed') log('error', outcome.reason);
      return outcome;
    });
  });

  connection.onRequest(methods.read, (request: CompletionRequest, token: CancellationToken): Promise<number> => {
    const controller = controllerOf(token);
    return turns.run(listener, controller, true, async () =>
      session === undefined || controller.signal.aborted ? 0 : readAhead(session, request, controller.signal),
    );
  });

  connection.onRequest(
    methods.imports,
    async (question: ImportsQuestion, token: CancellationToken): Promise<readonly TextChange[]> =>
      session === undefined ? [] : importsFor(session.oracle, question, controllerOf(token).signal),
  );

  connection.onNotification(methods.workspace, (files: WorkspaceFiles) => {
    const learn = async (): Promise<void> => {
      if (session === undefined) return;
      const learner = session;
      const startMs = performance.now();
      const elsewhere: ReadElsewhere = (question) => connection.sendRequest(methods.file, question);
      const count = await learner.learnWorkspace(files, { elsewhere, turn: () => turn(learner) });
      const ms = Math.round(performance.now() - startMs);
      log('info', `learnt ${count} of ${files.files.length} files of the workspace in ${ms} ms beside other work`);
    };
    learning = learning.then(learn).catch((error: unknown) => log('warning', `files were not learnt: ${error}`));
  });

  connection.onRequest(methods.trace, () => lastTrace?.toString() ?? 'Nothing was completed yet.');
  connection.onClose(() => void leave());
  connection.listen();
}

/** Aborted when the question is taken back. */
function controllerOf(token: CancellationToken): AbortController {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller;
}

/** Serves the windows that come to `meetingPath` until the last has gone. Where an engine does already, this process ends. */
export async function serveWindows(meetingPath: string): Promise<void> {
  const shared = new SharedModel();
  await openDoor({
    meetingPath,
    serve: (connection) => serve(connection, shared),
    onEmpty: () => process.exit(0),
  });
  // who has started this process waits for that alone
  process.send?.('open', () => process.disconnect?.());
}
