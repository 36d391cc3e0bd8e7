// Fill-in-the-middle prompt layouts, found for a model among the catalogue's dialects.

import { jsonObject } from '../model/format/json.ts';
import { type Catalogue, catalogue, type Dialect } from '../model/store/catalogue.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import type { FillInTheMiddle } from '../protocol/messages.ts';

/**
 * `suffixFirst`: context, suffix, text before the cursor; `prefixFirst`: context, text before the cursor, suffix. Where there is a
 * token for the middle, only the lines above the anchor stand in the prefix, and the text typed since behind that token; without
 * one the model simply goes on from the prefix, which then comes last. Either way the prompt ends in the typed text, so that typing
 * appends to it.
 */
export type Layout = Pick<Dialect, 'order' | 'tokens'>;

const tokenNames = ['prefix', 'suffix', 'middle', 'repository', 'file'] as const;

/**
 * A layout that the user has described, which may be anything that JSON can say.
 * @throws RangeError that says what is wrong with it, or which token the model does not have
 */
export function layoutOf(described: FillInTheMiddle, tokenizer: Pick<Tokenizer, 'specialId'>): Layout {
  const json = jsonObject(described);
  const text = (name: string): string | undefined => {
    const found = json?.string(name);
    if (found === undefined && json?.has(name)) throw new RangeError(`its ${name} is no text`);
    if (found !== undefined && tokenizer.specialId(found) === undefined)
      throw new RangeError(`the model has no special token ${JSON.stringify(found)}`);
    return found;
  };
  const [prefix, suffix, middle, repository, file] = tokenNames.map(text);
  if (prefix === undefined || suffix === undefined) throw new RangeError('it has no prefix or no suffix');
  const order = json?.string('order') ?? (middle === undefined ? 'suffixFirst' : 'prefixFirst');
  if (order !== 'prefixFirst' && order !== 'suffixFirst')
    throw new RangeError('its order is neither prefixFirst nor suffixFirst');
  return {
    order,
    tokens: { prefix, suffix, ...(middle && { middle }), ...(repository && { repository }), ...(file && { file }) },
  };
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
