// Requests → turns, one at a time: the newest wins, and what is asked ahead of need gives way to everything else.

export class Turns {
  #newest: AbortController | undefined;
  #ahead: AbortController | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Comes when nothing is being done, or is given up by then. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  /**
   * Does `work` once nothing else is being done. Whatever comes next aborts `controller`, but what is asked ahead of need never
   * aborts what is not: it waits.
   */
  run<T>(controller: AbortController, isAhead: boolean, work: () => Promise<T>): Promise<T> {
    this.#ahead?.abort();
    if (isAhead) this.#ahead = controller;
    else {
      this.#newest?.abort();
      this.#newest = controller;
    }
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }
}
