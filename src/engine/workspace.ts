// The files of a workspace → what proposals draw on: read and tokenised while nothing else is to do, and kept for the next start.
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DocumentTokens } from '../draft/documentTokens.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import type { EditorFile, FileQuestion } from '../protocol/messages.ts';
import { type KeptFile, readKept, writeKept } from './keptFile.ts';
import { type Speculation, workspaceTokens } from './speculation.ts';

/** Longer files, and those of longer lines, were written by programs. In bytes and in characters of a mean line. */
const longestFile = 200_000;
const longestLine = 200;

/** `null` where there is no such file. */
export type ReadElsewhere = (question: FileQuestion) => Promise<EditorFile | null>;

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
  /** Reads files that are not on this machine. */
  readonly elsewhere?: ReadElsewhere;
  /** Comes back when there is time for a few milliseconds of work; false when the work is no longer wanted. */
  readonly turn: () => Promise<boolean>;
}

/**
 * Learns files, as many as there is room for; those of an earlier list make room.
 * @param uris of files, the most useful first
 * @returns how many were learnt
 */
export async function learnWorkspace(
  uris: readonly string[],
  { speculation, tokenizer, kept, elsewhere = async () => null, turn }: WorkspaceOptions,
): Promise<number> {
  const known = kept && (await readKept<Map<string, KeptText>>(kept));
  const documents = new DocumentTokens(tokenizer, 0);
  const texts = new Map<string, KeptText>();
  let isNew = known === undefined;
  let room = workspaceTokens;
  for (const uri of uris) {
    if (!(await turn())) return texts.size;
    const earlier = known?.get(uri);
    const file = await (uri.startsWith('file:') ? readHere : elsewhere)({
      uri,
      mostBytes: longestFile,
      ...(earlier && { known: earlier }),
    });
    const text = file && (await textOf(file, earlier, documents, turn));
    if (!text) continue;
    room -= text.tokens.length;
    if (room < 0) break;
    isNew ||= text !== earlier;
    texts.set(uri, text);
    speculation.learnFile(uri, text.tokens);
  }
  if (kept && (isNew || texts.size !== known?.size)) await writeKept(kept, texts);
  return texts.size;
}

/** The tokens of a file; undefined where it is none that a person wrote. */
async function textOf(
  { size, changedMs, text: read }: EditorFile,
  known: KeptText | undefined,
  documents: DocumentTokens,
  turn: () => Promise<boolean>,
): Promise<KeptText | undefined> {
  if (read === undefined) return size === known?.size && changedMs === known.changedMs ? known : undefined;
  const text = read.replaceAll('\r\n', '\n');
  if (text.includes('\0') || text.length > longestLine * text.split('\n').length) return undefined;
  const tokens = await documents.of(text, turn);
  return tokens && { size, changedMs, tokens: Int32Array.from(tokens) };
}

async function readHere({ uri, mostBytes, known }: FileQuestion): Promise<EditorFile | null> {
  try {
    const path = fileURLToPath(uri);
    const { size, mtimeMs: changedMs } = await stat(path);
    const isKnown = size === known?.size && changedMs === known.changedMs;
    return isKnown || size > mostBytes ? { size, changedMs } : { size, changedMs, text: await readFile(path, 'utf8') };
  } catch {
    // gone, or not ours to read
    return null;
  }
}
