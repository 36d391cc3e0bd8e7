// Items of the editor's completion providers → names that can stand at the cursor. What is no name of the project's is left out:
// keywords, snippets, and words that merely occur in the text.
import type { EditorName, EditorNames } from '../protocol/messages.ts';

/** The part of a completion item that this module needs; kinds are the editor's own. */
export interface ItemLike {
  readonly label: string | { readonly label: string; readonly description?: string };
  readonly kind?: number;
  readonly detail?: string;
  readonly additionalTextEdits?: readonly unknown[];
}

/** The editor's `CompletionItemKind`. The protocol of language servers counts the same kinds from 1, and ends before `User`. */
const itemKinds = { text: 0, keyword: 13, snippet: 14, user: 25 } as const;

/** More names than these do not cross to the engine, and what does is no whole list then. */
const mostNames = 5_000;

/** A name at the start of a label, behind the signs that some providers put before it: `•push_back(T value)`. */
const leadingName = /^[\s•]*(#?[\p{ID_Start}$_][\p{ID_Continue}$]*)/u;

/** The names that begin with what is typed; `null` where the items are no evidence of any. */
export function namesOf(items: readonly ItemLike[], isIncomplete: boolean, typed: string): EditorNames | null {
  const names = new Map<string, EditorName>();
  let isComplete = !isIncomplete;
  for (const item of items) {
    const name = nameOf(item);
    if (name === undefined || !name.text.startsWith(typed)) continue;
    const known = names.get(name.text);
    // What is in sight needs no import, whoever else offers one.
    if (known !== undefined && (known.importedFrom === undefined || name.importedFrom !== undefined)) continue;
    if (known === undefined && names.size === mostNames) {
      isComplete = false;
      break;
    }
    names.set(name.text, name);
  }
  return names.size === 0 ? null : { names: [...names.values()], isComplete };
}

function nameOf({ label, kind, detail, additionalTextEdits }: ItemLike): EditorName | undefined {
  if (kind === undefined || kind === itemKinds.text || kind === itemKinds.keyword || kind === itemKinds.snippet)
    return undefined;
  const { label: shown, description = '' } = typeof label === 'string' ? { label } : label;
  const text = leadingName.exec(shown)?.[1];
  if (text === undefined) return undefined;
  const isImported = additionalTextEdits !== undefined && additionalTextEdits.length > 0;
  return {
    text,
    kind: kind < itemKinds.user ? kind + 1 : 0,
    ...(detail === undefined ? {} : { detail }),
    ...(isImported ? { importedFrom: description } : {}),
  };
}
