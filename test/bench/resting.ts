// What an engine gives back when nobody asks it, its language server included, and how soon the next suggestion is there, asked about
// a short file and about a whole prompt. What further windows take.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { max, median } from 'simple-statistics';
import { descendantsMiB, EditorWindow, enginesOf, requests } from './editorWindow.ts';
import { decimal, drawTable } from './table.ts';

export interface RestingOptions {
  readonly modelPath: string;
  readonly threads: number;
  readonly repeats: number;
}

/** The language server has read its project by then; and an engine without windows has gone. */
const settleMs = 3000;
const goneMs = 8000;
const mostWindows = 4;

/** Table of memory before and after, and of the time to the first draft from rest, `repeats` times each. */
export async function drawResting({ modelPath, threads, repeats }: RestingOptions): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-resting-'));
  const window = await EditorWindow.open({ modelPath, threads, folder });
  try {
    const rows: string[][] = [];
    for (const [name, request] of await requests()) {
      const samples: { before: number; after: number; coldMs: number; warmMs: number }[] = [];
      await window.ask(request);
      for (let repeat = 0; repeat < repeats; repeat++) {
        await sleep(settleMs);
        const warmMs = await window.ask({ ...request, prefix: `${request.prefix}s` });
        const before = descendantsMiB();
        await window.rest();
        await sleep(goneMs);
        const after = descendantsMiB();
        samples.push({ before, after, coldMs: await window.ask(request), warmMs });
      }
      const of = (key: 'before' | 'after' | 'coldMs' | 'warmMs'): number[] => samples.map((sample) => sample[key]);
      rows.push([
        name,
        decimal(median(of('before')), 0),
        decimal(max(of('after')), 0),
        decimal(median(of('warmMs')), 0),
        decimal(median(of('coldMs')), 0),
        decimal(max(of('coldMs')), 0),
      ]);
    }
    const header = ['', 'MiB before', 'at rest, most', 'ms, one more key', 'ms from rest, p50', 'longest'];
    return drawTable(header, rows);
  } finally {
    window.close();
    // an engine that was left keeps what it has learnt
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Table of memory and of the time to the first draft of windows that open one after another. */
export async function drawWindows({ modelPath, threads }: RestingOptions): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-windows-'));
  const windows: EditorWindow[] = [];
  try {
    const rows: string[][] = [];
    const [[, short], [, long]] = await requests();
    for (let count = 1; count <= mostWindows; count++) {
      const window = await EditorWindow.open({ modelPath, threads, folder });
      windows.push(window);
      const firstMs = await window.ask(count % 2 === 0 ? long : short);
      await sleep(settleMs);
      const engines = enginesOf(folder);
      const engineMiB = engines.reduce((sum, { residentMiB }) => sum + residentMiB, 0);
      const othersMiB = descendantsMiB() - engineMiB;
      rows.push([
        String(count),
        String(engines.length),
        decimal(engineMiB, 0),
        decimal(othersMiB, 0),
        decimal(firstMs, 0),
      ]);
    }
    const header = [
      'windows',
      'engines',
      'MiB of engines',
      'MiB of language servers',
      'ms to the first draft of the last',
    ];
    return drawTable(header, rows);
  } finally {
    for (const window of windows) window.close();
    // an engine that was left keeps what it has learnt
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
