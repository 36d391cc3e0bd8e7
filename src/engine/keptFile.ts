// Values that outlive the engine: written whole or not at all, and read only if nothing is wrong with them.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../base/writeWhole.ts';

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
  try {
    const content = serialize({ version, value });
    const bytes = Buffer.concat([hashOf(content), content]);
    await writeWhole(path, (partial) => writeFile(partial, bytes, { mode: 0o600 }));
    return true;
  } catch {
    return false;
  }
}

function hashOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
