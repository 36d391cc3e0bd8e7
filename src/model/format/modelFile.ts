// Positioned reads from a model file that may be larger than memory, with failures told as ModelFileError.

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelFileError } from './modelFileError.ts';

/** An open file; `size` in bytes. The opener closes `handle`. */
export interface ModelFile {
  readonly path: string;
  readonly size: number;
  readonly handle: FileHandle;
}

const hashChunkBytes = 1 << 22;
/** The file system takes at most 2 GiB at a time. */
const readLimitBytes = 1 << 30;

/** @throws ModelFileError if the file is missing, unreadable or not a file. */
export async function openModelFile(path: string): Promise<ModelFile> {
  try {
    // looked at first: opening a pipe waits for whoever writes to it
    if ((await stat(path)).isFile()) {
      const handle = await open(path, 'r');
      return { path, size: (await handle.stat()).size, handle };
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new ModelFileError(path, 'is not a file', 'give a .gguf file or a model folder');
}

/** Bytes [offset, offset + length). @throws ModelFileError if the file does not hold them. */
export async function readExactly(file: ModelFile, offset: number, length: number): Promise<Uint8Array> {
  if (offset < 0 || offset + length > file.size) throw tooShort(file.path);
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.handle.read(bytes, done, Math.min(length - done, readLimitBytes), offset + done);
    if (bytesRead === 0) throw tooShort(file.path);
    done += bytesRead;
  }
  return bytes;
}

/** SHA-256 (hex) over names and contents of the files, in the given order; never holds more than a few megabytes. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (paths.length > 1) hash.update(`${basename(path)}\0`);
    await addFile(hash, path);
  }
  return hash.digest('hex');
}

async function addFile(hash: Hash, path: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: hashChunkBytes })) hash.update(chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function tooShort(path: string): ModelFileError {
  return new ModelFileError(path, 'ends before its data does', 'download it again, it is incomplete');
}

export function unreadable(path: string, error: unknown): ModelFileError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (missing) return new ModelFileError(path, 'does not exist', 'check the path of the model');
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelFileError(path, `cannot be read (${reason})`, 'check its permissions', error);
}
