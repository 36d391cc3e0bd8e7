// The best of several texts for a hole.
import type { Item } from '../items.ts';
import { type ItemScore, scoreItem } from '../score.ts';
import { decimal } from '../table.ts';

export type Best = Pick<ItemScore, 'exactMatch' | 'editSimilarity'> & { readonly isNamed: boolean };

/** Of each measure by itself. */
export function bestOf(item: Item, texts: readonly string[]): Best {
  const scores = texts.map((text) => scoreItem(item, text));
  return {
    exactMatch: scores.some(({ exactMatch }) => exactMatch),
    editSimilarity: Math.max(0, ...scores.map(({ editSimilarity }) => editSimilarity)),
    isNamed: scores.some(({ nextIdentifierMatch }) => nextIdentifierMatch === true),
  };
}

/** A row for each range of a value between `bounds`: how many drafts are in it, and what became of them. */
export function rowsByValue<T extends Pick<ItemScore, 'exactMatch' | 'editSimilarity' | 'nextIdentifierMatch'>>(
  scored: readonly T[],
  measureOf: (each: T) => number,
  bounds: readonly number[],
): string[][] {
  return bounds.slice(1).map((high, at) => {
    const low = bounds[at]!;
    const own = scored.filter((each) => measureOf(each) > low && measureOf(each) <= high);
    const share = (of: (each: T) => boolean): string => decimal((100 * own.filter(of).length) / own.length);
    return [
      `${low} to ${high}`,
      String(own.length),
      share(({ exactMatch }) => exactMatch),
      share(({ nextIdentifierMatch }) => nextIdentifierMatch === true),
      decimal(own.length === 0 ? undefined : meanOf(own, ({ editSimilarity }) => editSimilarity)),
    ];
  });
}

export function meanOf<T>(all: readonly T[], of: (each: T) => number): number {
  return all.length === 0 ? 0 : all.reduce((sum, each) => sum + of(each), 0) / all.length;
}
