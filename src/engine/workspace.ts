// The files of a workspace → what proposals draw on: read and tokenised while nothing else is to do, and kept for the next start.
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DocumentTokens } from '../draft/documentTokens.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { type KeptFile, readKept, writeKept } from './keptFile.ts';
import { type Speculation, workspaceTokens } from './speculation.ts';

/** Longer files, and those of longer lines, were written by programs. In bytes and in characters of a mean line. */
const longestFile = 200_000;
const longestLine = 200;

/** A file as it was when it was read. */
interface KeptText {
  readonly size: number;
  readonly changedMs: number;
  readonly tokens: Int32Array;
}

export interface WorkspaceOptions {
  readonly speculation: Speculation;
  readonly tokenizer: Tokenizer;
  /** Outlives the engine. */
  readonly kept: KeptFile | undefined;
  /** Comes back when there is time for a few milliseconds of work; false when the work is no longer wanted. */
  readonly turn: () => Promise<boolean>;
}

/**
 * Learns files, as many as there is room for; those of an earlier list make room.
 * @param uris of files, the most useful first; any other is passed over
 * @returns how many were learnt
 */
export async function learnWorkspace(
  uris: readonly string[],
  { speculation, tokenizer, kept, turn }: WorkspaceOptions,
): Promise<number> {
  const known = kept && (await readKept<Map<string, KeptText>>(kept));
  const documents = new DocumentTokens(tokenizer, 0);
  const texts = new Map<string, KeptText>();
  let isNew = known === undefined;
  let room = workspaceTokens;
  for (const uri of uris) {
    if (!(await turn())) return texts.size;
    const text = await textOf(uri, known?.get(uri), documents, turn);
    if (text === undefined) continue;
    room -= text.tokens.length;
    if (room < 0) break;
    isNew ||= text !== known?.get(uri);
    texts.set(uri, text);
    speculation.learnFile(uri, text.tokens);
  }
  if (kept && (isNew || texts.size !== known?.size)) await writeKept(kept, texts);
  return texts.size;
}

/** The file as it is now; undefined where there is none, or it is none that a person wrote. */
async function textOf(
  uri: string,
  known: KeptText | undefined,
  documents: DocumentTokens,
  turn: () => Promise<boolean>,
): Promise<KeptText | undefined> {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    const { size, mtimeMs: changedMs } = await stat(path);
    if (size === known?.size && changedMs === known.changedMs) return known;
    if (size > longestFile) return undefined;
    const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
    if (text.includes('\0') || text.length > longestLine * text.split('\n').length) return undefined;
    const tokens = await documents.of(text, turn);
    return tokens && { size, changedMs, tokens: Int32Array.from(tokens) };
  } catch {
    // gone, or not ours to read
    return undefined;
  }
}
