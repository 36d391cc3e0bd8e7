// Cuts holes at the members of TypeScript projects, told apart by what the checker says of them.

import ts from 'typescript';
import type { SourceFile } from '../corpus.ts';
import { type Random, seededRandom } from '../random.ts';
import { inTurns, type MonitorItem, type SiteClass, siteClasses, typedCharacters } from './items.ts';
import { accesses, type Fate, fateOf, nameOf } from './typescriptMembers.ts';
import type { TypescriptProject } from './typescriptProject.ts';

/** A project with the files that holes are cut from. */
export interface Cuttable {
  readonly name: string;
  readonly project: TypescriptProject;
  readonly files: readonly SourceFile[];
  readonly absolute: (file: SourceFile) => string;
}

/** No more holes of one class than this from one file. */
const maximumPerFile = 12;

const classOf: Readonly<Record<Fate, SiteClass | undefined>> = {
  declared: 'resolved',
  index: 'index',
  unknown: 'any',
  missing: undefined,
};

interface MemberSite {
  readonly start: number;
  readonly end: number;
  readonly siteClass: SiteClass;
}

/** Every member access of a file with its class; those that the checker takes for errors are left out. */
export function memberSites(project: TypescriptProject, file: string): MemberSite[] {
  const { source, checker } = project.original(file);
  return accesses(source).flatMap((access) => {
    const name = nameOf(access);
    if (!ts.isPropertyAccessExpression(access) || name.text.length < 2) return [];
    const siteClass = classOf[fateOf(access, { checker })];
    return siteClass === undefined ? [] : [{ start: name.getStart(source), end: name.end, siteClass }];
  });
}

/** Holes at members, as many of each class as `counts` says or as there are, evenly from projects and their files. */
export function cutMembers(
  projects: readonly Cuttable[],
  { seed, counts }: { readonly seed: number; readonly counts: Readonly<Record<SiteClass, number>> },
): MonitorItem[] {
  const random = seededRandom(seed);
  const known = new Map<SourceFile, MemberSite[]>();
  const order = projects.map((each) => ({ ...each, files: random.shuffled(each.files) }));
  return siteClasses.flatMap((siteClass) => {
    const queues = order.map((each) => sitesOfProject(each, siteClass, random, known));
    return inTurns(queues, counts[siteClass]).map((found, number) => toItem(found, number));
  });
}

interface Found {
  readonly project: string;
  readonly file: SourceFile;
  readonly site: MemberSite;
}

/** Each round over the files takes one more site of each. */
function* sitesOfProject(
  { name, project, files, absolute }: Cuttable,
  siteClass: SiteClass,
  random: Random,
  known: Map<SourceFile, MemberSite[]>,
): Generator<Found, undefined> {
  const queues = new Map<SourceFile, MemberSite[]>();
  for (let round = 0; round < maximumPerFile; round += 1) {
    for (const file of files) {
      let queue = queues.get(file);
      if (queue === undefined) {
        const all = known.get(file) ?? memberSites(project, absolute(file));
        known.set(file, all);
        queue = random.shuffled(all.filter((site) => site.siteClass === siteClass));
        queues.set(file, queue);
      }
      const site = queue[round];
      if (site !== undefined) yield { project: name, file, site };
    }
  }
  return undefined;
}

function toItem({ project, file, site }: Found, number: number): MonitorItem {
  const { start, end, siteClass } = site;
  const typed = typedCharacters(number, end - start);
  return {
    id: `${file.path}:${start}+${typed}:${siteClass}`,
    path: file.path,
    language: file.language,
    prefix: file.text.slice(0, start + typed),
    suffix: file.text.slice(end),
    kind: 'member',
    target: file.text.slice(start + typed, end),
    project,
    siteClass,
    typed,
  };
}
