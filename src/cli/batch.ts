// JSON lines in, JSON lines out: the door that benchmarks, bug reports and tests share. A bad item is answered in its line and
// the run goes on.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Outcome } from '../protocol/messages.ts';
import { type BatchItem, ItemError, parseItem } from './item.ts';

/** Computes one item. */
export type Answer = (item: BatchItem, signal: AbortSignal) => Promise<Outcome>;

export interface BatchSummary {
  readonly answered: number;
  readonly failed: number;
}

/** Answers every line of `input` in order on `output`. */
export async function runBatch(input: Readable, output: Writable, answer: Answer): Promise<BatchSummary> {
  let answered = 0;
  let failed = 0;
  let lineNumber = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber++;
    if (line.trim() === '') continue;
    const prediction = await answerLine(line.replace(/^\uFEFF/, ''), lineNumber, answer);
    if (prediction.outcome === 'failed') failed++;
    else answered++;
    if (!output.write(`${JSON.stringify(prediction)}\n`)) await new Promise((resolve) => output.once('drain', resolve));
  }
  return { answered, failed };
}

async function answerLine(
  line: string,
  lineNumber: number,
  answer: Answer,
): Promise<Outcome & { id: string | number | null }> {
  let item: BatchItem;
  try {
    item = parseItem(line);
  } catch (error) {
    const id = error instanceof ItemError ? error.itemId : null;
    return {
      id,
      outcome: 'failed',
      reason: `line ${lineNumber}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const controller = new AbortController();
  if (item.cancelAfterMs === 0) controller.abort();
  const timer = item.cancelAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), item.cancelAfterMs);
  try {
    return { id: item.id, ...(await answer(item, controller.signal)) };
  } finally {
    clearTimeout(timer);
  }
}
