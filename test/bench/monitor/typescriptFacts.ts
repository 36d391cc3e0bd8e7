// The facts of an answer in TypeScript, from the checker.

import { type Edited, type Facts, noFacts, type Shown, withDraft, withName } from './facts.ts';
import type { MonitorItem } from './items.ts';
import { accessAt, accesses, type Fate, fateOf, nameOf } from './typescriptMembers.ts';
import type { TypescriptProject } from './typescriptProject.ts';

const memberOf: Readonly<Record<Fate, NonNullable<Facts['member']>>> = {
  declared: 'exists',
  index: 'exists',
  missing: 'missing',
  unknown: 'unknown',
};

/** `file` is the item's absolute path. */
export function typescriptFacts(item: MonitorItem, shown: Shown, project: TypescriptProject, file: string): Facts {
  if (shown === undefined) return noFacts;
  const named = withName(item, shown);
  const drafted = withDraft(item, shown);
  const { source, checker } = project.edited(file, drafted.text);
  const inside = accesses(source, drafted.start, drafted.end);
  const missing = inside.filter((access) => fateOf(access, { checker }) === 'missing');
  return {
    accessed: inside.length,
    missing: missing.map((access) => nameOf(access).text),
    newErrors: item.kind === 'member' ? undefined : project.newErrors(file, drafted.text),
    member: named && memberAt(named, project, file),
  };
}

function memberAt({ text, start }: Edited, project: TypescriptProject, file: string): Facts['member'] {
  const { source, checker } = project.edited(file, text);
  const access = accessAt(source, start);
  return access && memberOf[fateOf(access, { checker })];
}
