// A real engine process without a model: windows meet it as they do the real one, and it completes from a table. The text
// before the cursor ends with a key of the table → the drafts listed there. A draft is given as the whole text from the
// key's start, so that it goes on fitting while it is typed. Where several are wanted, the first is told before the others.
import { setTimeout as sleep } from 'node:timers/promises';
import { type CancellationToken, type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import { openDoor } from '../../src/engine/door.ts';
import {
  type CompletionRequest,
  type Draft,
  type EngineInfo,
  type EngineOptions,
  methods,
  type Outcome,
  protocolVersion,
  type Voucher,
} from '../../src/protocol/messages.ts';

/** Last characters before the cursor → the texts that follow, best first. */
const table: readonly (readonly [string, readonly string[]])[] = [
  [
    'function add(a: number, b: number) {\n  return',
    [' a + b;', ' b + a;', ' Math.max(\n    a,\n    b,\n  );', ' $(a) + b;', ' a - b;'],
  ],
  ['const total = items.', ['reduce((sum, item) => sum + item.price, 0);', 'length;']],
  ['  for (const item of items) {\n    ', ['if (item.price > limit) {\n      found.push(item);\n    }']],
  ['      if (job === undefined) ', ['{\n        break;\n      }']],
  ["{ name: 'plum', ", ['price: 5']],
  ['const area = compute(', ['width, height)']],
  ['think on', ['ward', 'ce more']],
  ['crash now', ['']],
];

/** Milliseconds the scripted model takes; long enough for a request to be overtaken. */
const thinkingMs = 20;
/** And then, for the drafts behind the first. */
const moreMs = 60;

/** What speaks for the first draft, the second and so on. */
const vouchers: readonly (readonly Voucher[])[] = [['syntax', 'names', 'seen'], ['syntax']];

const firstDraft = new ProgressType<Outcome>();

let newest = 0;
let answers = 0;

function serve(connection: MessageConnection): void {
  connection.onRequest(methods.start, async (options: EngineOptions): Promise<EngineInfo> => {
    if (options.modelPath.endsWith('missing.gguf')) throw new Error(`no model at ${options.modelPath}`);
    if (options.modelPath.endsWith('broken.gguf')) process.exit(3);
    await connection.sendNotification(methods.progress, { stage: 'building the graph', fraction: 0.5 });
    await connection.sendNotification(methods.log, { level: 'info', text: 'scripted engine started' });
    return {
      protocolVersion: options.modelPath.endsWith('older.gguf') ? protocolVersion - 1 : protocolVersion,
      model: 'scripted',
      device: 'cpu',
      threads: 1,
      contextTokens: 2048,
      loadMs: 1,
      residentBytes: process.memoryUsage().rss,
    };
  });

  connection.onRequest(
    methods.complete,
    async (request: CompletionRequest, token: CancellationToken): Promise<Outcome> => {
      // what is asked ahead of need overtakes nobody
      if (request.ahead !== true) newest += 1;
      const mine = newest;
      const isOver = (): boolean => token.isCancellationRequested || mine !== newest;
      if (request.prefix.endsWith('crash now')) process.exit(1);
      await sleep(request.prefix.endsWith('think long') ? 60_000 : thinkingMs, undefined, { ref: false });
      if (isOver()) return { outcome: 'cancelled' };
      answers += 1;
      const drafts = draftsFor(request).slice(0, request.drafts ?? 1);
      if (request.firstAs !== undefined && drafts.length > 0) {
        await connection.sendProgress(firstDraft, request.firstAs, done(request, drafts.slice(0, 1)));
        await sleep(request.prefix.endsWith('think on') ? 60_000 : moreMs, undefined, { ref: false });
        if (isOver()) return { outcome: 'cancelled' };
      }
      return done(request, drafts);
    },
  );

  connection.onRequest(methods.read, ({ prefix }: CompletionRequest) => prefix.length);
  connection.onRequest(methods.trace, () => `${thinkingMs}ms complete\n  answer ${answers}`);
  connection.listen();
}

function done({ language }: CompletionRequest, drafts: readonly Draft[]): Outcome {
  const totalMs = drafts.length > 1 ? thinkingMs + moreMs : thinkingMs;
  return {
    outcome: 'done',
    drafts,
    grammar: language === 'yaml' ? 'none' : 'whole',
    monitor: 'off',
    timings: { queueMs: 0, contextMs: 0, prefillMs: 0, firstDraftMs: thinkingMs, totalMs },
    counters: {
      promptTokens: 0,
      reusedTokens: 0,
      passes: 0,
      rows: 0,
      emitted: drafts.reduce((sum, draft) => sum + draft.tokens, 0),
      accepted: [],
      proposals: {},
      proposeMs: 0,
      constraintChecks: 0,
      constraintMs: 0,
      interventions: 0,
      monitorQueries: 0,
      monitorMs: 0,
      monitorHits: 0,
      monitorReleased: 0,
    },
  };
}

function draftsFor({ prefix, multiline }: CompletionRequest): readonly Draft[] {
  for (const [key, all] of table) {
    // a line is what it begins with
    const texts = multiline === 'line' ? all.map((text) => text.split('\n')[0] ?? '') : all;
    const drafts = texts.flatMap((text, index) => {
      // The key may have been typed on: the draft is what is left of it.
      for (let typed = text.length - 1; typed >= 0; typed -= 1) {
        if (prefix.endsWith(key + text.slice(0, typed))) return draft(text.slice(typed), index);
      }
      return [];
    });
    if (drafts.length > 0) return drafts;
  }
  return [];
}

function draft(text: string, index: number): Draft {
  return {
    text,
    replaces: 0,
    logProb: -1 - index,
    logLegalMass: 0,
    tokens: Math.ceil(text.length / 4),
    verified: true,
    vouchers: vouchers[index] ?? [],
  };
}

await openDoor({
  meetingPath: process.argv[2] ?? '',
  serve,
  onEmpty: () => process.exit(0),
  lingerMs: 50,
});
process.send?.('open', () => process.disconnect?.());
