// How often guesses of a kind came true: what makes probabilities of different sources comparable.
import { type Guess, type SourceName, sourceNames } from './source.ts';

/** Guesses of its kind that a guess's own prior counts for. */
const priorCount = 6;
/** Older outcomes fade: counts are halved at so many. */
const mostCount = 400;
const kinds = 256;

/** A guess, whose it is, and whether another source said the same. */
export interface SourcedGuess extends Guess {
  readonly source: SourceName;
  readonly isShared: boolean;
}

export class Calibration {
  /** Guesses that came true and that did not, by kind. */
  readonly #right = new Float64Array(2 * kinds * sourceNames.length);
  readonly #wrong = new Float64Array(2 * kinds * sourceNames.length);

  /** All that was learnt. */
  get memory(): readonly Float64Array[] {
    return [this.#right, this.#wrong];
  }

  /** Mean of the Beta distribution over the share of its kind that comes true. */
  probability(guess: SourcedGuess): number {
    const at = slot(guess);
    const right = this.#right[at]!;
    return (right + priorCount * guess.prior) / (right + this.#wrong[at]! + priorCount);
  }

  learn(guess: SourcedGuess, isRight: boolean): void {
    const at = slot(guess);
    if (isRight) this.#right[at]!++;
    else this.#wrong[at]!++;
    if (this.#right[at]! + this.#wrong[at]! <= mostCount) return;
    this.#right[at]! /= 2;
    this.#wrong[at]! /= 2;
  }
}

function slot({ source, isShared, kind }: SourcedGuess): number {
  return kinds * (2 * sourceNames.indexOf(source) + Number(isShared)) + kind;
}
