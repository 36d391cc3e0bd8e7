// Items of the monitor benches: holes that know the project they were cut from.

import type { Item } from '../items.ts';

/**
 * What a checker says of the name that was cut: its receiver has a type that declares it (`resolved`), takes any name by an index
 * signature (`index`), or has no type that says anything (`any`).
 */
export type SiteClass = 'resolved' | 'index' | 'any';

export const siteClasses: readonly SiteClass[] = ['resolved', 'index', 'any'];

export interface MonitorItem extends Item {
  /** The package's name. */
  readonly project: string;
  /** Set for holes of kind `member`. */
  readonly siteClass?: SiteClass;
  /** UTF-16 units of the name that stand before the cursor. */
  readonly typed: number;
}

/** The hole as if nothing of its name were typed, and what a prediction is for it: names are judged whole. */
export function wholeName(
  item: MonitorItem,
  predicted: string,
): { readonly item: MonitorItem; readonly predicted: string } {
  const cut = item.prefix.length - item.typed;
  const typed = item.prefix.slice(cut);
  const whole = { ...item, prefix: item.prefix.slice(0, cut), target: typed + item.target, typed: 0 };
  return { item: whole, predicted: typed + predicted };
}

const nameAtStart = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;

/** The name that stands at the hole once `predicted` is inserted; empty where it begins with none. */
export function insertedName(item: MonitorItem, predicted: string): string {
  return nameAtStart.exec(wholeName(item, predicted).predicted)?.[0] ?? '';
}

/** Draws from queues in turns until `wanted` are drawn or all are empty. */
export function inTurns<T>(queues: readonly Iterator<T, unknown>[], wanted: number): T[] {
  const drawn: T[] = [];
  for (let progressed = true; progressed && drawn.length < wanted; ) {
    progressed = false;
    for (const queue of queues) {
      if (drawn.length >= wanted) break;
      const next = queue.next();
      if (next.done === true) continue;
      drawn.push(next.value);
      progressed = true;
    }
  }
  return drawn;
}

/** How many characters of a name of `length` are typed at the hole with this number: none, or in every third one to three. */
export function typedCharacters(number: number, length: number): number {
  return number % 3 === 2 ? Math.min(1 + (Math.floor(number / 3) % 3), length - 1) : 0;
}
