// Fill-in-the-middle prompt layouts, found for a model among the catalogue's dialects.

import { jsonObject } from '../model/format/json.ts';
import { type Catalogue, catalogue, type Dialect, readingWith, readLayout } from '../model/store/catalogue.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import type { FillInTheMiddle } from '../protocol/messages.ts';

/**
 * `suffixFirst`: context, suffix, text before the cursor; `prefixFirst`: context, text before the cursor, suffix. Where there is a
 * token for the middle, only the lines above the anchor stand in the prefix, and the text typed since behind that token; without
 * one the model simply goes on from the prefix, which then comes last. Either way the prompt ends in the typed text, so that typing
 * appends to it.
 */
export type Layout = Pick<Dialect, 'order' | 'tokens'>;

/**
 * A layout that the user has described, which may be anything that JSON can say.
 * @throws RangeError that says what is wrong with it, or which token the model does not have
 */
export function layoutOf(described: FillInTheMiddle, tokenizer: Pick<Tokenizer, 'specialId'>): Layout {
  const { order, ...tokens } = jsonObject(described) ? described : ({} as FillInTheMiddle);
  for (const text of Object.values(tokens))
    if (typeof text === 'string' && tokenizer.specialId(text) === undefined)
      throw new RangeError(`the model has no special token ${JSON.stringify(text)}`);
  if (tokens.prefix === undefined || tokens.suffix === undefined) throw new RangeError('it has no prefix or no suffix');
  const fail = (place: string, problem: string): never => {
    throw new RangeError(`${place} ${problem}`);
  };
  const dialect = { order: order ?? (tokens.middle === undefined ? 'suffixFirst' : 'prefixFirst'), tokens };
  return readLayout(jsonObject(dialect)!, 'it', readingWith(fail));
}

/**
 * The layout of the model called `name` (its id in the catalogue, or the name that its weights carry): the catalogue's word, else
 * that of the first dialect whose special tokens it has; undefined if it cannot fill in the middle.
 */
export function layoutFor(
  name: string,
  tokenizer: Pick<Tokenizer, 'specialId'>,
  { models, dialects }: Pick<Catalogue, 'models' | 'dialects'> = catalogue,
): Layout | undefined {
  const hasTokens = ({ tokens }: Dialect): boolean =>
    Object.values(tokens).every((text: string) => tokenizer.specialId(text) !== undefined);
  const known = models.find(({ id }) => id === name)?.dialect;
  const named = dialects.find((dialect) => dialect.name === known && hasTokens(dialect));
  return named ?? dialects.find(hasTokens);
}
