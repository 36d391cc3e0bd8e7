// Places in documents at a text whose end is typed already and comes again as tokens (token healing). The tokens of a
// document seldom end where that begins: `ret` is typed behind a blank, and the document has ` return`.
import { agree } from '../constraint/typedBytes.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { tokensWithin } from '../model/tokensWithin.ts';
import type { Match, Place, SuffixIndex } from './suffixIndex.ts';

/** Tokens before what is typed that are looked at. */
const contextTokens = 32;

/** A text whose end is typed, cut where the tokens of a document are cut. */
export interface TypedText {
  readonly tokenizer: Tokenizer;
  readonly context: readonly number[];
  /** Text behind the context that is not to come again. */
  readonly lead: string;
  /** That, and what is typed behind it. */
  readonly wanted: Uint8Array;
}

/** The text that `context` says, and `typed` behind it. */
export function typedText(context: readonly number[], typed: string, tokenizer: Tokenizer): TypedText {
  const { vocabulary } = tokenizer;
  const before = vocabulary.decode(context.slice(-contextTokens));
  const tokens = tokenizer.encode(before + typed);
  const beforeBytes = Buffer.from(before);
  const { count, bytes } = tokensWithin(tokens, beforeBytes.length, vocabulary);
  const lead = beforeBytes.subarray(bytes);
  return {
    tokenizer,
    context: tokens.slice(0, count),
    lead: lead.toString(),
    wanted: Buffer.concat([lead, Buffer.from(typed)]),
  };
}

/** Places in `index` that go on as the typed text does. */
export function placesAfter(index: SuffixIndex, text: TypedText): readonly Place[] {
  return index
    .find(text.context, (match) => tokensOver(match, text) !== undefined)
    .map((match) => ledPlace(match, text));
}

/**
 * How many tokens of the place it takes to say more than what is typed; undefined if they say something else, or no
 * more, as the document does at the cursor.
 */
function tokensOver(match: Match, { tokenizer: { vocabulary }, wanted }: TypedText): number | undefined {
  for (let count = 0, said = 0; said <= wanted.length; count++) {
    const token = match.tokenAhead(count);
    if (token === undefined) return undefined;
    const bytes = vocabulary.bytesOf(token);
    if (!agree(bytes, wanted.subarray(said))) return undefined;
    said += bytes.length;
    if (said > wanted.length) return count + 1;
  }
  return undefined;
}

/** The place of a match, its first tokens cut anew. */
function ledPlace(match: Match, text: TypedText): Place {
  const { tokenizer, lead } = text;
  const tokens = Array.from({ length: tokensOver(match, text)! }, (_, at) => match.tokenAhead(at)!);
  return ledBy(tokenizer.encode(tokenizer.vocabulary.decode(tokens).slice(lead.length)), match.ahead(tokens.length));
}

/** A place before which some tokens come. */
function ledBy(first: readonly number[], place: Place): Place {
  return {
    next: first[0] ?? place.next,
    length: place.length,
    ahead: (count) => ledBy(first.slice(count), place.ahead(Math.max(0, count - first.length))),
  };
}
