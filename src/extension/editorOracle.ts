// Questions of the engine about a cursor → names from the editor's completion providers. The editor's command cannot be cancelled
// once it runs, so few run at a time, the newest question waits for its turn and older ones are dropped, and nobody waits long.
import type { EditorNames, NamesQuestion } from '../protocol/messages.ts';

/** Whoever can be asked. */
export interface NamesSource {
  /** Whether the document is open in exactly this version. */
  isCurrent(question: NamesQuestion): boolean;
  /** `null` where nothing is known; may reject, and may take any time. */
  ask(question: NamesQuestion): Promise<EditorNames | null>;
}

export interface OracleLimits {
  /** An answer that takes longer counts as none, until the same is asked again. */
  readonly deadlineMs: number;
  readonly concurrency: number;
  readonly remembered: number;
}

const defaultLimits: OracleLimits = { deadlineMs: 400, concurrency: 2, remembered: 16 };

interface Waiting {
  readonly question: NamesQuestion;
  readonly settle: (answer: Promise<EditorNames | null>) => void;
}

export class EditorOracle {
  readonly #source: NamesSource;
  readonly #limits: OracleLimits;
  /** Least recently asked first. */
  readonly #answers = new Map<string, Promise<EditorNames | null>>();
  #running = 0;
  #waiting: Waiting | undefined;

  constructor(source: NamesSource, limits: Partial<OracleLimits> = {}) {
    this.#source = source;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** The names at a cursor; `null` where they are not known in time. Never rejects. */
  async names(question: NamesQuestion): Promise<EditorNames | null> {
    if (!this.#source.isCurrent(question)) return null;
    const key = JSON.stringify(question, ['uri', 'version', 'line', 'character', 'typed']);
    const answer = this.#answers.get(key) ?? this.#remember(key, this.#turn(question));
    return await within(this.#limits.deadlineMs, answer);
  }

  #remember(key: string, answer: Promise<EditorNames | null>): Promise<EditorNames | null> {
    this.#answers.set(key, answer);
    for (const oldest of [...this.#answers.keys()].slice(0, -this.#limits.remembered)) this.#answers.delete(oldest);
    // That nothing is known now may be for want of time: it is asked again.
    void answer.then((names) => {
      if (names === null && this.#answers.get(key) === answer) this.#answers.delete(key);
    });
    return answer;
  }

  #turn(question: NamesQuestion): Promise<EditorNames | null> {
    if (this.#running < this.#limits.concurrency) return this.#run(question);
    this.#waiting?.settle(Promise.resolve(null));
    return new Promise((settle) => {
      this.#waiting = { question, settle };
    });
  }

  async #run(question: NamesQuestion): Promise<EditorNames | null> {
    this.#running++;
    try {
      const names = await this.#source.ask(question);
      return this.#source.isCurrent(question) ? names : null;
    } catch {
      // A provider that fails is one that does not know.
      return null;
    } finally {
      this.#running--;
      const next = this.#waiting;
      this.#waiting = undefined;
      next?.settle(this.#source.isCurrent(next.question) ? this.#run(next.question) : Promise.resolve(null));
    }
  }
}

function within<T>(ms: number, answer: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
