// npm run bench: prints where it ran and then the tables (a) quality gate, (b) speed against llama.cpp, (c) warm keystroke
// latency and that of the first key somewhere else, (d) memory; with `--only grammar-…` or `monitor-…` those of the grammar constraint
// or of the monitors, with `--only speculation…` those of proposals, with `--only drafts-…` those of several drafts, with
// `--only keys` what typing does to prompts, with `--only prepared` or `typing` those in a real VS Code; with `--only resting` that of an
// engine that nobody asks. The holes come from the packages that scripts/fetchCorpus.ts fetched, or from one folder.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadTokenizer } from '../../src/model/tokenizer.ts';
import { type Agreement, agreement } from './agreement.ts';
import { drawArrivals, measureArrivals } from './arrival.ts';
import { readCorpus, readFolder, repositoryRoot, type SourceFile } from './corpus.ts';
import { draftsParts, runDraftsParts } from './drafts/run.ts';
import { type Float32Options, float32Agreement } from './float32Agreement.ts';
import { grammarParts, runGrammarParts } from './grammar/run.ts';
import { hardwareLine } from './hardware.ts';
import { cutHoles } from './holes.ts';
import { benchKeys } from './keys.ts';
import { cutKeystrokes } from './keystrokes.ts';
import { drawLatency, measureLatency } from './latency.ts';
import { drawMemory } from './memory.ts';
import { monitorParts, runMonitorParts } from './monitor/run.ts';
import { openOurs } from './ours.ts';
import type { OursEngine } from './oursEngine.ts';
import { openPeer, type Peer } from './peer.ts';
import type { NextToken } from './peerMessages.ts';
import { benchPrepared } from './prepared/run.ts';
import { drawQuality, type Progress, predictOurs, predictPeer, type System } from './quality.ts';
import { drawResting, drawWindows } from './resting.ts';
import { runSpeculationParts, speculationParts } from './speculation/parts.ts';
import { drawSpeed, measureSpeed, type TimedEngine } from './speed.ts';
import { drawTable } from './table.ts';
import { benchTyping } from './typing/run.ts';

/** Places that are gone to, to type there. */
const arrivals = 50;

const parts = ['speed', 'latency', 'memory', 'agreement', 'quality', 'peer'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    model: { type: 'string', default: path.join(repositoryRoot, 'models/palimpsest-135m') },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string' },
    lines: { type: 'string', default: '250' },
    members: { type: 'string', default: '250' },
    calls: { type: 'string', default: '0' },
    blocks: { type: 'string', default: '0' },
    repeats: { type: 'string', default: '5' },
    language: { type: 'string', multiple: true },
    files: { type: 'string', default: '1000' },
    mutants: { type: 'string', default: '5000' },
    edits: { type: 'string', default: '10000' },
    holes: { type: 'string', default: '1000' },
    items: { type: 'string', default: '1200' },
    sessions: { type: 'string', default: '12' },
  },
});

type Whole =
  | 'threads'
  | 'seed'
  | 'lines'
  | 'members'
  | 'calls'
  | 'blocks'
  | 'repeats'
  | 'files'
  | 'mutants'
  | 'edits'
  | 'holes'
  | 'items'
  | 'sessions';

function whole(name: Whole): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} wants a whole number, not ${values[name]}`);
}

/** What runs when nothing is asked for: everything but the peer by itself and the benches of grammars and monitors. */
function chosenParts(): ReadonlySet<string> {
  const chosen = values.only ?? parts.filter((part) => part !== 'peer');
  const known: readonly string[] = [
    ...parts,
    ...grammarParts,
    ...monitorParts,
    ...speculationParts,
    ...draftsParts,
    'keys',
    'prepared',
    'typing',
    'resting',
  ];
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${known.join(', ')}`);
  return new Set(chosen);
}

const contextTokens = 2560;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const progressOf =
  (name: string): Progress =>
  (done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name} ${done}/${of}${done === of ? '\n' : ''}`);
  };

async function readFiles(): Promise<SourceFile[]> {
  if (values.folder !== undefined) return readFolder(path.resolve(values.folder), path.basename(values.folder));
  const { files, missing } = await readCorpus();
  if (missing.length > 0) print(`not fetched (npx tsx scripts/fetchCorpus.ts): ${missing.join(', ')}`);
  return files;
}

/** The first `count` tokens of a real file that has as many. */
async function realTokens(files: readonly SourceFile[], count: number): Promise<number[]> {
  const tokenizer = await loadTokenizer(values.model);
  for (const file of files) {
    const ids = tokenizer.encode(file.text.slice(0, count * 12));
    if (ids.length >= count) return ids.slice(0, count);
  }
  throw new Error(`no file of ${count} tokens`);
}

const speedOptions = { decodeTokens: 64, repeats: whole('repeats'), restMs: 300 };

function timedPeer(peer: Peer): TimedEngine {
  return {
    prefill: (tokens) => peer.prefill(tokens),
    decode: async (count) => (await peer.decode(count)).milliseconds,
  };
}

async function benchPeer(files: readonly SourceFile[], peer: Peer): Promise<void> {
  const options = { ...speedOptions, promptTokens: await realTokens(files, 512) };
  print(`\nllama.cpp alone\n${drawSpeed(['llama.cpp'], await measureSpeed([timedPeer(peer)], options), options)}`);
}

async function benchSpeed(files: readonly SourceFile[], ours: OursEngine, peer: Peer): Promise<void> {
  const options = { ...speedOptions, promptTokens: await realTokens(files, 512) };
  const timed = (passes: 'short' | 'one'): TimedEngine => ({
    prefill: (tokens) => ours.prefill(tokens, passes),
    decode: (count) => ours.decode(count),
  });
  const samples = await measureSpeed([timed('short'), timed('one'), timedPeer(peer)], options);
  const names = ['ours', 'ours in one pass', 'llama.cpp'];
  print(`\n(b) speed, in turns, ${options.repeats} repeats\n${drawSpeed(names, samples, options)}`);
}

async function benchLatency(files: readonly SourceFile[], ours: OursEngine): Promise<void> {
  const samplesFolder = path.join(repositoryRoot, 'samples');
  const marked = existsSync(samplesFolder) ? await readFolder(samplesFolder, 'samples') : [];
  const samples = marked.map((file) => ({ ...file, text: file.text.replaceAll('‸', '') }));
  const fromSamples = cutKeystrokes(samples, { seed: whole('seed'), count: 25, perFile: 10 });
  const others = cutKeystrokes(files, { seed: whole('seed'), count: 100 - fromSamples.length });
  const keystrokes = [...fromSamples, ...others];
  print(`\n(c) latency\n${drawLatency(await measureLatency(ours, keystrokes), keystrokes.length)}`);
  const elsewhere = cutKeystrokes(files, { seed: whole('seed'), count: arrivals, perFile: 1 });
  print(`\n${drawArrivals(await measureArrivals(ours, elsewhere))}`);
}

/** Positions of the peer's comparison with itself. */
const ownTokens = 500;

async function benchAgreement(
  files: readonly SourceFile[],
  ours: OursEngine,
  peer: Peer,
  float32: Float32Options,
): Promise<void> {
  const tokens = await realTokens(files, 2000);
  const theirs = await peer.positions(tokens, 64);
  const describe = (name: string, result: Agreement): string[] => [
    name,
    String(result.positions),
    (100 * result.sameFirstChoice).toFixed(2),
    result.meanDivergence.toExponential(1),
    result.maximumDivergence.toExponential(1),
    result.maximumMargin.toFixed(2),
  ];
  const header = ['llama.cpp against', 'positions', 'same first %', 'KL mean', 'KL max', 'largest margin missed'];
  const rows = [describe('ours', agreement(theirs, await ours.positions(tokens)))];
  // how much of that is rounding: the peer's own distributions when it evaluates token by token
  const alone: NextToken[] = [];
  for (const token of tokens.slice(0, ownTokens)) {
    alone.push(await peer.next([token], { isNew: alone.length === 0, top: 64 }));
  }
  rows.push(describe('itself, token by token', agreement(theirs.slice(0, ownTokens), alone)));
  rows.push(describe('ours, both in float32', await float32Agreement(tokens, float32)));
  print(`\nagreement of next-token distributions (nats, logits)\n${drawTable(header, rows)}`);
}

async function benchQuality(files: readonly SourceFile[], ours: OursEngine, peer: Peer): Promise<void> {
  const counts = { line: whole('lines'), member: whole('members'), call: whole('calls'), block: whole('blocks') };
  const items = cutHoles(files, { seed: whole('seed'), counts });
  const store = path.join(repositoryRoot, '.cache/bench/peer.jsonl');
  const systems: System[] = [];
  systems.push({ name: 'ours', predictions: await predictOurs(ours, items, 'shipped', progressOf('ours')) });
  const plain = await predictOurs(ours, items, 'holeAtCursor', progressOf('hole at cursor'));
  systems.push({ name: 'hole at cursor', predictions: plain });
  const peers = await predictPeer(ours, peer, items, store, progressOf('llama.cpp'));
  systems.push({ name: 'llama.cpp', predictions: peers });
  print(`\n(a) quality gate, ${items.length} holes\n${drawQuality(items, systems)}`);
}

async function main(): Promise<void> {
  const chosen = chosenParts();
  print(await hardwareLine());
  const languages = values.language === undefined ? undefined : new Set(values.language);
  const common = { languages, modelPath: values.model, threads: whole('threads'), seed: whole('seed'), print };
  await runGrammarParts(chosen, {
    ...common,
    filesPerLanguage: whole('files'),
    mutants: whole('mutants'),
    edits: whole('edits'),
    holes: whole('holes'),
  });
  await runMonitorParts(chosen, { ...common, items: whole('items') });
  await runSpeculationParts(chosen, { ...common, holes: whole('holes') });
  await runDraftsParts(chosen, { ...common, holes: whole('holes') });
  if (chosen.has('keys')) await benchKeys({ ...common, holes: whole('holes') });
  if (chosen.has('prepared')) await benchPrepared({ ...common, sessions: whole('sessions') });
  if (chosen.has('typing')) await benchTyping(common);
  if (chosen.has('resting')) {
    const resting = { modelPath: values.model, threads: whole('threads'), repeats: whole('repeats') };
    print(`\nat rest\n${await drawResting(resting)}`);
    print(`\nseveral windows\n${await drawWindows(resting)}`);
  }
  if (![...chosen].some((part) => (parts as readonly string[]).includes(part))) return;
  const files = await readFiles();
  const threads = whole('threads');
  const cachePath = path.join(repositoryRoot, '.cache/bench/graphs');
  const ggufPath = values.model.endsWith('.gguf') ? values.model : path.join(values.model, 'model.gguf');
  const opened: { dispose(): Promise<void> }[] = [];
  try {
    const peer = await openPeer(ggufPath, { threads, contextTokens });
    opened.push(peer);
    print(`llama.cpp ${peer.facts.release}, ${peer.facts.threads} threads, ${files.length} files`);
    if (chosen.has('peer')) await benchPeer(files, peer);
    if ([...chosen].every((part) => part === 'peer')) return;
    const ours = await openOurs({ modelPath: values.model, cachePath, threads });
    opened.push(ours);
    print(`ours: ${ours.facts.model} on ${ours.facts.device}, ${ours.facts.threads} threads`);
    if (chosen.has('speed')) await benchSpeed(files, ours, peer);
    if (chosen.has('latency')) await benchLatency(files, ours);
    if (chosen.has('memory')) print(`\n(d) memory\n${await drawMemory(ours, peer)}`);
    if (chosen.has('agreement')) {
      const folder = path.join(repositoryRoot, '.cache/bench');
      await benchAgreement(files, ours, peer, { ggufPath, folder, threads, contextTokens });
    }
    if (chosen.has('quality')) await benchQuality(files, ours, peer);
  } finally {
    for (const each of opened.reverse()) await each.dispose();
  }
}

await main();
