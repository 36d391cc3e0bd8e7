// An oracle from a table: the names that can stand behind a text, at once, late or never.
import type { Call, Name, NameSite, Names, Oracle, Place } from '../../src/language/oracle.ts';
import type { DocumentPlace, TextChange } from '../../src/protocol/messages.ts';

/** Ends of the text before a name → what can stand there: names, `open` where any can, nothing known without an entry. */
export type NamesTable = Readonly<Record<string, readonly string[] | 'open'>>;

export interface ScriptedOracle extends Oracle {
  /** What was asked, as the last characters before the name. */
  readonly asked: string[];
  /** Places as they were asked about. */
  readonly places: Place[];
}

export interface OracleScript {
  readonly names: NamesTable;
  readonly call?: (before: string) => Call | undefined;
  readonly imports?: (name: string) => readonly TextChange[] | undefined;
  /** Whether it is only being started. */
  readonly isNew?: boolean;
  /** Milliseconds before an answer, by the text before the name; `never` for none at all. */
  readonly delay?: (before: string) => number | 'never';
}

export const somewhere: DocumentPlace = { uri: 'file:///work/src/a.ts', folders: ['file:///work'], isTrusted: true };

export function scriptedOracle({ names, call, imports, isNew = false, delay = () => 0 }: OracleScript): ScriptedOracle {
  const asked: string[] = [];
  const places: Place[] = [];
  const late = async <T>(before: string, answer: T): Promise<T> => {
    const ms = delay(before);
    if (ms === 'never') return new Promise<T>(() => {});
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return answer;
  };
  return {
    asked,
    places,
    knows: () => true,
    hasAnswered: () => !isNew,
    names: (place: Place, _site: NameSite): Promise<Names | undefined> => {
      const { before } = place;
      asked.push(before.slice(-12));
      places.push(place);
      const [end] = Object.keys(names)
        .filter((key) => before.endsWith(key))
        .sort((one, other) => other.length - one.length);
      const found = end === undefined ? undefined : names[end];
      if (found === undefined) return late(before, undefined);
      return late(
        before,
        found === 'open' ? { names: [], isClosed: false } : { names: found.map(named), isClosed: true },
      );
    },
    call: ({ before }) => late(before, call?.(before)),
    importOf: ({ before }, name) => late(before, imports?.(name)),
    dispose: () => {},
  };
}

function named(text: string): Name {
  return { text, kind: 5, detail: undefined, importedFrom: undefined };
}
