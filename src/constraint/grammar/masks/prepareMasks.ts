// Partitions ahead of use: taken from a file that an earlier process left, and what is missing made a few milliseconds at a time while
// the event loop has other things to do, then left in a file for the next.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../../../base/writeWhole.ts';
import type { GrammarMasks } from './masks.ts';
import type { Partitions, WaitingPartition } from './partitions.ts';
import type { LexerPartition, ScannerPartition } from './partitionTree.ts';
import type { Steps } from './steps.ts';

/** To be raised when partitions come to mean something else, and when a scanner does. */
const format = 2;

/** Milliseconds between two turns of the event loop. */
const sliceMs = 3;

const lengthBytes = 4;
const hashBytes = 16;

/** One branch of the tree of partitions, as it is kept. */
type Branch =
  | { readonly kind: 'lexer'; readonly key: number; readonly partition: LexerPartition }
  | { readonly kind: 'open'; readonly key: number; readonly partition: LexerPartition }
  | { readonly kind: 'scanner'; readonly key: string; readonly partition: ScannerPartition }
  | { readonly kind: 'waiting'; readonly key: string; readonly partition: WaitingPartition };

/**
 * Makes masks quick on first use. `folder` keeps one file per grammar and vocabulary; a damaged one is written anew. Rejects with
 * the reason of `signal`, and where the folder cannot be written to; the masks are right all the same.
 */
export async function prepareMasks(masks: GrammarMasks, folder: string, signal?: AbortSignal): Promise<void> {
  const { partitions } = masks;
  const file = path.join(folder, `${masks.tables.name}-${fingerprint(masks)}.masks`);
  const isWhole = await readBranches(file, partitions, signal);
  if (isWhole) return;
  await inSlices(partitions.ahead(), signal);
  await writeWhole(file, (partial) => writeBranches(partial, partitions, signal));
}

async function inSlices<Made>(steps: Steps<Made>, signal: AbortSignal | undefined): Promise<Made> {
  for (let endMs = performance.now() + sliceMs; ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < endMs) continue;
    await setImmediate();
    signal?.throwIfAborted();
    endMs = performance.now() + sliceMs;
  }
}

/** What partitions are made from. */
function fingerprint({ tables, vocabulary: { trie, size } }: GrammarMasks): string {
  const hash = createHash('sha256').update(`${format} ${size} ${tables.keywordCapture}`);
  const { ids, nodeByte, nodeEnd, firstRank } = trie;
  const arrays: ArrayBufferView[] = [ids, nodeByte, nodeEnd, firstRank];
  for (const part of [tables, tables.lexer, tables.keywords ?? {}])
    for (const value of Object.values(part)) if (ArrayBuffer.isView(value)) arrays.push(value);
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 2 * hashBytes);
}

function* branches({ whole, byOpenState, byWaitingKey }: Partitions): Generator<Branch> {
  for (const [key, partition] of whole.byLexerState ?? []) yield { kind: 'lexer', key, partition };
  for (const [key, partition] of whole.byScan ?? []) yield { kind: 'scanner', key, partition };
  for (const [key, partition] of byOpenState) yield { kind: 'open', key, partition };
  for (const [key, partition] of byWaitingKey) yield { kind: 'waiting', key, partition };
}

/** Each as length, hash and content; an empty one is the last. */
async function writeBranches(file: string, partitions: Partitions, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const branch of branches(partitions)) {
      await writeBlock(handle, serialize(branch));
      signal?.throwIfAborted();
    }
    await writeBlock(handle, new Uint8Array(0));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeBlock(handle: FileHandle, content: Uint8Array): Promise<void> {
  const head = Buffer.alloc(lengthBytes + hashBytes);
  head.writeUInt32LE(content.length);
  hashOf(content).copy(head, lengthBytes);
  await handle.writev([head, content]);
}

/** Whether everything was there. What was there is taken in any case. */
async function readBranches(file: string, partitions: Partitions, signal: AbortSignal | undefined): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { size } = await handle.stat();
    for (;;) {
      const content = await readBlock(handle, size);
      if (content === undefined) return false;
      if (content.length === 0) return true;
      take(deserialize(content) as Branch, partitions);
      signal?.throwIfAborted();
    }
  } finally {
    await handle.close();
  }
}

/** Undefined where the file is damaged. */
async function readBlock(handle: FileHandle, size: number): Promise<Buffer | undefined> {
  const head = Buffer.alloc(lengthBytes + hashBytes);
  if ((await handle.read(head)).bytesRead < head.length) return undefined;
  const length = head.readUInt32LE();
  if (length > size) return undefined;
  const content = Buffer.alloc(length);
  if (length > 0 && (await handle.read(content)).bytesRead < length) return undefined;
  return head.subarray(lengthBytes).equals(hashOf(content)) ? content : undefined;
}

function take(branch: Branch, partitions: Partitions): void {
  const { whole, byOpenState } = partitions;
  switch (branch.kind) {
    case 'lexer':
      whole.byLexerState ??= new Map();
      whole.byLexerState.set(branch.key, branch.partition);
      break;
    case 'scanner':
      whole.byScan ??= new Map();
      whole.byScan.set(branch.key, branch.partition);
      break;
    case 'open':
      byOpenState.set(branch.key, branch.partition);
      break;
    case 'waiting':
      partitions.addWaiting(branch.partition);
  }
}

const hashOf = (content: Uint8Array): Buffer => createHash('sha256').update(content).digest().subarray(0, hashBytes);
