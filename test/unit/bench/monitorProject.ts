// A TypeScript project in memory for the tests of the monitor benches.

import ts from 'typescript';
import { TypescriptProject } from '../../bench/monitor/typescriptProject.ts';

export const projectFolder = '/project';

/** `files` by their path in the project. */
export function memoryProject(files: Readonly<Record<string, string>>): TypescriptProject {
  const texts = new Map(Object.entries(files).map(([name, text]) => [`${projectFolder}/${name}`, text]));
  return new TypescriptProject({
    folder: projectFolder,
    rootNames: [...texts.keys()],
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      strict: true,
      noEmit: true,
      types: [],
    },
    texts,
  });
}
