// The headless door: palimpsest show | complete | grammar | monitor | batch | model | bench.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trace } from '../base/trace.ts';
import { complete } from '../engine/complete.ts';
import { loadModel, SessionError } from '../engine/loadModel.ts';
import { openSession } from '../engine/openSession.ts';
import type { Session } from '../engine/session.ts';
import { ModelFileError } from '../model/format/modelFileError.ts';
import { GraphBuildError } from '../model/graph/buildGraph.ts';
import { RuntimeError } from '../model/runtime.ts';
import { ModelStoreError } from '../model/store/storeError.ts';
import type { CompletionRequest, Outcome } from '../protocol/messages.ts';
import { runBatch } from './batch.ts';
import { runBench } from './bench.ts';
import { drawCompletion, drawDrafts, drawOthers } from './draw.ts';
import { drawGrammar } from './drawGrammar.ts';
import { drawMonitor } from './drawMonitor.ts';
import { grammarAt } from './grammar.ts';
import { markedPlaces } from './marks.ts';
import { chosenModel, runModelCommand } from './models.ts';
import { monitorReport } from './monitor.ts';
import { type CliOptions, parseCommandLine } from './options.ts';
import { type Place, readPlace, requestAt } from './place.ts';
import { documentOf } from './project.ts';
import { UsageError } from './usageError.ts';

const usage = `palimpsest: code completion on this machine

  palimpsest show [FILE:LINE:COL ...]      draw completions as the editor shows them; without a place, of the samples
  palimpsest complete FILE:LINE:COL        print the completion (--json: all that is known of it)
  palimpsest trace FILE:LINE:COL           print the completion, and how it came to be: times, proposals, names
  palimpsest grammar FILE:LINE:COL         print what the grammar allows there, and why not the rest (--json)
  palimpsest monitor FILE:LINE:COL         print which names there are, and what the model would say instead (--json)
  palimpsest batch < items > predictions   answer JSON lines
  palimpsest model info                    what the model is
  palimpsest model list                    which models there are, installed and to be had (--json)
  palimpsest model install ID              download one (--mirror URL, --token-from-env: the token in HF_TOKEN)
  palimpsest model import PATH             take over a .gguf file or a model folder (--in-place: leave it where it is)
  palimpsest model remove ID               remove one
  palimpsest bench                         how fast it is here

  --model PATH|ID  --device auto|cpu|webgpu  --threads N  --max-tokens N  --drafts N (1 to 10)
  --grammar on|off  --monitor on|off
  --speculate on|off  --superpose on|off  --trust on|off (may programs of the project be started?)
  --temperature T (above 0: draw tokens)  --top-k N  --top-p P  --min-p P  --repetition-penalty R  --seed N
  --trace FILE (Chrome trace; - for text)`;

/** Runs the command line; resolves with the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h') || argv.length === 0) {
    console.log(usage);
    return 0;
  }
  const { words, options: given } = parseCommandLine(argv);
  const options = { ...given, modelPath: await chosenModel(given) };
  const [command, ...operands] = words;
  switch (command) {
    case 'show':
      return show(operands, options);
    case 'complete':
      return completeOne(operands, options);
    case 'trace':
      return completeOne(operands, { ...options, trace: options.trace ?? '-' });
    case 'grammar':
      return explainGrammar(operands, options);
    case 'monitor':
      return explainMonitor(operands, options);
    case 'batch':
      return batch(operands, options);
    case 'model':
      return runModelCommand(operands, options);
    case 'bench':
      return withSession(options, async (session) => {
        console.log(await runBench(session));
        return 0;
      });
    default:
      throw new UsageError(`There is no command ${command}: see palimpsest --help.`);
  }
}

/** Drafts that are shown where nobody says how many. */
const shownDrafts = 3;

async function show(operands: readonly string[], options: CliOptions): Promise<number> {
  const { drafts = shownDrafts } = options;
  const startMs = performance.now();
  const places = operands.length > 0 ? await Promise.all(operands.map(readPlace)) : await samples();
  return withSession(options, async (session) => {
    const loadMs = performance.now() - startMs;
    const color = process.stdout.isTTY === true || process.env.FORCE_COLOR !== undefined;
    for (const place of places) {
      const outcome = await ask(session, await requestAt(place, options), { ...options, drafts });
      if (outcome.outcome !== 'done') throw new Error(outcome.outcome === 'failed' ? outcome.reason : 'cancelled');
      const [draft, ...others] = outcome.drafts;
      console.log(`\n${[drawCompletion(place, draft, { color }), ...drawOthers(others, { color })].join('\n')}`);
      const { firstDraftMs, contextMs, prefillMs, totalMs } = outcome.timings;
      const { emitted, promptTokens, reusedTokens } = outcome.counters;
      const decodeMs = firstDraftMs - contextMs - prefillMs;
      const rate = emitted > 0 ? ` · ${((1000 * emitted) / decodeMs).toFixed(0)} tokens/s` : '';
      console.log(
        `  first draft ${firstDraftMs.toFixed(0)} ms, all ${totalMs.toFixed(0)} ms · ${emitted} tokens${rate} · prompt ${promptTokens}, ${reusedTokens} reused`,
      );
    }
    const { model } = session;
    console.log(
      `\n${model.config.name} on ${model.device}, ${model.threads} threads, ready in ${(loadMs / 1000).toFixed(2)} s`,
    );
    return 0;
  });
}

/** Every ‸ in samples/. */
async function samples(): Promise<readonly Place[]> {
  const folder = fileURLToPath(new URL('../samples', import.meta.url));
  const names = (await readdir(folder)).sort();
  const places = await Promise.all(
    names.map(async (name) =>
      markedPlaces(relative(process.cwd(), join(folder, name)), await readFile(join(folder, name), 'utf8')),
    ),
  );
  return places.flat();
}

async function completeOne(operands: readonly string[], options: CliOptions): Promise<number> {
  if (operands.length !== 1) throw new UsageError('complete takes one FILE:LINE:COL.');
  const place = await readPlace(operands[0]!);
  return withSession(options, async (session) => {
    const outcome = await ask(session, await requestAt(place, options), options);
    if (outcome.outcome === 'failed') throw new Error(outcome.reason);
    if (options.json) console.log(JSON.stringify(outcome));
    else if (outcome.outcome === 'done') process.stdout.write(drawDrafts(outcome.drafts));
    return 0;
  });
}

async function explainGrammar(operands: readonly string[], options: CliOptions): Promise<number> {
  if (operands.length !== 1) throw new UsageError('grammar takes one FILE:LINE:COL.');
  const place = await readPlace(operands[0]!);
  return withSession(options, async (session) => {
    const report = await grammarAt(session, await requestAt(place, options));
    console.log(options.json ? JSON.stringify(report) : drawGrammar(report));
    return 0;
  });
}

async function explainMonitor(operands: readonly string[], options: CliOptions): Promise<number> {
  if (operands.length !== 1) throw new UsageError('monitor takes one FILE:LINE:COL.');
  const place = await readPlace(operands[0]!);
  return withSession(options, async (session) => {
    const report = await monitorReport(session, await requestAt(place, options));
    console.log(options.json ? JSON.stringify(report) : drawMonitor(report));
    return 0;
  });
}

async function batch(operands: readonly string[], options: CliOptions): Promise<number> {
  if (operands.length > 0) throw new UsageError('batch reads standard input: palimpsest batch < items.jsonl.');
  return withSession(options, async (session) => {
    const { answered, failed } = await runBatch(
      process.stdin,
      process.stdout,
      async ({ request, projectRoot, seed }, signal) => {
        const { maxTokens, trust } = options;
        const limited = maxTokens === undefined ? request : { maxTokens, ...request };
        const sampling = options.sampling && { ...options.sampling, ...(seed !== undefined && { seed }) };
        const seeded = { ...options, sampling };
        if (projectRoot === undefined) return ask(session, limited, seeded, signal);
        const document = await documentOf(request.path, trust, projectRoot);
        return ask(session, { ...limited, document }, seeded, signal);
      },
    );
    if (failed > 0) console.error(`palimpsest: ${failed} of ${answered + failed} items failed; each line says why.`);
    return answered === 0 && failed > 0 ? 2 : 0;
  });
}

/** Nobody types meanwhile, and a server that has just been started reads its project first. */
const patienceMs = 10_000;

async function ask(
  session: Session,
  request: CompletionRequest,
  { trace: file, drafts = 1, grammar, monitor, speculate, superpose, sampling }: CliOptions,
  signal = new AbortController().signal,
): Promise<Outcome> {
  const trace = new Trace('complete');
  const outcome = await complete(
    session,
    {
      drafts,
      grammar,
      monitor,
      speculate,
      ...(superpose !== undefined && { superpose }),
      ...(sampling && { sampling }),
      monitorMs: patienceMs,
      ...request,
    },
    { signal, trace },
  );
  if (file === '-') console.error(trace.toString());
  else if (file !== undefined) await writeFile(file, JSON.stringify({ traceEvents: trace.toChromeEvents() }));
  return outcome;
}

async function withSession(options: CliOptions, work: (session: Session) => Promise<number>): Promise<number> {
  const onProblem = (text: string): void => console.error(`palimpsest: ${text}`);
  const onProgress = process.stderr.isTTY === true ? { onProgress: drawProgress } : {};
  const model = await loadModel({ ...options, onProblem, ...onProgress });
  const session = await openSession(model, { onProblem });
  try {
    return await work(session);
  } finally {
    session.oracle.dispose();
    await model.runner.close();
  }
}

function drawProgress({ stage, fraction }: { stage: string; fraction: number }): void {
  process.stderr.write(`\r${stage}: ${Math.round(100 * fraction)} %${fraction === 1 ? '\n' : ''}`);
}

/** Errors of the user, the model, the hub, the disk or the machine are one line; anything else is a bug and keeps its stack. */
function report(error: unknown): number {
  const kinds = [UsageError, ModelFileError, ModelStoreError, GraphBuildError, RuntimeError, SessionError];
  const known = kinds.some((kind) => error instanceof kind);
  console.error('palimpsest:', known && error instanceof Error ? error.message : error);
  return known ? 2 : 1;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader has gone, as `| head` does
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2)).catch(report);
