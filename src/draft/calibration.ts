// How often guesses of a kind came true: what makes probabilities of different sources comparable.
import type { SourceName } from './source.ts';

/** Guesses that a kind is given before any was verified, and the share of them that came true. */
const priorCount = 4;
const priors: Readonly<Record<SourceName, number>> = { suffix: 0.6, recycled: 0.35, forced: 0.9 };
/** Older outcomes fade: counts are halved at so many. */
const mostCount = 400;

interface Outcomes {
  right: number;
  wrong: number;
}

export class Calibration {
  readonly #outcomes = new Map<string, Outcomes>();

  /** Mean of the Beta distribution over the share of this kind that comes true. */
  probability(source: SourceName, kind: number): number {
    const { right, wrong } = this.#outcomes.get(`${source} ${kind}`) ?? { right: 0, wrong: 0 };
    return (right + priorCount * priors[source]) / (right + wrong + priorCount);
  }

  learn(source: SourceName, kind: number, isRight: boolean): void {
    const key = `${source} ${kind}`;
    const outcomes = this.#outcomes.get(key) ?? { right: 0, wrong: 0 };
    this.#outcomes.set(key, outcomes);
    if (isRight) outcomes.right++;
    else outcomes.wrong++;
    if (outcomes.right + outcomes.wrong <= mostCount) return;
    outcomes.right /= 2;
    outcomes.wrong /= 2;
  }
}
