// What it costs to know a workspace: learning a million tokens of files, finding them again after a restart, and learning a document
// anew with every keystroke.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { quantile } from 'simple-statistics';
import { Speculation } from '../../../src/engine/speculation.ts';
import { learnWorkspace } from '../../../src/engine/workspace.ts';
import { loadTokenizer, type Tokenizer } from '../../../src/model/tokenizer.ts';
import { listCorpus, packageFolder, readCorpus, type SourceFile } from '../corpus.ts';
import { heapBytes } from '../grammar/heap.ts';
import { seededRandom } from '../random.ts';
import { decimal, drawTable } from '../table.ts';
import type { BenchOptions } from './work.ts';

/** Keystrokes in each document. */
const keystrokes = 200;
const documents = 20;

/** Prints what learning costs. */
export async function benchIndexing({ modelPath, seed, print }: BenchOptions): Promise<void> {
  const tokenizer = await loadTokenizer(modelPath);
  const { files } = await readCorpus();
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-bench-'));
  try {
    const rows = [
      ...(await learnFiles(tokenizer, await urisOf(files), path.join(folder, 'words.tokens'))),
      ...(await typeInto(tokenizer, longest(files), seed)),
    ];
    print(`\nknowing a workspace\n${drawTable(['', ''], rows)}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function urisOf(files: readonly SourceFile[]): Promise<string[]> {
  const folders = new Map((await listCorpus()).map((entry) => [entry.name, packageFolder(entry)]));
  return files.map(
    ({ group, path: file }) => pathToFileURL(path.join(folders.get(group)!, file.slice(group.length + 1))).href,
  );
}

async function learnFiles(tokenizer: Tokenizer, uris: readonly string[], file: string): Promise<string[][]> {
  const kept = { path: file, version: tokenizer.fingerprint() };
  const learn = async (): Promise<{ ms: number; slowestMs: number; files: number; speculation: Speculation }> => {
    const speculation = new Speculation(tokenizer, tokenizer.vocabulary.size);
    let slowestMs = 0;
    let sliceMs = performance.now();
    const turn = async (): Promise<boolean> => {
      slowestMs = Math.max(slowestMs, performance.now() - sliceMs);
      await setImmediate();
      sliceMs = performance.now();
      return true;
    };
    const startMs = performance.now();
    const files = await learnWorkspace(uris, { speculation, tokenizer, kept, turn });
    return { ms: performance.now() - startMs, slowestMs, files, speculation };
  };
  const before = await heapBytes();
  const first = await learn();
  const bytes = (await heapBytes()) - before;
  const again = await learn();
  const whole = (await stat(file)).size;
  await writeFile(file, 'damaged');
  const damaged = await learn();
  const tokens = first.speculation.workspace.size;
  return [
    ['files learnt, tokens', `${first.files}, ${tokens}`],
    ['read and tokenised, ms', decimal(first.ms, 0)],
    ['longest slice, ms', decimal(first.slowestMs)],
    ['after a restart, ms', decimal(again.ms, 0)],
    ['after damage to what was kept, ms', decimal(damaged.ms, 0)],
    ['memory, MiB', decimal(bytes / 2 ** 20)],
    ['on disk, MiB', decimal(whole / 2 ** 20)],
  ];
}

function longest(files: readonly SourceFile[]): SourceFile[] {
  return [...files].sort((one, other) => other.text.length - one.text.length).slice(0, documents);
}

/** Types into each document, at one place after another. */
async function typeInto(tokenizer: Tokenizer, files: readonly SourceFile[], seed: number): Promise<string[][]> {
  const random = seededRandom(seed);
  const speculation = new Speculation(tokenizer, tokenizer.vocabulary.size);
  const firstMs: number[] = [];
  const nextMs: number[] = [];
  for (const { path: key, text } of files) {
    const at = random.integer(0, text.length);
    for (let typed = 0; typed < keystrokes; typed++) {
      const before = `${text.slice(0, at)}${'const value = compute(first, second);\n'.repeat(6).slice(0, typed)}`;
      const startMs = performance.now();
      await speculation.learnDocument({ key, before, after: text.slice(at) });
      (typed === 0 ? firstMs : nextMs).push(performance.now() - startMs);
    }
  }
  return [
    [
      `a document opened (${documents} of ${Math.min(...files.map(({ text }) => text.length))} characters and more), ms`,
      decimal(quantile(firstMs, 0.5)),
    ],
    [
      `${nextMs.length} keystrokes: p50, p99, most, ms`,
      [0.5, 0.99, 1].map((at) => decimal(quantile(nextMs, at), 2)).join(', '),
    ],
  ];
}
