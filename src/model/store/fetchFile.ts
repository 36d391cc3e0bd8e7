// One file of a model from a hub: what is there already is kept, the rest is asked for as a range, and all of it is hashed.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Disk } from './disk.ts';
import { FileHasher } from './fileHasher.ts';
import { type HubFile, statusError } from './hub.ts';
import { connectionError, type HubClient, throwIfStopped } from './hubFetch.ts';
import { ModelStoreError } from './storeError.ts';

export interface FetchOptions {
  readonly client: HubClient;
  readonly disk: Disk;
  readonly signal: AbortSignal;
  readonly hasToken: boolean;
  /** The ETag of the content that the bytes at `path` are of, if it is known. */
  readonly etag?: string | undefined;
  /** Told before the first byte of other content is written. */
  readonly onEtag: (etag: string | undefined) => Promise<void>;
  /** Told how many bytes of the file are there. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Completes the file at `path`, and resolves with its SHA-256. What was fetched stays when it fails, unless it is wrong.
 * @throws ModelStoreError, or what the disk says
 */
export async function fetchFile(url: string, file: HubFile, path: string, options: FetchOptions): Promise<string> {
  // pieces that do not fit together, as of content that was changed in between, cost one more try
  for (let isLast = false; ; isLast = true) {
    const { sha256, isRight, isJoined } = await new FileFetch(url, file, path, options).run();
    if (isRight) return sha256;
    await rm(path, { force: true });
    if (isLast || !isJoined)
      throw new ModelStoreError(
        'damaged',
        `${file.name} arrived with other content than the hub says it has: try again, on another network or another mirror.`,
      );
  }
}

interface Fetched {
  readonly sha256: string;
  readonly isRight: boolean;
  /** Whether it came in more than one piece. */
  readonly isJoined: boolean;
}

class FileFetch {
  readonly #url: string;
  readonly #file: HubFile;
  readonly #path: string;
  readonly #options: FetchOptions;
  #hasher: FileHasher;
  #offset = 0;
  #isJoined = false;
  #etag: string | undefined;

  constructor(url: string, file: HubFile, path: string, options: FetchOptions) {
    this.#url = url;
    this.#file = file;
    this.#path = path;
    this.#options = options;
    this.#hasher = new FileHasher(file.digest, file.bytes);
    this.#etag = options.etag;
  }

  /** Asks until all bytes are there. */
  async run(): Promise<Fetched> {
    const { client, onBytes } = this.#options;
    const handle = await openForWriting(this.#path);
    try {
      await this.#readBack(handle);
      onBytes(this.#offset);
      for (let failures = 0; this.#offset < this.#file.bytes; ) {
        const before = this.#offset;
        const cut = await this.#ask(handle);
        failures = this.#offset > before ? 0 : failures + 1;
        if (cut !== undefined && !(await client.pause(failures))) throw cut;
      }
      await handle.sync();
      return { ...this.#hasher.finish(), isJoined: this.#isJoined };
    } finally {
      await handle.close();
    }
  }

  /** Hashes what is there already. */
  async #readBack(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    if (size > this.#file.bytes) await handle.truncate(0);
    else if (size > 0)
      for await (const chunk of createReadStream(this.#path)) {
        throwIfStopped(this.#options.signal);
        this.#hasher.update(chunk as Buffer);
        this.#offset += (chunk as Buffer).length;
      }
    this.#isJoined = this.#offset > 0;
  }

  /** One request for what is missing. Resolves with what cut it short, if anything did. */
  async #ask(handle: FileHandle): Promise<ModelStoreError | undefined> {
    const { client, signal, hasToken } = this.#options;
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (this.#offset > 0) {
      headers.range = `bytes=${this.#offset}-`;
      if (this.#etag !== undefined) headers['if-range'] = this.#etag;
    }
    const response = await client.fetch(this.#url, { headers });
    try {
      if (response.status === 416) {
        await this.#startOver(handle, undefined);
        return new ModelStoreError('server', `The hub does not send the rest of ${this.#file.name}: try again later.`);
      }
      if (response.status !== 200 && response.status !== 206)
        throw statusError(response.status, this.#file.name, hasToken);
      const etag = strongEtag(response);
      if (response.status === 200) {
        if (this.#offset > 0 || etag !== this.#etag) await this.#startOver(handle, etag);
        this.#checkLength(response.headers.get('content-length'), response);
      } else if (!this.#isRest(response, etag)) {
        await this.#startOver(handle, undefined);
        return new ModelStoreError('server', `The hub sends other parts of ${this.#file.name}: try again later.`);
      }
      this.#isJoined ||= this.#offset > 0;
      return await this.#take(handle, response);
    } catch (error) {
      throwIfStopped(signal);
      throw error;
    } finally {
      await response.body?.cancel().catch(() => {});
    }
  }

  /** Whether a part begins where the file ends, and belongs to the same content. */
  #isRest(response: Response, etag: string | undefined): boolean {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    if (range === null || Number(range[1]) !== this.#offset) return false;
    if (range[2] !== '*') this.#checkLength(range[2]!, response);
    return this.#etag === undefined || etag === undefined || etag === this.#etag;
  }

  #checkLength(length: string | null, response: Response): void {
    if (length === null || response.headers.has('content-encoding') || Number(length) === this.#file.bytes) return;
    throw this.#otherSize(`${length} bytes`);
  }

  #otherSize(found: string): ModelStoreError {
    return new ModelStoreError(
      'damaged',
      `${this.#file.name} should have ${this.#file.bytes} bytes and comes with ${found}: try again, on another network or another mirror.`,
    );
  }

  async #startOver(handle: FileHandle, etag: string | undefined): Promise<void> {
    await handle.truncate(0);
    this.#hasher = new FileHasher(this.#file.digest, this.#file.bytes);
    this.#offset = 0;
    this.#isJoined = false;
    this.#etag = etag;
    await this.#options.onEtag(etag);
    this.#options.onBytes(0);
  }

  /** Writes what comes until the body ends or is cut. */
  async #take(handle: FileHandle, response: Response): Promise<ModelStoreError | undefined> {
    const { client, disk, signal, onBytes } = this.#options;
    const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
    if (reader === undefined) return connectionError(new URL(this.#url).host, new Error('it is empty'));
    try {
      for (;;) {
        const next = await nextChunk(reader, client.stallMs).catch((error: unknown) => {
          throwIfStopped(signal);
          return connectionError(new URL(this.#url).host, error);
        });
        if (next instanceof ModelStoreError) return next;
        if (next === undefined) {
          if (this.#offset === this.#file.bytes) return undefined;
          return connectionError(new URL(this.#url).host, new Error('it ended early'));
        }
        if (this.#offset + next.length > this.#file.bytes) throw this.#otherSize('more');
        await disk.write(handle, next, this.#offset);
        this.#hasher.update(next);
        this.#offset += next.length;
        onBytes(this.#offset);
      }
    } finally {
      await reader.cancel().catch(() => {});
      reader.releaseLock();
    }
  }
}

/** Makes the file where there is none, and cuts none that is there. */
async function openForWriting(path: string): Promise<FileHandle> {
  await (await open(path, 'a')).close();
  return open(path, 'r+');
}

/** The next bytes, undefined at the end. Rejects where nothing comes for `stallMs`. */
async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  stallMs: number,
): Promise<Uint8Array | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing comes any more')), stallMs);
  });
  try {
    return (await Promise.race([reader.read(), stalled])).value;
  } finally {
    clearTimeout(timer);
  }
}

/** Only a strong ETag says that bytes are the same. */
function strongEtag(response: Response): string | undefined {
  const etag = response.headers.get('etag');
  return etag === null || etag.startsWith('W/') ? undefined : etag;
}
