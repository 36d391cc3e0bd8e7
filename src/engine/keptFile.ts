// Values that outlive the engine: written whole or not at all, and read only if nothing is wrong with them.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** A file, and what the meaning of its content depends on. */
export interface KeptFile {
  readonly path: string;
  readonly version: string;
}

const hashBytes = 32;

/** The value that was last kept; undefined where there is none, or it is damaged or of another version. */
export async function readKept<T>({ path, version }: KeptFile): Promise<T | undefined> {
  try {
    const bytes = await readFile(path);
    const content = bytes.subarray(hashBytes);
    if (!hashOf(content).equals(bytes.subarray(0, hashBytes))) return undefined;
    const kept = deserialize(content) as { readonly version: string; readonly value: T };
    return kept.version === version ? kept.value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps anything that can be cloned, readable by the user alone. False where the disk does not let it; what was kept stays then. */
export async function writeKept<T>({ path, version }: KeptFile, value: T): Promise<boolean> {
  const partial = `${path}.${process.pid}`;
  try {
    const content = serialize({ version, value });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, Buffer.concat([hashOf(content), content]), { mode: 0o600 });
    await rename(partial, path);
    return true;
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
    return false;
  }
}

function hashOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
