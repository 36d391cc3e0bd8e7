// What differs between language servers: how to ask, how to read names out of items, and what makes a list of names whole.
import type { Turn } from './languageClient.ts';
import type { NameSite, Place, Signature } from './oracle.ts';
import { countOf, field, listOf, textOf } from './shapes.ts';

/** An identifier that exists nowhere; it stands at the place, so that what is there parses. */
export const placeholder = 'palimpsest_';

/** A text to ask about instead of the document's, and where in it the place is. */
export interface Probe {
  readonly text: string;
  readonly offset: number;
}

/** A list of names as a server answered it, the text it answered for, and the turn in which more can be asked. */
export interface ListedNames {
  readonly place: Place;
  readonly site: NameSite;
  readonly names: ReadonlySet<string>;
  readonly turn: Turn;
  readonly probe: Probe;
}

export interface Dialect {
  /** Texts to ask for names with, until one has some. */
  probes(place: Place, site: NameSite): readonly Probe[];
  /** The name an item stands for; `undefined` for keywords, snippets, and what is no name. */
  nameOf(item: unknown, site: NameSite): string | undefined;
  /** The module an item would add an import from. */
  importedFrom(item: unknown): string | undefined;
  /** Whether lists that are said to be incomplete are whole all the same. */
  readonly isAlwaysWhole: boolean;
  /** Whether no other name can stand at the place of a whole list. */
  isClosed(listed: ListedNames): Promise<boolean>;
  /** Counts of one signature; `undefined` where they are not certain. */
  signature(label: string, parameters: readonly string[], language: string): Signature | undefined;
  /** The argument at a place, from what the server says of it. */
  argument(before: string, active: number | undefined, parameters: readonly string[]): number | undefined;
}

/** The document with something at the place. */
export function probeWith({ before, after }: Place, inserted: string): Probe {
  return { text: before + inserted + after, offset: before.length };
}

/** Gives the document a text for the requests that follow in a turn. */
export function showProbe(turn: Turn, { document, language, before, after }: Place, { text }: Probe): void {
  turn.show({ uri: document.uri, languageId: language, text, restingText: before + after });
}

/** Kinds of completion items by the protocol. */
export const itemKinds = { text: 1, keyword: 14, snippet: 15 } as const;

export function kindOf(item: unknown): number {
  return countOf(field(item, 'kind')) ?? 0;
}

export function labelOf(item: unknown): string {
  return textOf(field(item, 'label')) ?? '';
}

/** Whether an item stands for a name at all. */
export function isName(item: unknown): boolean {
  const kind = kindOf(item);
  return kind !== itemKinds.keyword && kind !== itemKinds.snippet;
}

const plainIdentifier = /^[A-Za-z_$][\w$]*$/;
const anyIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** A text if it is an identifier, and none that was put in to ask. */
export function identifier(text: string | undefined): string | undefined {
  if (text === undefined || text.startsWith(placeholder)) return undefined;
  return plainIdentifier.test(text) || anyIdentifier.test(text) ? text : undefined;
}

/** Whether the server finds an error of these kinds about the placeholder in place of the name: it would know a wrong one. */
export async function refusesPlaceholder(listed: ListedNames, codes: ReadonlySet<string>): Promise<boolean> {
  showProbe(listed.turn, listed.place, probeWith(listed.place, placeholder));
  const textDocument = { uri: listed.place.document.uri };
  const answer = await listed.turn.request('textDocument/diagnostic', { textDocument });
  return listOf(field(answer, 'items')).some(
    (item) => codes.has(String(field(item, 'code'))) && textOf(field(item, 'message'))?.includes(placeholder),
  );
}
