// What compilers say of an item's answer, whatever the language: does the name at the hole exist, do those inside of the draft, does
// the file compile.

import type { Draft } from '../../../src/protocol/messages.ts';
import { insertedName, type MonitorItem } from './items.ts';

/** What was shown for an item; undefined where nothing was. */
export type Shown = Pick<Draft, 'text' | 'replaces'> | undefined;

export interface Facts {
  /** Of the name at a hole of kind `member`; undefined where none was inserted. `unknown` where its receiver says nothing. */
  readonly member: 'exists' | 'missing' | 'unknown' | undefined;
  /** Members that are accessed in the draft's text, and those of them that do not exist. */
  readonly accessed: number;
  readonly missing: readonly string[];
  /** Errors that the file did not have; undefined where that was not asked. */
  readonly newErrors: readonly string[] | undefined;
}

export const noFacts: Facts = { member: undefined, accessed: 0, missing: [], newErrors: undefined };

/** A text with what was inserted into it. */
export interface Edited {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The file with nothing but the name at the hole; undefined where no name was inserted. */
export function withName(item: MonitorItem, shown: Shown): Edited | undefined {
  const name = shown === undefined || item.kind !== 'member' ? '' : insertedName(item, shown.text);
  if (name === '') return undefined;
  const start = item.prefix.length - item.typed;
  return { text: item.prefix.slice(0, start) + name + item.suffix, start, end: start + name.length };
}

/** The file as it is once the draft is accepted; `start` is where the name at the hole begins. */
export function withDraft(item: MonitorItem, shown: NonNullable<Shown>): Edited {
  const { prefix, suffix, typed } = item;
  const text = prefix + shown.text + suffix.slice(shown.replaces);
  return { text, start: prefix.length - typed, end: prefix.length + shown.text.length };
}
