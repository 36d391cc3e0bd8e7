// A model that is asked about few rows a pass: longer passes are cut, which changes nothing that is cached or answered. It notes how
// near each other the two first choices of a row came, and how many passes were trees.
import type { Model, RowLogits, Rows } from '../../src/model/model.ts';
import { topCount } from '../../src/model/model.ts';

export class ShortPasses implements Model {
  readonly #model: Model;
  readonly #mostRows: number;
  /** Passes over rows beside each other. */
  trees = 0;
  /** The least that the first choice of an asked row was ahead of the second. */
  leastGap = Number.POSITIVE_INFINITY;

  constructor(model: Model, mostRows: number) {
    this.#model = model;
    this.#mostRows = mostRows;
  }

  get config(): Model['config'] {
    return this.#model.config;
  }
  get device(): Model['device'] {
    return this.#model.device;
  }
  get threads(): number {
    return this.#model.threads;
  }
  get cache(): Model['cache'] {
    return this.#model.cache;
  }

  async forward({ tokens, parents, wanted, mixture, fetch }: Rows): Promise<RowLogits> {
    if (mixture !== undefined) throw new Error('mixtures are not cut');
    const asked = wanted ?? tokens.map((_, row) => row);
    const first = this.cache.length;
    if (parents?.some((parent, row) => parent !== first + row - 1)) this.trees++;
    const answers: RowLogits[] = [];
    for (let from = 0; from < tokens.length; from += this.#mostRows) {
      const to = Math.min(tokens.length, from + this.#mostRows);
      const rows = asked.filter((row) => row >= from && row < to).map((row) => row - from);
      const part = parents && { parents: parents.slice(from, to) };
      answers.push(
        await this.#model.forward({ tokens: tokens.slice(from, to), wanted: rows, ...part, ...(fetch && { fetch }) }),
      );
    }
    const joined = joinRows(answers);
    for (let at = 0; at < joined.topLogits.length; at += topCount)
      this.leastGap = Math.min(this.leastGap, joined.topLogits[at]! - joined.topLogits[at + 1]!);
    return joined;
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}

function joinRows(parts: readonly RowLogits[]): RowLogits {
  const floats = (of: (part: RowLogits) => Float32Array | undefined): Float32Array =>
    Float32Array.from(parts.flatMap((part) => [...(of(part) ?? [])]));
  const logits = floats((part) => part.logits);
  return {
    topIds: Int32Array.from(parts.flatMap(({ topIds }) => [...topIds])),
    topLogits: floats(({ topLogits }) => topLogits),
    logSumExp: floats(({ logSumExp }) => logSumExp),
    ...(logits.length > 0 && { logits }),
  };
}
