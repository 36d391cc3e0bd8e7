// Files → those that a processor runs, and on which platform: told by their first bytes (ELF, Mach-O, PE), not by their names.
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** `path platform-arch` of each native file among `files`, which are in `folder`; sorted. */
export async function nativeFiles(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map(async (path) => {
      const platform = platformOf(await firstBytes(join(folder, path)));
      return platform === undefined ? [] : [`${path} ${platform}`];
    }),
  );
  return found.flat().sort();
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer;
  } finally {
    await file.close();
  }
}

function platformOf(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 0, 4) === '\x7fELF') return `linux-${architectures[bytes.readUInt16LE(18)]}`;
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return `darwin-${architectures[bytes.readUInt32LE(4)]}`;
  const header = bytes.readUInt32LE(0x3c);
  if (bytes.toString('latin1', 0, 2) === 'MZ' && header + 6 < bytes.length)
    return `win32-${architectures[bytes.readUInt16LE(header + 4)]}`;
  return undefined;
}

/** Numbers of processors, of which no two of the three formats share one. */
const architectures: Readonly<Record<number, string>> = {
  62: 'x64',
  183: 'arm64',
  34404: 'x64',
  43620: 'arm64',
  16777223: 'x64',
  16777228: 'arm64',
};
