// Uses that begin and end → a call once there has been none for a while.

export class IdleWatch {
  readonly #idleMs: () => number;
  readonly #onIdle: () => void;
  #underway = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleMs milliseconds without use until `onIdle` is called; 0 for never */
  constructor(idleMs: () => number, onIdle: () => void) {
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  /** `work` is a use until it settles. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.stop();
    this.#underway += 1;
    try {
      return await work();
    } finally {
      this.#underway -= 1;
      this.watch();
    }
  }

  /** Waits from now on, unless something is in use. */
  watch(): void {
    this.stop();
    const idleMs = this.#idleMs();
    if (this.#underway > 0 || idleMs === 0) return;
    this.#timer = setTimeout(() => this.#onIdle(), idleMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
