// What became of suggestions → counts, on this machine for the status; sent nowhere.

export interface Counts {
  readonly shown: number;
  readonly accepted: number;
  readonly fromMemory: number;
  /** Acceptances after which there was another suggestion, and those of them whose suggestion was prepared meanwhile. */
  readonly followed: number;
  readonly prepared: number;
}

/** Where an answer came from: `prepared` is remembered, too, and was so before anybody asked. */
export type Source = 'engine' | 'memory' | 'prepared';

export class Tally {
  #counts: Counts = { shown: 0, accepted: 0, fromMemory: 0, followed: 0, prepared: 0 };
  /** The last acceptance has not been followed by a suggestion yet. */
  #isAccepted = false;

  get counts(): Counts {
    return this.#counts;
  }

  /** A question was answered, with a suggestion or without. */
  answered(source: Source, isShown: boolean): void {
    const { shown, fromMemory, followed, prepared } = this.#counts;
    const isFollowed = isShown && this.#isAccepted;
    if (isShown) this.#isAccepted = false;
    this.#counts = {
      ...this.#counts,
      shown: shown + Number(isShown),
      fromMemory: fromMemory + Number(source !== 'engine'),
      followed: followed + Number(isFollowed),
      prepared: prepared + Number(isFollowed && source === 'prepared'),
    };
  }

  accepted(): void {
    this.#isAccepted = true;
    this.#counts = { ...this.#counts, accepted: this.#counts.accepted + 1 };
  }
}
