// What the store asks of a disk that may be full.
import type { FileHandle } from 'node:fs/promises';
import { stat, statfs } from 'node:fs/promises';
import { ModelStoreError } from './storeError.ts';

export interface Disk {
  /** Bytes that the user may still write to the disk that holds `folder`. */
  freeBytes(folder: string): Promise<number>;
  /** Writes all of `bytes` at `position`. */
  write(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void>;
}

export const realDisk: Disk = {
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  write: async (handle, bytes, position) => {
    for (let done = 0; done < bytes.length; )
      done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  },
};

/** Bytes of the file at `path`; 0 where there is none. */
export async function bytesAt(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** What is left free for others. */
const spareBytes = 64 * 1024 * 1024;

/** @throws ModelStoreError if `bytes` more do not fit on the disk that holds `folder` */
export async function checkSpace(disk: Disk, folder: string, bytes: number): Promise<void> {
  const free = await disk.freeBytes(folder);
  if (bytes === 0 || free >= bytes + spareBytes) return;
  const needed = bytes + spareBytes;
  throw new ModelStoreError(
    'disk',
    `The model needs ${megabytes(needed)}, some of it to spare, and the disk that holds ${folder} has ${megabytes(free)} left: free ${megabytes(needed - free)} and try again.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
