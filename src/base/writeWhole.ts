// A file that is written whole or not at all: whoever reads it finds the old one or the new one.
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Has `write` make a file beside `path`, then puts it there. Rejects with what `write` or the disk says; what was at `path` stays
 * then, and nothing is left beside it.
 */
export async function writeWhole(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await write(partial);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
