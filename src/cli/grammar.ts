// What the grammar makes of a place: how the parser reads the text before it, what can follow, and which of the model's most
// probable tokens are legal there, or why not.
import { bracketBalance } from '../constraint/brackets.ts';
import type { ConstraintState } from '../constraint/constraint.ts';
import type { GrammarPlace } from '../constraint/grammar/grammars.ts';
import type { ParserState } from '../constraint/grammar/parserState.ts';
import { type DeadEnd, deadEndOf, type ParserView, viewOf } from '../constraint/grammar/parserView.ts';
import { typedBytes } from '../constraint/typedBytes.ts';
import { gather } from '../context/gather.ts';
import { renderPrompt } from '../engine/complete.ts';
import type { Session } from '../engine/session.ts';
import { type RowLogits, topCount } from '../model/model.ts';
import type { CompletionRequest } from '../protocol/messages.ts';

/** Tokens that are looked at. */
const shownTokens = 10;

/** Why a token is not legal. */
export type Reason =
  | ({ readonly kind: 'grammar' } & DeadEnd)
  /** The document is indented with the other of tabs and spaces. */
  | { readonly kind: 'tabsOrSpaces' }
  /** The place is damaged, and the token closes a bracket with another's closer. */
  | { readonly kind: 'brackets' }
  /** The completion would end with the token, and the text after the cursor could not follow. */
  | { readonly kind: 'end' };

export interface TokenVerdict {
  /** Empty for a token that ends the completion. */
  readonly text: string;
  /** Among the tokens that agree with what is decoded again, or among all where nothing is. */
  readonly probability: number;
  readonly legal: boolean;
  /** Undefined where the token is legal. */
  readonly reason: Reason | undefined;
}

export interface GrammarReport {
  readonly language: string;
  readonly coverage: GrammarPlace['coverage'];
  /** The end of the text before the cursor, where the tokens begin with it. */
  readonly decodedAgain: string;
  /** At the cursor; undefined where there is no grammar or the place is damaged. */
  readonly parser: ParserView | undefined;
  /** Whether the text after the cursor can follow there; undefined where that text cannot tell. */
  readonly suffixFollows: boolean | undefined;
  /** The most probable first. */
  readonly tokens: readonly TokenVerdict[];
}

/** Asks grammar and model about the place of `request`. */
export async function grammarAt(session: Session, request: CompletionRequest): Promise<GrammarReport> {
  const context = gather(request);
  const { tokens, healed } = renderPrompt(session, context, request);
  const place = await session.grammars.constrain({ ...context, healed });
  const { signal } = new AbortController();
  const { vocabulary } = session.tokenizer;
  const { parser } = place;
  let typed = typedBytes(vocabulary, new TextEncoder().encode(healed));
  let at: Ahead = { constraint: place.constraint, state: parser?.start, endsAtLine: context.reach === 'line' };
  let logits = await session.runner.prefill(tokens, signal, healed !== '');
  let decoded = '';
  let choices: readonly TokenVerdict[];
  for (;;) {
    const ids = mostProbable(logits, typed.candidates);
    choices = ids.map(([token, probability]) => ({ ...verdictOn(session, place, at, token), probability }));
    const [token] = choices[0]?.legal === true ? ids[0]! : [];
    const longer = token === undefined ? decoded : decoded + vocabulary.decode([token]);
    // where the first choice is what the document has there already, the next one is of interest
    if (token === undefined || longer.length > healed.length || longer === decoded) break;
    decoded = longer;
    const state = at.state && parser?.recogniser.advance(at.state, vocabulary.bytesOf(token));
    at = { ...at, constraint: at.constraint.advance(token), state };
    typed = typed.advance(token);
    logits = await session.runner.forward([token], signal, typed.candidates !== undefined);
  }
  return {
    language: context.language,
    coverage: place.coverage,
    decodedAgain: healed.slice(decoded.length),
    parser: parser && viewOf(parser.recogniser, parser.cursor),
    suffixFollows: parser?.mayEnd?.(parser.cursor, 0),
    tokens: choices,
  };
}

/** Where a token is to come. */
interface Ahead {
  readonly constraint: ConstraintState;
  readonly state: ParserState | undefined;
  /** Whether the completion ends with its line. */
  readonly endsAtLine: boolean;
}

function verdictOn(
  { tokenizer: { vocabulary } }: Session,
  { parser }: GrammarPlace,
  { constraint, state, endsAtLine }: Ahead,
  token: number,
): Omit<TokenVerdict, 'probability'> {
  const text = vocabulary.decode([token]);
  const lineBreak = endsAtLine ? text.indexOf('\n') : -1;
  const bytes =
    lineBreak < 0 ? vocabulary.bytesOf(token) : new TextEncoder().encode(text.slice(0, lineBreak).trimEnd());
  const isEnd = bytes.length < vocabulary.bytesOf(token).length || vocabulary.isSpecial(token);
  const not = (reason: Reason) => ({ text, legal: false, reason });
  const deadEnd = parser && state && deadEndOf(parser.recogniser, state, bytes);
  if (deadEnd !== undefined) return not({ kind: 'grammar', ...deadEnd });
  if (isEnd) {
    const ended = constraint.afterText(new TextDecoder().decode(bytes));
    return ended?.mayStop(0) === true ? { text, legal: true, reason: undefined } : not({ kind: 'end' });
  }
  if (constraint.legal(token)) return { text, legal: true, reason: undefined };
  return not({ kind: parser !== undefined || bracketBalance(vocabulary).legal(token) ? 'tabsOrSpaces' : 'brackets' });
}

/** Ids and probabilities of the most probable tokens, of `candidates` where they are given. */
function mostProbable(
  { topIds, topLogits, logSumExp, logits }: RowLogits,
  candidates: Int32Array | undefined,
): readonly (readonly [number, number])[] {
  if (candidates === undefined || logits === undefined)
    return Array.from(topIds.subarray(0, Math.min(topCount, shownTokens)), (token, i) => [
      token,
      Math.exp(topLogits[i]! - logSumExp[0]!),
    ]);
  const sorted = Array.from(candidates).sort((left, right) => logits[right]! - logits[left]!);
  const highest = logits[sorted[0]!]!;
  const sum = sorted.reduce((total, token) => total + Math.exp(logits[token]! - highest), 0);
  return sorted.slice(0, shownTokens).map((token) => [token, Math.exp(logits[token]! - highest) / sum]);
}
