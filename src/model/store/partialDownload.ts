// The folder in which a model is downloaded: what it holds is gone on from as long as it is what is still wanted.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../base/writeWhole.ts';
import { bytesAt } from './disk.ts';
import type { Digest } from './fileHasher.ts';
import type { HubFile } from './hub.ts';
import { downloadFile } from './modelRecord.ts';

interface PartialFile {
  readonly digest: Digest;
  readonly bytes: number;
  /** Of the content that the bytes are of. */
  readonly etag?: string | undefined;
}

export class PartialDownload {
  readonly folder: string;
  readonly #files: Map<string, PartialFile>;

  private constructor(folder: string, files: Map<string, PartialFile>) {
    this.folder = folder;
    this.#files = files;
  }

  /** Makes the folder, or clears away from it all that is not a beginning of one of `wanted`. */
  static async open(folder: string, wanted: readonly HubFile[]): Promise<PartialDownload> {
    await mkdir(folder, { recursive: true });
    const known = await readState(folder);
    const files = new Map<string, PartialFile>();
    for (const { name, digest, bytes } of wanted) {
      const before = known.get(name);
      const isSame = before?.bytes === bytes && before.digest.kind === digest.kind && before.digest.hex === digest.hex;
      files.set(name, isSame ? before : { digest, bytes });
      if (!isSame) await rm(join(folder, name), { recursive: true, force: true });
    }
    for (const name of await readdir(folder))
      if (!files.has(name)) await rm(join(folder, name), { recursive: true, force: true });
    const partial = new PartialDownload(folder, files);
    await partial.#save();
    return partial;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  etag(name: string): string | undefined {
    return this.#files.get(name)?.etag;
  }

  async setEtag(name: string, etag: string | undefined): Promise<void> {
    this.#files.set(name, { ...this.#files.get(name)!, etag });
    await this.#save();
  }

  async missingBytes(): Promise<number> {
    const missing = [...this.#files].map(async ([name, { bytes }]) =>
      Math.max(0, bytes - (await bytesAt(this.path(name)))),
    );
    return (await Promise.all(missing)).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Puts the folder, whose files are whole, in the place of `folder`. Killed before that, it is as it was; then it is finished. */
  async moveTo(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    await rename(this.folder, folder);
    await rm(join(folder, downloadFile), { force: true });
  }

  /** Removes the folder where there is nothing in it to go on from, or where it is no good. */
  async discard({ ifEmpty }: { readonly ifEmpty: boolean }): Promise<void> {
    const sizes = await Promise.all([...this.#files.keys()].map((name) => bytesAt(this.path(name))));
    if (ifEmpty && sizes.some((size) => size > 0)) return;
    await rm(this.folder, { recursive: true, force: true });
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#files));
    await writeWhole(this.path(downloadFile), (partial) => writeFile(partial, text));
  }
}

async function readState(folder: string): Promise<ReadonlyMap<string, PartialFile>> {
  try {
    const state = JSON.parse(await readFile(join(folder, downloadFile), 'utf8')) as Record<string, PartialFile>;
    return new Map(Object.entries(state).filter(([, { digest }]) => typeof digest.hex === 'string'));
  } catch {
    // without it nobody knows what the bytes are of
    return new Map();
  }
}
