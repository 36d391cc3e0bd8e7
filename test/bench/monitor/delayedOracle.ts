// An oracle that gives another's answers late or never, and the same answer whenever the same is asked: facts do not depend on
// when they come.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, NameSite, Names, Oracle, Place } from '../../../src/language/oracle.ts';

export class DelayedOracle implements Oracle {
  /** Milliseconds that an answer takes; `Infinity` for never. */
  delayMs = 0;
  readonly #inner: Oracle;
  readonly #names = new Map<string, Promise<Names | undefined>>();
  readonly #calls = new Map<string, Promise<Call | undefined>>();

  constructor(inner: Oracle) {
    this.#inner = inner;
  }

  knows(...asked: Parameters<Oracle['knows']>): boolean {
    return this.#inner.knows(...asked);
  }

  hasAnswered(...asked: Parameters<Oracle['hasAnswered']>): boolean {
    return this.#inner.hasAnswered(...asked);
  }

  names(place: Place, site: NameSite, signal: AbortSignal): Promise<Names | undefined> {
    const ask = (): Promise<Names | undefined> => this.#inner.names(place, site, new AbortController().signal);
    return this.#late(remembered(this.#names, `${site}\n${keyOf(place)}`, ask), signal);
  }

  call(place: Place, signal: AbortSignal): Promise<Call | undefined> {
    const ask = (): Promise<Call | undefined> => this.#inner.call(place, new AbortController().signal);
    return this.#late(remembered(this.#calls, keyOf(place), ask), signal);
  }

  importOf(...asked: Parameters<Oracle['importOf']>): ReturnType<Oracle['importOf']> {
    return this.#inner.importOf(...asked);
  }

  dispose(): void {
    this.#inner.dispose();
  }

  /** The answer after the delay; undefined as soon as nobody waits any longer. */
  async #late<T>(answer: Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
    const delayMs = this.delayMs;
    const given = new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    if (delayMs === Number.POSITIVE_INFINITY) return given;
    const late = async (): Promise<T | undefined> => {
      const found = await answer;
      if (delayMs > 0) await sleep(delayMs);
      return found;
    };
    return Promise.race([late(), given]);
  }
}

function keyOf({ document, before, after, typed }: Place): string {
  return JSON.stringify([document.uri, before, after, typed]);
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
