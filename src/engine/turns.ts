// Requests → turns, one at a time: of each window the newest wins, and what is asked ahead of need gives way to everything else.

/** Whoever asks. */
type Window = object;

export class Turns {
  readonly #newest = new Map<Window, AbortController>();
  #ahead: { readonly window: Window; readonly controller: AbortController } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Comes when nothing is being done, or is given up by then. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  /**
   * Does `work` once nothing else is being done. Whatever comes next from the same window aborts `controller`, but what is asked ahead
   * of need never aborts what is not: it waits, and is aborted by what comes from any window.
   */
  run<T>(window: Window, controller: AbortController, isAhead: boolean, work: () => Promise<T>): Promise<T> {
    this.#ahead?.controller.abort();
    if (isAhead) this.#ahead = { window, controller };
    else {
      this.#newest.get(window)?.abort();
      this.#newest.set(window, controller);
    }
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }

  /** A window has gone: nobody waits for what it asked. */
  leave(window: Window): void {
    this.#newest.get(window)?.abort();
    this.#newest.delete(window);
    if (this.#ahead?.window === window) this.#ahead.controller.abort();
  }
}
