// Cuts holes at the attributes of Python projects. Whether a site says anything about a name is asked of pyright: a receiver of a
// known type does not take a name that nobody has.

import type { SourceFile } from '../corpus.ts';
import { maskPython, pythonSites } from '../pythonText.ts';
import { seededRandom } from '../random.ts';
import { inTurns, type MonitorItem, typedCharacters } from './items.ts';
import type { MissingName, Version } from './pyright.ts';

/** A project, and who looks at versions of its files. */
export interface PythonCuttable {
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly missingNames: (versions: readonly Version[]) => Promise<MissingName[][]>;
}

const maximumPerFile = 12;
const nobodysName = 'palimpsest_no_such_name';

interface Site {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Path of a project's file without the project's name before it. */
export function pathInProject(file: Pick<SourceFile, 'path'>, project: string): string {
  return file.path.slice(project.length + 1);
}

/** `wanted` holes whose receiver is known to have the true name and no other, evenly from projects and their files. */
export async function cutAttributes(
  projects: readonly PythonCuttable[],
  { seed, wanted }: { readonly seed: number; readonly wanted: number },
): Promise<MonitorItem[]> {
  const queues: Iterator<{ project: string; site: Site }, unknown>[] = [];
  for (const project of projects) {
    // as many again as are needed, since some receivers are of no known type
    const candidates = candidateSites(project.files, seed).slice(0, Math.ceil((2 * wanted) / projects.length));
    const resolved = await resolvedSites(project, candidates);
    queues.push(resolved.map((site) => ({ project: project.name, site })).values());
  }
  return inTurns(queues, wanted).map(({ project, site }, number) => toItem(project, site, number));
}

/** Attribute sites in the order in which they are tried: one of each file, then another of each. */
function candidateSites(files: readonly SourceFile[], seed: number): Site[] {
  const random = seededRandom(seed);
  const queues = random.shuffled(files).map((file) => {
    const sites = pythonSites(file.text, maskPython(file.text)).filter(({ kind }) => kind === 'member');
    return random
      .shuffled(sites)
      .slice(0, maximumPerFile)
      .map(({ start, end }) => ({ file, start, end }))
      .values();
  });
  return inTurns(queues, Number.POSITIVE_INFINITY);
}

async function resolvedSites({ name, missingNames }: PythonCuttable, candidates: readonly Site[]): Promise<Site[]> {
  const replaced = ({ file, start, end }: Site): Version => ({
    file: pathInProject(file, name),
    text: file.text.slice(0, start) + nobodysName + file.text.slice(end),
  });
  const files = [...new Set(candidates.map(({ file }) => file))];
  const originals = files.map((file) => ({ file: pathInProject(file, name), text: file.text }));
  const found = await missingNames([...originals, ...candidates.map(replaced)]);
  const missingAt = (number: number, start: number): boolean =>
    found[number]!.some((missing) => missing.start <= start && start < missing.end);
  return candidates.filter(
    ({ file, start }, number) => !missingAt(files.indexOf(file), start) && missingAt(originals.length + number, start),
  );
}

function toItem(project: string, { file, start, end }: Site, number: number): MonitorItem {
  const typed = typedCharacters(number, end - start);
  return {
    id: `${file.path}:${start}+${typed}:resolved`,
    path: file.path,
    language: file.language,
    prefix: file.text.slice(0, start + typed),
    suffix: file.text.slice(end),
    kind: 'member',
    target: file.text.slice(start + typed, end),
    project,
    siteClass: 'resolved',
    typed,
  };
}
