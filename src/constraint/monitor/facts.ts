// What the oracle says of the places of one request. An answer that has come never changes under the request; one that has not
// is no reason to wait: whatever was decided without it is decided again when it is there.
import type { Call, NameSite, Names, Oracle, Place } from '../../language/oracle.ts';
import { NameSet } from './nameSet.ts';

/** `unknown`: not asked, or no answer yet. `open`: whatever is said, any name may stand there. */
export type Fact = NameSet | 'open' | 'unknown';

/** A name's place in a completion: what was said before it. */
export interface NamePlace {
  readonly site: NameSite;
  readonly said: string;
}

/** A place in a call's arguments: what was said up to it. */
export interface CallPlace {
  readonly site: 'call';
  readonly said: string;
}

export type CallFact = Call | 'open' | 'unknown';

/** The document that the places are in. */
export interface FactsDocument extends Omit<Place, 'before' | 'typed'> {
  /** What stands before the completion. */
  readonly start: string;
  /** Length of the document before the cursor. */
  readonly cursor: number;
}

/** Places of one request, and what is known of them. */
export class Facts {
  readonly #oracle: Oracle;
  readonly #document: FactsDocument;
  readonly #signal: AbortSignal;
  readonly #names = new Map<string, Fact>();
  readonly #calls = new Map<string, CallFact>();
  readonly #places: (NamePlace | CallPlace)[] = [];
  readonly #waiting = new Set<Promise<void>>();
  #answers = 0;
  #answerMs = 0;

  constructor(oracle: Oracle, document: FactsDocument, signal: AbortSignal) {
    this.#oracle = oracle;
    this.#document = document;
    this.#signal = signal;
  }

  /** What was asked about, in order. */
  get places(): readonly (NamePlace | CallPlace)[] {
    return this.#places;
  }

  /** Answers so far: another number, other facts. */
  get answers(): number {
    return this.#answers;
  }

  /** Longest time that an answer took. */
  get answerMs(): number {
    return this.#answerMs;
  }

  /** What is known by now of the names at a place. */
  at({ site, said }: NamePlace): Fact {
    return this.#names.get(`${site} ${said}`) ?? 'unknown';
  }

  /** What is known by now of the call at a place. */
  callAt({ said }: CallPlace): CallFact {
    return this.#calls.get(said) ?? 'unknown';
  }

  isKnown(place: NamePlace | CallPlace): boolean {
    return (place.site === 'call' ? this.callAt(place) : this.at(place)) !== 'unknown';
  }

  /** Asks, unless that was done before. */
  ask(place: NamePlace | CallPlace): void {
    if (place.site === 'call') {
      if (this.#calls.has(place.said)) return;
      this.#calls.set(place.said, 'unknown');
      const answer = this.#oracle.call(this.#whole(place.said), this.#signal);
      this.#take(place, answer, (call) => this.#calls.set(place.said, call ?? 'open'));
      return;
    }
    const key = `${place.site} ${place.said}`;
    if (this.#names.has(key)) return;
    this.#names.set(key, 'unknown');
    this.#take(place, this.names(place), (names) => {
      const isEvidence = names?.isClosed === true && names.names.length > 0;
      this.#names.set(key, isEvidence ? new NameSet(names.names.map(({ text }) => text)) : 'open');
    });
  }

  #take<Answer>(place: NamePlace | CallPlace, answer: Promise<Answer>, keep: (answer: Answer) => void): void {
    this.#places.push(place);
    const startMs = performance.now();
    const taken = answer.then((found) => {
      keep(found);
      this.#answers++;
      this.#answerMs = Math.max(this.#answerMs, performance.now() - startMs);
      this.#waiting.delete(taken);
    });
    this.#waiting.add(taken);
  }

  #whole(said: string): Place {
    const { start, cursor, ...document } = this.#document;
    const before = start + said;
    return { ...document, before, typed: cursor - before.length };
  }

  /** All that the oracle says of the names at a place. */
  names({ site, said }: NamePlace): Promise<Names | undefined> {
    return this.#oracle.names(this.#whole(said), site, this.#signal);
  }

  /** Resolves with the next answer, after `ms` milliseconds, or when the request is given up, whichever is first. */
  async next(ms: number): Promise<void> {
    if (this.#signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    let stop = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      stop = resolve;
      timer = setTimeout(resolve, ms);
      this.#signal.addEventListener('abort', stop);
    });
    await Promise.race([deadline, ...this.#waiting]);
    clearTimeout(timer);
    this.#signal.removeEventListener('abort', stop);
  }
}
