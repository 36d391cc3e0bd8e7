// The facts of answers in Python, from one run of pyright over all of them.

import { maskPython, pythonSites } from '../pythonText.ts';
import { type Edited, type Facts, noFacts, type Shown, withDraft, withName } from './facts.ts';
import type { MonitorItem } from './items.ts';
import type { MissingName, Version } from './pyright.ts';
import { pathInProject } from './pythonItems.ts';

export interface PythonAnswer {
  readonly item: MonitorItem;
  readonly shown: Shown;
}

/** Facts in the order of `answers`, which are all of one project. */
export async function pythonFacts(
  answers: readonly PythonAnswer[],
  missingNames: (versions: readonly Version[]) => Promise<MissingName[][]>,
): Promise<Facts[]> {
  const versions = new Map<string, Version>();
  const keyOf = ({ path: file }: MonitorItem, { text }: Edited): string => `${file}\n${text}`;
  const edits = answers.map(({ item, shown }) => {
    const edited = { named: withName(item, shown), drafted: shown && withDraft(item, shown) };
    for (const each of [edited.named, edited.drafted])
      if (each !== undefined)
        versions.set(keyOf(item, each), { file: pathInProject(item, item.project), text: each.text });
    return edited;
  });
  const found = await missingNames([...versions.values()]);
  const byKey = new Map([...versions.keys()].map((key, number) => [key, found[number]!]));
  const missingIn = (item: MonitorItem, edited: Edited): MissingName[] =>
    byKey.get(keyOf(item, edited))!.filter(({ start }) => start >= edited.start && start < edited.end);
  return answers.map(({ item }, number) => {
    const { named, drafted } = edits[number]!;
    if (drafted === undefined) return noFacts;
    return {
      member: named && (missingIn(item, named).length > 0 ? 'missing' : 'exists'),
      accessed: attributesIn(drafted),
      missing: missingIn(item, drafted).map(({ start, end }) => drafted.text.slice(start, end)),
      newErrors: undefined,
    };
  });
}

function attributesIn({ text, start, end }: Edited): number {
  const sites = pythonSites(text, maskPython(text));
  return sites.filter((site) => site.kind === 'member' && site.start >= start && site.start < end).length;
}
