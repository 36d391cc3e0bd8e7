// installed.json: what a model's folder says of itself. It is written last, so a folder without it was never finished.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ModelRecord {
  readonly name: string;
  /** By name; the hash is left out where the files are somebody else's. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256?: string }>>;
  /** Where the files lie, if not in the folder. */
  readonly path?: string;
  readonly repository?: string;
  readonly commit?: string;
}

const recordFile = 'installed.json';
/** Says of a download under way what each file must hold. */
export const downloadFile = 'download.json';

/** Whether the store keeps a file of its own under this name, which no file of a model may have. */
export function isOwnFile(name: string): boolean {
  return [recordFile, downloadFile].includes(name.toLowerCase());
}

export function recordPath(folder: string): string {
  return join(folder, recordFile);
}

export function writeRecord(folder: string, record: ModelRecord): Promise<void> {
  return writeFile(recordPath(folder), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The record of the model in `folder`; undefined where there is none, or a file is missing or of another size. */
export async function readRecord(folder: string): Promise<ModelRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(folder), 'utf8')) as ModelRecord;
    if (typeof record.name !== 'string' || typeof record.files !== 'object') return undefined;
    for (const [name, { bytes }] of Object.entries(record.files))
      if (record.path === undefined && (await stat(join(folder, name))).size !== bytes) return undefined;
    return record;
  } catch {
    return undefined;
  }
}
