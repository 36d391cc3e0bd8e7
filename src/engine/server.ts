// The engine as a process: JSON-RPC over the parent's IPC channel. One request is computed at a time (turns.ts).
import { setTimeout } from 'node:timers/promises';
import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
} from 'vscode-jsonrpc/node';
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
import { EditorOracle } from './editorOracle.ts';
import { importsFor } from './imports.ts';
import { openSession } from './openSession.ts';
import type { Session } from './session.ts';
import { Turns } from './turns.ts';

/** Progress is told at most this often. */
const progressMs = 100;

/** Between two slices of work that nobody waits for; a slice takes half of it. */
const restMs = 4;
/** What was learnt is kept so often. */
const keepAfterMs = 60_000;

const firstDraft = new ProgressType<Outcome>();

/** Serves `connection` until it closes. */
function serve(connection: MessageConnection): void {
  let session: Session | undefined;
  const turns = new Turns();
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

  connection.onRequest(methods.start, async (options: EngineOptions): Promise<EngineInfo> => {
    if (options.protocolVersion !== protocolVersion)
      throw new Error(
        `The extension speaks protocol ${options.protocolVersion}, the engine ${protocolVersion}: reload the window.`,
      );
    const startMs = performance.now();
    let toldMs = 0;
    await session?.close();
    session = await openSession({
      ...options,
      editor: new EditorOracle((question, token) => connection.sendRequest(methods.names, question, token)),
      onProblem: (text) => tell({ level: 'warning', text, isNote: true }),
      onProgress: (progress) => {
        if (performance.now() - toldMs < progressMs && progress.fraction < 1) return;
        toldMs = performance.now();
        void connection.sendNotification(methods.progress, progress);
      },
    });
    await session.warmUp();
    const info: EngineInfo = {
      protocolVersion,
      model: session.model.config.name,
      device: session.model.device,
      threads: session.model.threads,
      contextTokens: session.model.cache.maxLength,
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
    return turns.run(controller, isAhead, async () => {
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
      if (outcome.outcome === 'failed') log('error', outcome.reason);
      return outcome;
    });
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
      const count = await learner.learnWorkspace(files, () => turn(learner));
      const ms = Math.round(performance.now() - startMs);
      log('info', `learnt ${count} of ${files.files.length} files of the workspace in ${ms} ms beside other work`);
    };
    learning = learning.then(learn).catch((error: unknown) => log('warning', `files were not learnt: ${error}`));
  });

  connection.onRequest(methods.keep, async () => {
    await turns.idle.catch(() => undefined);
    await session?.keepExperience();
  });

  connection.onRequest(methods.trace, () => lastTrace?.toString() ?? 'Nothing was completed yet.');
  connection.onClose(() => process.exit(0));
  connection.listen();
}

/** Aborted when the question is taken back. */
function controllerOf(token: CancellationToken): AbortController {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller;
}

/** Serves the parent process that forked this one. */
export function serveParent(): void {
  process.on('disconnect', () => process.exit(0));
  serve(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
}
