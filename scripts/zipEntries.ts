// A zip file → what is in it, from its central directory (PKWARE's APPNOTE, 4.3.12 and 4.3.16; no Zip64).
import { open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly compressedBytes: number;
  /** Of Unix, such as 0o100644; 0 where it was zipped without. */
  readonly mode: number;
  readonly headerAt: number;
}

const endBytes = 22;
const endSignature = 0x06054b50;
const entryBytes = 46;
const entrySignature = 0x02014b50;
const headerBytes = 30;

/** All entries, in the file's order. Throws where the file is not a zip, or has a comment at its end. */
export async function zipEntries(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, at)).buffer;
    const end = await read(Math.max(0, size - endBytes), endBytes);
    if (end.readUInt32LE(0) !== endSignature) throw new Error(`${path} is no zip file`);
    const directory = await read(end.readUInt32LE(16), end.readUInt32LE(12));
    const entries: ZipEntry[] = [];
    for (let at = 0; at < directory.length; ) {
      if (directory.readUInt32LE(at) !== entrySignature) throw new Error(`${path} has a damaged directory`);
      const nameBytes = directory.readUInt16LE(at + 28);
      const nameAt = at + entryBytes;
      entries.push({
        name: directory.toString('utf8', nameAt, nameAt + nameBytes),
        compressedBytes: directory.readUInt32LE(at + 20),
        mode: directory.readUInt32LE(at + 38) >>> 16,
        headerAt: directory.readUInt32LE(at + 42),
      });
      at = nameAt + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await file.close();
  }
}

/** What a deflated entry holds. */
export async function readZipEntry(path: string, { headerAt, compressedBytes }: ZipEntry): Promise<Buffer> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(headerBytes);
    await file.read(header, 0, headerBytes, headerAt);
    const contents = Buffer.alloc(compressedBytes);
    const contentsAt = headerAt + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
    await file.read(contents, 0, compressedBytes, contentsAt);
    return inflateRawSync(contents);
  } finally {
    await file.close();
  }
}
