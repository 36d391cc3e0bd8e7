// Bytes that come → how fast they come lately, and how long the rest takes at that.
import type { DownloadProgress } from '../../protocol/models.ts';

/** What is older than this does not count. */
const windowMs = 5_000;
/** Progress is told no more often than this. */
const tellEveryMs = 100;

/** Counts the bytes of one download; `now` in milliseconds. */
export class SpeedMeter {
  readonly #totalBytes: number;
  readonly #now: () => number;
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(totalBytes: number, now: () => number = () => performance.now()) {
    this.#totalBytes = totalBytes;
    this.#now = now;
  }

  /** What to tell now that `doneBytes` are there; undefined where something was told just before. */
  progress(file: string, doneBytes: number): DownloadProgress | undefined {
    const atMs = this.#now();
    // what had to be thrown away was no progress
    if (doneBytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    const isDone = doneBytes === this.#totalBytes;
    if (!isDone && atMs - this.#toldMs < tellEveryMs) return undefined;
    this.#toldMs = atMs;
    this.#samples.push({ atMs, bytes: doneBytes });
    while (this.#samples.length > 2 && this.#samples[0]!.atMs < atMs - windowMs) this.#samples.shift();
    const first = this.#samples[0]!;
    const bytesPerSecond = atMs > first.atMs ? (1000 * (doneBytes - first.bytes)) / (atMs - first.atMs) : 0;
    const left = this.#totalBytes - doneBytes;
    return {
      file,
      doneBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && { secondsLeft: left / bytesPerSecond }),
    };
  }
}
