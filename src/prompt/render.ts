// Context → token ids in the model's layout: stable parts first, the typed text last, its end taken off to be healed.
import { beyondClosers } from '../context/closers.ts';
import type { Context } from '../context/gather.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { type Anchor, lastStart, placeAnchor, startOf } from './anchor.ts';
import { cutPrefix, cutSuffix } from './budget.ts';
import { healStart } from './heal.ts';
import type { Layout } from './layouts.ts';

export interface Prompt {
  readonly tokens: readonly number[];
  /** What the output must begin with: the end of the typed text. */
  readonly healed: string;
  readonly anchor: Anchor;
}

/** Upper bounds in tokens. */
export interface PromptBudget {
  readonly prefixTokens: number;
  readonly suffixTokens: number;
  readonly excerptTokens: number;
}

/**
 * Renders `context`. `previousAnchor` is the anchor of the last prompt; what it says is kept if the user only typed on.
 * @throws Error if the tokenizer lacks a token of the layout
 */
export function render(
  context: Context,
  layout: Layout,
  budget: PromptBudget,
  tokenizer: Tokenizer,
  previousAnchor?: Anchor,
): Prompt {
  const count = (text: string): number => tokenizer.encode(text).length;
  const special = (text: string): number => {
    const id = tokenizer.specialId(text);
    if (id === undefined) throw new Error(`the tokenizer has no ${text}`);
    return id;
  };
  const { tokens } = layout;

  // The editor types a closer with every opener, and puts it on a line of its own with Enter: a prompt that changed with them would be
  // computed anew. The model closes what it opens, and the overlap is resolved in the text.
  const suffix = cutSuffix(beyondClosers(context.suffix), budget.suffixTokens, count);
  const { path } = context;
  const there = lastStart(path, context.prefix, previousAnchor);
  const prefix = cutPrefix(context.prefix, budget.prefixTokens, count, there);
  const healFrom = healStart(prefix, tokenizer);
  const typedPrefix = prefix.slice(0, healFrom);
  const healed = prefix.slice(healFrom);
  const header = renderHeader(context, tokens, budget.excerptTokens, tokenizer.encode, special);

  const { middle } = tokens;
  const start = startOf(context.prefix, prefix);
  const anchor =
    middle === undefined
      ? { path, start, above: '', suffix }
      : placeAnchor({ path, start, prefix, suffix }, previousAnchor);
  // the line break before the cursor may be among what is healed
  const above = middle === undefined ? typedPrefix : typedPrefix.slice(0, anchor.above.length);
  const before = [special(tokens.prefix), ...tokenizer.encode(above)];
  const after = [special(tokens.suffix), ...tokenizer.encode(suffix)];
  const typed = middle === undefined ? [] : [special(middle), ...tokenizer.encode(typedPrefix.slice(above.length))];
  const parts = layout.order === 'suffixFirst' ? [after, before] : [before, after];
  return { tokens: [...header, ...parts.flat(), ...typed], healed, anchor };
}

function renderHeader(
  context: Context,
  tokens: Layout['tokens'],
  budget: number,
  encode: (text: string) => number[],
  special: (text: string) => number,
): number[] {
  const header: number[] = [];
  const { repository, file } = tokens;
  if (repository !== undefined && context.repository !== undefined)
    header.push(special(repository), ...encode(`${context.repository}\n`));
  if (file === undefined) return header;
  for (const { path, text } of context.excerpts) {
    const excerpt = [special(file), ...encode(`${path}\n${text.endsWith('\n') ? text : `${text}\n`}`)];
    if (header.length + excerpt.length > budget) break;
    header.push(...excerpt);
  }
  if (context.path !== '') header.push(special(file), ...encode(`${context.path}\n`));
  return header;
}
