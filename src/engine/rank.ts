// A decoded text → the draft that the user may be shown: nothing blank, nothing the document says already, nothing that breaks it.
import type { Facts } from '../constraint/monitor/facts.ts';
import { type Context, startOfLine } from '../context/gather.ts';
import type { Draft } from '../protocol/messages.ts';
import type { ConstrainedPlace } from './constrain.ts';
import type { DecodingResult } from './draftTask.ts';
import { repeatsSuffix } from './overlap.ts';
import type { Session } from './session.ts';
import { vouchersFor } from './vouchers.ts';

/** Lengths of a draft that are tried on the document's tree before it is dropped. */
const validations = 3;

/** What decoded texts are held against. */
export interface Held {
  readonly context: Context;
  readonly place: ConstrainedPlace;
  readonly facts: Facts | undefined;
}

export interface RankedDraft {
  readonly draft: Draft;
  readonly decoded: DecodingResult;
  /** The draft with the characters before it that stand in the document already. */
  readonly said: string;
}

/** The longest of the decoded text that may be shown; undefined where nothing may. */
export function rank(
  session: Session,
  decoded: DecodingResult,
  { context, place, facts }: Held,
): RankedDraft | undefined {
  const { language, prefix, suffix, lineEnd } = context;
  const isGrammatical = (place.coverage === 'whole' || place.coverage === 'anchored') && !decoded.relaxed;
  const lineStart = startOfLine(prefix);
  let tries = 0;
  for (const { text, said, replaces, tokens, logProb, logLegalMass } of decoded.endings) {
    if (text.trim() === '' || repeatsSuffix(text, lineStart, suffix) || ++tries > validations) return undefined;
    if (!place.accepts(text, replaces)) {
      if (place.vouches && !decoded.relaxed) session.keepCase({ language, prefix, suffix, draft: text, replaces });
      continue;
    }
    const inserted = lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd);
    const vouchers = vouchersFor(session, said, { isGrammatical, facts });
    const draft = { text: inserted, replaces, logProb, logLegalMass, tokens, verified: true, vouchers };
    return { draft, decoded, said };
  }
  return undefined;
}
