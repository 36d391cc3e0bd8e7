// What the oracle says of the places of one request. An answer that has come never changes under the request; one that has not
// is no reason to wait: whatever was decided without it is decided again when it is there.
import type { NameSite, Names, Oracle, Place } from '../../language/oracle.ts';
import { NameSet } from './nameSet.ts';

/** `unknown`: not asked, or no answer yet. `open`: whatever is said, any name may stand there. */
export type Fact = NameSet | 'open' | 'unknown';

/** A name's place in a completion: what was said before it. */
export interface NamePlace {
  readonly site: NameSite;
  readonly said: string;
}

/** The document that the places are in. */
export interface FactsDocument extends Omit<Place, 'before' | 'typed'> {
  /** What stands before the completion. */
  readonly start: string;
  /** Length of the document before the cursor. */
  readonly cursor: number;
}

/** Names of one request, and what is known of them. */
export class Facts {
  readonly #oracle: Oracle;
  readonly #document: FactsDocument;
  readonly #signal: AbortSignal;
  readonly #facts = new Map<string, Fact>();
  readonly #places: NamePlace[] = [];
  readonly #waiting = new Set<Promise<void>>();
  #answers = 0;
  #answerMs = 0;

  constructor(oracle: Oracle, document: FactsDocument, signal: AbortSignal) {
    this.#oracle = oracle;
    this.#document = document;
    this.#signal = signal;
  }

  /** What was asked about, in order. */
  get places(): readonly NamePlace[] {
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

  /** What is known by now. */
  at({ site, said }: NamePlace): Fact {
    return this.#facts.get(`${site} ${said}`) ?? 'unknown';
  }

  /** Asks, unless that was done before. */
  ask(asked: NamePlace): void {
    const key = `${asked.site} ${asked.said}`;
    if (this.#facts.has(key)) return;
    this.#facts.set(key, 'unknown');
    this.#places.push(asked);
    const startMs = performance.now();
    const answered = this.names(asked).then((names) => {
      const isEvidence = names?.isClosed === true && names.names.length > 0;
      this.#facts.set(key, isEvidence ? new NameSet(names.names.map(({ text }) => text)) : 'open');
      this.#answers++;
      this.#answerMs = Math.max(this.#answerMs, performance.now() - startMs);
      this.#waiting.delete(answered);
    });
    this.#waiting.add(answered);
  }

  /** All that the oracle says of the names at a place. */
  names({ site, said }: NamePlace): Promise<Names | undefined> {
    const { start, cursor, ...document } = this.#document;
    const before = start + said;
    return this.#oracle.names({ ...document, before, typed: cursor - before.length }, site, this.#signal);
  }

  /** Resolves with the next answer, after `ms` milliseconds, or when the request is given up, whichever is first. */
  async next(ms: number): Promise<void> {
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
