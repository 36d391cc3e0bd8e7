// Questions → answers, remembered for a while: the same question asked again while it is under way is asked once, and given up
// once nobody waits for it any longer.

interface Entry {
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  readonly askedMs: number;
  waiting: number;
  isDone: boolean;
}

export class AnswerCache {
  readonly #limit: number;
  readonly #maxAgeMs: number;
  /** Least recently asked first. */
  readonly #entries = new Map<string, Entry>();

  /** Remembers `limit` answers for `maxAgeMs` each. */
  constructor(limit: number, maxAgeMs: number) {
    this.#limit = limit;
    this.#maxAgeMs = maxAgeMs;
  }

  /**
   * The answer of `ask`, or the one known for `key`; `undefined` as soon as `signal` is aborted. Never rejects if `ask` does not.
   * @param lingerMs how long an answer is still worked on that nobody waits for any more: somebody may ask the same again
   */
  async get<T>(
    key: string,
    ask: (signal: AbortSignal) => Promise<T | undefined>,
    signal: AbortSignal,
    lingerMs = 0,
  ): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const entry = this.#fresh(key) ?? this.#add(key, ask);
    entry.waiting += 1;
    try {
      return (await unlessAborted(entry.answer, signal)) as T | undefined;
    } finally {
      entry.waiting -= 1;
      if (lingerMs === 0) this.#giveUp(key, entry);
      else setTimeout(() => this.#giveUp(key, entry), lingerMs).unref();
    }
  }

  /** Ends the work on an answer that nobody waits for. */
  #giveUp(key: string, entry: Entry): void {
    if (entry.waiting > 0 || entry.isDone) return;
    entry.controller.abort();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (performance.now() - entry.askedMs > this.#maxAgeMs) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  #add<T>(key: string, ask: (signal: AbortSignal) => Promise<T | undefined>): Entry {
    const controller = new AbortController();
    const answer = ask(controller.signal).then((value) => {
      entry.isDone = true;
      // That nothing is known now may be for want of time: it is asked again.
      if (value === undefined && this.#entries.get(key) === entry) this.#entries.delete(key);
      return value;
    });
    const entry: Entry = { answer, controller, askedMs: performance.now(), waiting: 0, isDone: false };
    this.#entries.set(key, entry);
    for (const oldest of [...this.#entries.keys()].slice(0, Math.max(0, this.#entries.size - this.#limit))) {
      this.#entries.delete(oldest);
    }
    return entry;
  }
}

function unlessAborted(answer: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
