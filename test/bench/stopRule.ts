// Where a prediction or a target of each kind ends. The one rule is applied to both sides, so that neither is judged on what
// it says beyond the hole.

import type { HoleKind, Item } from './items.ts';
import { pythonBlockEnd, pythonCallLength } from './pythonText.ts';
import { typescriptBlockEnd, typescriptCallLength } from './typescriptText.ts';

const identifierAtStart = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u;

type Rule = (text: string, item: Item) => string;

const rules: Readonly<Record<HoleKind, Rule>> = {
  member: (text) => identifierAtStart.exec(text)?.[0] ?? '',
  line: (text) => text.replace(/\r?\n[\s\S]*$/, ''),
  call: (text, item) => {
    const length = item.language === 'python' ? pythonCallLength(text) : typescriptCallLength(text);
    return length === undefined ? text : text.slice(0, length);
  },
  block: (text, item) => {
    const start = item.prefix.length;
    const whole = item.prefix + text;
    const end = item.language === 'python' ? pythonBlockEnd(whole, start) : typescriptBlockEnd(whole, start, item.path);
    return end === undefined ? text : whole.slice(start, end);
  },
};

/** `text`, inserted at the item's cursor, up to where the item's kind ends; all of it when it does not get that far. */
export function stopAt(text: string, item: Item): string {
  return rules[item.kind](text, item);
}

/** Whether `text` already reaches beyond the end of the item's kind, so that decoding more cannot change its score. */
export function isPastEnd(text: string, item: Item): boolean {
  return stopAt(text, item).length < text.length;
}
