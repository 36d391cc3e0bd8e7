// The three questions of the oracle, asked of one server in its turn: names at a place, the call around it, the import of a name.
import type { Range } from 'vscode-languageserver-protocol';
import type { TextChange } from '../protocol/messages.ts';
import { type Dialect, itemKinds, kindOf, probeWith, showProbe } from './dialect.ts';
import type { Turn } from './languageClient.ts';
import type { Call, Name, NameSite, Names, Place } from './oracle.ts';
import { positionAt } from './positions.ts';
import { compare, countOf, field, listOf, rangeOf, textOf } from './shapes.ts';

/** Items beyond these are not looked at, and their list is not closed. */
const mostItems = 20_000;
const invoked = { context: { triggerKind: 1 } };

/** What can stand at a place; `undefined` where the server says nothing, or no names. */
export async function askNames(turn: Turn, dialect: Dialect, place: Place, site: NameSite): Promise<Names | undefined> {
  for (const probe of dialect.probes(place, site)) {
    showProbe(turn, place, probe);
    const answer = await turn.ask('textDocument/completion', probe.offset, invoked);
    const items = itemsOf(answer);
    const names = namesOf(items.slice(0, mostItems), dialect, site);
    if ([...names.values()].every(({ kind }) => kind === itemKinds.keyword)) continue;
    const isWhole = items.length <= mostItems && (dialect.isAlwaysWhole || field(answer, 'isIncomplete') !== true);
    const listed = { place, site, names: new Set(names.keys()), turn, probe };
    // New names may be given wherever any name in sight can stand.
    const isClosed = isWhole && site !== 'scope' && (await dialect.isClosed(listed));
    return { names: [...names.values()], isClosed };
  }
  return undefined;
}

/** How what is called at a place can be called; `undefined` where that is not certain. */
export async function askCall(turn: Turn, dialect: Dialect, place: Place): Promise<Call | undefined> {
  const probe = probeWith(place, '');
  showProbe(turn, place, probe);
  const context = { triggerKind: 1, isRetrigger: false };
  const answer = await turn.ask('textDocument/signatureHelp', probe.offset, { context });
  const listed = listOf(field(answer, 'signatures')).map((signature) => ({
    label: textOf(field(signature, 'label')) ?? '',
    active: countOf(field(signature, 'activeParameter')),
    parameters: parametersOf(signature),
  }));
  const signatures = listed.map(({ label, parameters }) => dialect.signature(label, parameters, place.language));
  const shown = listed[countOf(field(answer, 'activeSignature')) ?? 0];
  if (!shown || !signatures.every((signature) => signature !== undefined)) return undefined;
  const active = shown.active ?? countOf(field(answer, 'activeParameter'));
  const argument = dialect.argument(place.before, active, shown.parameters);
  return argument === undefined ? undefined : { signatures, argument };
}

/** What brings `name` into sight at a place; `undefined` where it is there already, or comes from nowhere or several modules. */
export async function askImport(
  turn: Turn,
  dialect: Dialect,
  place: Place,
  name: string,
): Promise<readonly TextChange[] | undefined> {
  showProbe(turn, place, probeWith(place, name));
  const end = place.before.length + name.length;
  const answer = await turn.ask('textDocument/completion', end, invoked);
  const named = itemsOf(answer).filter((item) => dialect.nameOf(item, 'scope') === name);
  const [item, ...others] = named;
  if (item === undefined || named.some((one) => dialect.importedFrom(one) === undefined)) return undefined;
  const module = dialect.importedFrom(item);
  if (others.some((other) => dialect.importedFrom(other) !== module)) return undefined;
  const whole =
    listOf(field(item, 'additionalTextEdits')).length > 0
      ? item
      : await resolved(turn, item, field(answer, 'itemDefaults'));
  const changes = listOf(field(whole, 'additionalTextEdits')).map(changeOf);
  const text = place.before + name + place.after;
  const typed = { start: positionAt(text, place.before.length), end: positionAt(text, end) };
  const isSafe = changes.every(
    (change) =>
      change !== undefined &&
      (compare(rangeIn(change).end, typed.start) <= 0 || compare(rangeIn(change).start, typed.end) >= 0),
  );
  return isSafe && changes.length > 0 ? (changes as readonly TextChange[]) : undefined;
}

function itemsOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : listOf(field(answer, 'items'));
}

function namesOf(items: readonly unknown[], dialect: Dialect, site: NameSite): ReadonlyMap<string, Name> {
  const names = new Map<string, Name>();
  for (const item of items) {
    const text = dialect.nameOf(item, site);
    if (text === undefined) continue;
    const importedFrom = dialect.importedFrom(item);
    // What is in sight needs no import, whoever else offers one.
    if (names.has(text) && (importedFrom !== undefined || names.get(text)?.importedFrom === undefined)) continue;
    names.set(text, { text, kind: kindOf(item), detail: textOf(field(item, 'detail')), importedFrom });
  }
  return names;
}

async function resolved(turn: Turn, item: unknown, defaults: unknown): Promise<unknown> {
  if (typeof item !== 'object' || item === null) return undefined;
  const data = field(item, 'data') ?? field(defaults, 'data');
  return await turn.request('completionItem/resolve', data === undefined ? item : { ...item, data });
}

function parametersOf(signature: unknown): readonly string[] {
  const whole = textOf(field(signature, 'label')) ?? '';
  return listOf(field(signature, 'parameters')).map((parameter) => {
    const label = field(parameter, 'label');
    const [start, end] = listOf(label);
    return textOf(label) ?? whole.slice(countOf(start) ?? 0, countOf(end) ?? 0);
  });
}

function changeOf(edit: unknown): TextChange | undefined {
  const range = rangeOf(field(edit, 'range'));
  const text = textOf(field(edit, 'newText'));
  return range && text !== undefined
    ? {
        startLine: range.start.line,
        startCharacter: range.start.character,
        endLine: range.end.line,
        endCharacter: range.end.character,
        text,
      }
    : undefined;
}

function rangeIn({ startLine, startCharacter, endLine, endCharacter }: TextChange): Range {
  return { start: { line: startLine, character: startCharacter }, end: { line: endLine, character: endCharacter } };
}
