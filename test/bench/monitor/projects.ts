// The projects that names are looked up in: packages of corpus.json whose sources are unpacked beside what they depend on, so
// that a compiler and a language server read them as their authors do.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CorpusPackage,
  type Language,
  listCorpus,
  readFolder,
  repositoryRoot,
  type SourceFile,
} from '../corpus.ts';

/** Where `scripts/fetchMonitorProjects.ts` puts the projects, their dependencies above them. */
export const monitorFolder = path.join(repositoryRoot, '.cache/monitor-projects');

/** What a server of Python has to read besides a project. */
export const pythonPackagesFolder = path.join(monitorFolder, 'python-packages');

/** A tsconfig.json's `compilerOptions`. */
export type CompilerOptions = Readonly<Record<string, boolean | string | readonly string[]>>;

export interface Project {
  readonly entry: CorpusPackage;
  readonly language: Language;
  readonly folder: string;
  /** For TypeScript alone. */
  readonly compilerOptions: CompilerOptions;
}

const shared: CompilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'Bundler',
  noEmit: true,
  skipLibCheck: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  strict: true,
  types: [],
};

/** How strict each package is with itself, and what it runs on. */
const options: Readonly<Record<string, CompilerOptions>> = {
  'hls.js': {
    noImplicitAny: false,
    strictFunctionTypes: false,
    strictBindCallApply: false,
    useUnknownInCatchVariables: false,
  },
  'maplibre-gl': { strict: false, useDefineForClassFields: false },
  '@grpc/grpc-js': { lib: ['ES2023'], types: ['node'] },
  'prosemirror-view': {},
  mobx: {
    lib: ['ESNext', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    noImplicitAny: false,
    noImplicitThis: false,
    strictBindCallApply: false,
  },
  langium: { lib: ['ES2023'], types: ['node'], strictPropertyInitialization: false },
  '@tanstack/db': { types: ['node'] },
  '@electric-sql/client': { types: ['node'] },
};

/** Files of a package that are no part of its program: they want test runners. */
const leftOut = ['src/**/*.test.ts', 'src/**/*.bench.ts', 'src/**/test'];

/** All projects, fetched or not. */
export async function listProjects(): Promise<Project[]> {
  const entries = await listCorpus();
  return entries
    .filter((entry) => entry.language === 'python' || options[entry.name] !== undefined)
    .map((entry) => ({
      entry,
      language: entry.language,
      folder: path.join(monitorFolder, entry.name.replace('@', '').replace('/', '-')),
      compilerOptions: { ...shared, ...options[entry.name] },
    }));
}

/** The file that tells compilers and servers what the project is: its name and its text. */
export function configuration(project: Project): { readonly name: string; readonly text: string } {
  const { compilerOptions, language, entry } = project;
  const content =
    language === 'typescript'
      ? { compilerOptions, include: ['src'], exclude: leftOut }
      : {
          include: entry.include.map((folder) => folder.replace(/\/$/, '')),
          extraPaths: [path.relative(project.folder, pythonPackagesFolder)],
          pythonVersion: '3.11',
          pythonPlatform: 'Linux',
          typeCheckingMode: 'basic',
        };
  const name = language === 'typescript' ? 'tsconfig.json' : 'pyrightconfig.json';
  return { name, text: `${JSON.stringify(content, undefined, 2)}\n` };
}

/** Files that the package's authors wrote, `path` below the package's name; none with line ends other than `\n`. */
export async function projectFiles({ entry, folder }: Project): Promise<SourceFile[]> {
  const wanted = (name: string): boolean =>
    entry.include.some((prefix) => name.startsWith(prefix)) &&
    !entry.exclude.some((part) => name.includes(part)) &&
    !/\.(test|bench)\.ts$|\/test\//.test(name);
  const files = await readFolder(folder, entry.name, wanted);
  return files.filter(({ text }) => !text.includes('\r'));
}

/** Where a file of `projectFiles` lies. */
export function absolutePath({ entry, folder }: Project, file: string): string {
  return path.join(folder, file.slice(entry.name.length + 1));
}

/** What has to be there: the lists of dependencies and the projects' configurations, as one text. */
export async function wantedState(): Promise<string> {
  const lists = await Promise.all(
    ['package-lock.json', 'requirements.txt'].map((name) => readFile(path.join(listsFolder, name), 'utf8')),
  );
  const projects = await listProjects();
  return [...lists, ...projects.flatMap((each) => [each.folder, each.entry.sha256, configuration(each).text])].join(
    '\n',
  );
}

/** Where the pinned dependencies are listed. */
export const listsFolder = path.join(repositoryRoot, 'test/bench/monitor/projects');
