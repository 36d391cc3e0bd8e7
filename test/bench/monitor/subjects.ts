// The fetched projects with those who judge names in them, and the items that are cut from them.

import path from 'node:path';
import { repositoryRoot, type SourceFile } from '../corpus.ts';
import { cutHoles } from '../holes.ts';
import type { Item } from '../items.ts';
import type { MonitorItem, SiteClass } from './items.ts';
import { absolutePath, listProjects, type Project, projectFiles } from './projects.ts';
import { type MissingName, missingNames, type Version } from './pyright.ts';
import { cutAttributes } from './pythonItems.ts';
import { cutMembers } from './typescriptItems.ts';
import { TypescriptProject } from './typescriptProject.ts';

export interface TypescriptSubject {
  readonly project: Project;
  readonly files: readonly SourceFile[];
  readonly program: TypescriptProject;
}

export interface PythonSubject {
  readonly project: Project;
  readonly files: readonly SourceFile[];
  readonly missingNames: (versions: readonly Version[]) => Promise<MissingName[][]>;
}

/** The languages that were asked for; undefined for all. */
type Languages = ReadonlySet<string> | undefined;

export async function typescriptSubjects(languages: Languages): Promise<TypescriptSubject[]> {
  const subjects: TypescriptSubject[] = [];
  if (languages?.has('typescript') === false) return subjects;
  for (const project of await listProjects()) {
    if (project.language !== 'typescript') continue;
    const program = TypescriptProject.open(project.folder);
    subjects.push({ project, files: await projectFiles(project), program });
  }
  return subjects;
}

export async function pythonSubjects(languages: Languages): Promise<PythonSubject[]> {
  const subjects: PythonSubject[] = [];
  if (languages?.has('python') === false) return subjects;
  for (const project of await listProjects()) {
    if (project.language !== 'python') continue;
    const { folder } = project;
    const scratch = path.join(repositoryRoot, '.cache/monitor-scratch', path.basename(folder));
    subjects.push({
      project,
      files: await projectFiles(project),
      missingNames: (versions) => missingNames(versions, { folder, scratch }),
    });
  }
  return subjects;
}

/** Shares of the kinds of holes; sites at which nothing can be wrong come on top of these. */
const shares = { resolved: 1 / 2, python: 1 / 4, line: 1 / 8, block: 1 / 8, any: 1 / 12, index: 1 / 24 } as const;

export interface CutOptions {
  readonly seed: number;
  readonly items: number;
}

function cuttables(subjects: readonly TypescriptSubject[]): Parameters<typeof cutMembers>[0] {
  return subjects.map(({ project, files, program }) => ({
    name: project.entry.name,
    project: program,
    files,
    absolute: (file) => absolutePath(project, file.path),
  }));
}

export function typescriptMembers(
  subjects: readonly TypescriptSubject[],
  { seed, items }: CutOptions,
  classes: readonly SiteClass[],
): MonitorItem[] {
  const count = (siteClass: SiteClass): number =>
    classes.includes(siteClass) ? Math.round(items * shares[siteClass]) : 0;
  const counts = { resolved: count('resolved'), index: count('index'), any: count('any') };
  return cutMembers(cuttables(subjects), { seed, counts });
}

export function typescriptHoles(subjects: readonly TypescriptSubject[], { seed, items }: CutOptions): MonitorItem[] {
  const counts = { line: Math.round(items * shares.line), block: Math.round(items * shares.block) };
  const cut = cutHoles(
    subjects.flatMap(({ files }) => files),
    { seed, counts },
  );
  const ownerOf = ({ path: file }: Item): string =>
    subjects.find((each) => file.startsWith(`${each.project.entry.name}/`))!.project.entry.name;
  return cut.map((item) => ({ ...item, project: ownerOf(item), typed: 0 }));
}

export function pythonMembers(subjects: readonly PythonSubject[], { seed, items }: CutOptions): Promise<MonitorItem[]> {
  const projects = subjects.map((each) => ({ ...each, name: each.project.entry.name }));
  return cutAttributes(projects, { seed, wanted: Math.round(items * shares.python) });
}
