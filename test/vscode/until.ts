// A question asked again until it has an answer: the only way this suite waits.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves with the first answer that is not `undefined`; rejects with what was waited for when `limitMs` have passed.
 * An answer that throws counts as none yet.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  let failure: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      failure = error;
    }
    await sleep(25);
  }
  throw new Error(`waited ${limitMs} ms for ${what}`, { cause: failure });
}
