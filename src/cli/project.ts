// A file → the project it belongs to: the nearest folder above it that has what projects have.
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentPlace } from '../protocol/messages.ts';

const marks = ['tsconfig.json', 'jsconfig.json', 'package.json', 'pyproject.toml', 'go.mod', 'Cargo.toml', '.git'];

/**
 * The document of a file, in the project whose root is given or found.
 * @param isTrusted whether programs of the project, and programs that run its code, may be started
 */
export async function documentOf(path: string, isTrusted: boolean, root?: string): Promise<DocumentPlace> {
  const file = resolve(root ?? '', path);
  const folder = root === undefined ? await rootAbove(dirname(file)) : resolve(root);
  return { uri: pathToFileURL(file).href, folders: [pathToFileURL(folder).href], isTrusted };
}

async function rootAbove(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    for (const mark of marks) if (await exists(join(at, mark))) return at;
    if (dirname(at) === at) return folder;
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
