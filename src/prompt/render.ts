// Context → token ids in the model's layout: stable parts first, the typed text last, its end taken off to be healed.
import { onlyClosers } from '../context/closers.ts';
import { type Context, restOfLine } from '../context/gather.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import { type Anchor, placeAnchor } from './anchor.ts';
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
 * Renders `context`. `previousAnchor` is the anchor of the last prompt, kept if the user only typed on.
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

  const suffix = cutSuffix(shownSuffix(context.suffix), budget.suffixTokens, count);
  const prefix = cutPrefix(context.prefix, budget.prefixTokens, count);
  const healFrom = healStart(prefix, tokenizer);
  const typedPrefix = prefix.slice(0, healFrom);
  const healed = prefix.slice(healFrom);
  const header = renderHeader(context, tokens, budget.excerptTokens, tokenizer.encode, special);

  const { middle } = tokens;
  const anchor =
    middle === undefined
      ? { path: context.path, above: '', suffix }
      : placeAnchor(context.path, prefix, suffix, previousAnchor);
  // the line break before the cursor may be among what is healed
  const above = middle === undefined ? typedPrefix : typedPrefix.slice(0, anchor.above.length);
  const before = [special(tokens.prefix), ...tokenizer.encode(above)];
  const after = [special(tokens.suffix), ...tokenizer.encode(suffix)];
  const typed = middle === undefined ? [] : [special(middle), ...tokenizer.encode(typedPrefix.slice(above.length))];
  const parts = layout.order === 'suffixFirst' ? [after, before] : [before, after];
  return { tokens: [...header, ...parts.flat(), ...typed], healed, anchor };
}

/**
 * The suffix as the model sees it. Closers alone right of the cursor are left out: the editor types them with every opening
 * bracket, and a prompt that changed with them would be computed anew; the model closes what it opens, and the overlap is
 * resolved in the text.
 */
function shownSuffix(suffix: string): string {
  const rest = restOfLine(suffix);
  return onlyClosers(rest) ? suffix.slice(rest.length) : suffix;
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
