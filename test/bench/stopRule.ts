// Where a prediction or a target of each kind ends. The one rule is applied to both sides, so that neither is judged on what
// it says beyond the hole.

import type { HoleKind, Item } from './items.ts';
import { pythonBlockEnd, pythonCallLength } from './pythonText.ts';
import { typescriptBlockEnd, typescriptCallLength } from './typescriptText.ts';

const identifierAtStart = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;

/** Length of the text up to its kind's end; undefined where the text does not reach it. */
type Rule = (text: string, item: Item) => number | undefined;

const rules: Readonly<Record<HoleKind, Rule>> = {
  member: (text) => {
    const length = identifierAtStart.exec(text)?.[0].length ?? 0;
    return length < text.length ? length : undefined;
  },
  line: (text) => {
    const end = text.search(/\r?\n/);
    return end < 0 ? undefined : end;
  },
  call: (text, item) => (item.language === 'python' ? pythonCallLength(text) : typescriptCallLength(text)),
  block: (text, item) => {
    const start = item.prefix.length;
    const whole = item.prefix + text;
    if (item.language !== 'python') {
      const end = typescriptBlockEnd(whole, start, item.path);
      return end === undefined ? undefined : end - start;
    }
    const end = pythonBlockEnd(whole, start);
    return whole.slice(end).trim() === '' ? undefined : end - start;
  },
};

/** `text`, inserted at the item's cursor, up to where the item's kind ends; all of it when it does not get that far. */
export function stopAt(text: string, item: Item): string {
  return text.slice(0, rules[item.kind](text, item));
}

/** Whether `text` reaches the end of the item's kind, so that decoding more cannot change its score. */
export function reachesEnd(text: string, item: Item): boolean {
  return rules[item.kind](text, item) !== undefined;
}
