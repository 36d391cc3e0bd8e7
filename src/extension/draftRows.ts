// Drafts → the rows of the list that they are chosen from. A row speaks for itself: it is read aloud, too.
import { percentOf } from '../base/percent.ts';
import type { Voucher } from '../protocol/messages.ts';
import type { Choice } from './item.ts';
import type { Translate } from './silence.ts';

export interface DraftRow {
  readonly choice: Choice;
  /** First line, with nothing in it that the list would draw as an icon. */
  readonly label: string;
  /** How much follows, and how probable the draft is to the model. */
  readonly description: string;
  /** What vouches for it. */
  readonly detail: string;
}

/**
 * Rows for `choices`: those of `there` stay as they are, in their order, and new ones join behind them. `there` itself where nothing
 * is new.
 */
export function joinedRows(there: readonly DraftRow[], choices: readonly Choice[], t: Translate): readonly DraftRow[] {
  const isNew = ({ text, replaces }: Choice): boolean =>
    !there.some(({ choice }) => choice.text === text && choice.replaces === replaces);
  const fresh = choices.filter(isNew).map((choice) => rowOf(choice, t));
  return fresh.length === 0 ? there : [...there, ...fresh];
}

function rowOf(choice: Choice, t: Translate): DraftRow {
  const lines = choice.text.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const more = lines.length - 1;
  const probability = percentOf(choice.draft.logProb);
  const size = more === 0 ? [] : [more === 1 ? t('+1 line') : t('+{0} lines', more)];
  const vouchers = choice.draft.vouchers.map((voucher) => voucherText(voucher, t));
  return {
    choice,
    label: withoutIcons(first.trim()),
    description: [...size, probability].join(' · '),
    detail: vouchers.length === 0 ? t('nothing vouches for it') : vouchers.join(' · '),
  };
}

/** What a voucher says of a draft. */
export function voucherText(voucher: Voucher, t: Translate): string {
  switch (voucher) {
    case 'syntax':
      return t('follows the grammar');
    case 'names':
      return t('names checked by the language server');
    case 'seen':
      return t('seen like this in the workspace');
  }
}

/** Lists draw `$(name)` as an icon, unless a backslash stands before it; they take that off. */
function withoutIcons(text: string): string {
  return text.replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g, (icon) => `\\${icon}`);
}
