// The best of several texts for a hole.
import type { Item } from '../items.ts';
import { type ItemScore, scoreItem } from '../score.ts';

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

export function meanOf<T>(all: readonly T[], of: (each: T) => number): number {
  return all.length === 0 ? 0 : all.reduce((sum, each) => sum + of(each), 0) / all.length;
}
