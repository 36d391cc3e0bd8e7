// What speaks for a draft, beyond that the model says so.
import type { Facts } from '../constraint/monitor/facts.ts';
import type { Voucher } from '../protocol/messages.ts';
import type { Session } from './session.ts';

/** Fewer tokens on end are found everywhere. */
const leastSeen = 3;

export interface Evidence {
  /** Whether the grammar had a say in every token. */
  readonly isGrammatical: boolean;
  readonly facts: Facts | undefined;
}

/** Vouchers for a completion that says `text`, characters that stand in the document already included. */
export function vouchersFor(
  { tokenizer, speculation }: Session,
  text: string,
  { isGrammatical, facts }: Evidence,
): readonly Voucher[] {
  const vouchers: Voucher[] = [];
  if (isGrammatical) vouchers.push('syntax');
  const isNamed = facts?.places.some(
    (place) => place.site !== 'call' && typeof facts.at(place) !== 'string' && goesOnFrom(text, place.said),
  );
  if (isNamed) vouchers.push('names');
  // the first token may be another within a text
  const tokens = tokenizer.encode(text.trimEnd()).slice(1);
  if (tokens.length >= leastSeen && speculation.hasSeen(tokens)) vouchers.push('seen');
  return vouchers;
}

const goesOnFrom = (text: string, said: string): boolean => text.length > said.length && text.startsWith(said);
