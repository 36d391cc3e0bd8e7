// A zip file → what is in it.
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

export interface ZipEntry {
  readonly name: string;
  readonly compressedBytes: number;
  /** Of Unix, such as 0o100644; 0 where it was zipped without. */
  readonly mode: number;
}

/** All entries, in the file's order. Throws where the file is not a zip. */
export async function zipEntries(path: string): Promise<readonly ZipEntry[]> {
  const zip = await openPromise(path);
  const entries: ZipEntry[] = [];
  for await (const { fileName, compressedSize, externalFileAttributes } of zip.eachEntry())
    entries.push({ name: fileName, compressedBytes: compressedSize, mode: externalFileAttributes >>> 16 });
  return entries;
}

/** What the entry of a name holds. */
export async function readZipEntry(path: string, name: string): Promise<Buffer> {
  const zip = await openPromise(path);
  for await (const entry of zip.eachEntry())
    if (entry.fileName === name) return buffer(await zip.openReadStreamPromise(entry));
  throw new Error(`${path} has no ${name}`);
}
