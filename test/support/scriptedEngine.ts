// A real engine process without a model: speaks the protocol over its IPC channel and completes from a table. The text
// before the cursor ends with a key of the table → the drafts listed there. A draft is given as the whole text from the
// key's start, so that it goes on fitting while it is typed.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  type CompletionRequest,
  type Draft,
  type EngineInfo,
  type EngineOptions,
  methods,
  type Outcome,
  protocolVersion,
} from '../../src/protocol/messages.ts';

/** Last characters before the cursor → the texts that follow, best first. */
const table: readonly (readonly [string, readonly string[]])[] = [
  ['function add(a: number, b: number) {\n  return', [' a + b;', ' b + a;']],
  ['const total = items.', ['reduce((sum, item) => sum + item.price, 0);', 'length;']],
  ['  for (const item of items) {\n    ', ['if (item.price > limit) {\n      found.push(item);\n    }']],
  ['      if (job === undefined) ', ['{\n        break;\n      }']],
  ["{ name: 'plum', ", ['price: 5']],
  ['const area = compute(', ['width, height)']],
  ['crash now', ['']],
];

/** Milliseconds the scripted model takes; long enough for a request to be overtaken. */
const thinkingMs = 20;

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
let newest = 0;
let answers = 0;

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
    newest += 1;
    const mine = newest;
    if (request.prefix.endsWith('crash now')) process.exit(1);
    await sleep(request.prefix.endsWith('think long') ? 60_000 : thinkingMs, undefined, { ref: false });
    if (token.isCancellationRequested || mine !== newest) return { outcome: 'cancelled' };
    answers += 1;
    const drafts = draftsFor(request.prefix);
    const emitted = drafts.reduce((sum, draft) => sum + draft.tokens, 0);
    return {
      outcome: 'done',
      drafts,
      grammar: request.language === 'yaml' ? 'none' : 'whole',
      monitor: 'off',
      timings: { queueMs: 0, contextMs: 0, prefillMs: 0, firstDraftMs: thinkingMs, totalMs: thinkingMs },
      counters: {
        promptTokens: 0,
        reusedTokens: 0,
        passes: 0,
        rows: 0,
        emitted,
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
  },
);

connection.onRequest(methods.trace, () => `${thinkingMs}ms complete\n  answer ${answers}`);

function draftsFor(prefix: string): readonly Draft[] {
  for (const [key, texts] of table) {
    const drafts = texts.flatMap((text) => {
      // The key may have been typed on: the draft is what is left of it.
      for (let typed = text.length - 1; typed >= 0; typed -= 1) {
        if (prefix.endsWith(key + text.slice(0, typed))) return draft(text.slice(typed));
      }
      return [];
    });
    if (drafts.length > 0) return drafts;
  }
  return [];
}

function draft(text: string): Draft {
  return { text, replaces: 0, logProb: -1, tokens: Math.ceil(text.length / 4), verified: true, vouchers: [] };
}

// The engine never outlives whoever started it.
process.once('disconnect', () => process.exit(0));
connection.listen();
