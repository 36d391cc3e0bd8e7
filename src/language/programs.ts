// Names of programs → where they are: on the PATH, in node_modules, or among the files of the extension.
import { access, constants, readFile, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const suffix = process.platform === 'win32' ? '.exe' : '';
/** TypeScript's native server is a package per platform. */
const nativePackage = join('@typescript', `typescript-${process.platform}-${process.arch}`);
/** The oldest major version that has a native server. */
const oldestNative = 7;

/** First program of a name in the folders of the PATH; relative folders do not count. */
export async function programOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name + suffix);
    if (isAbsolute(folder) && (await isProgram(program))) return program;
  }
  return undefined;
}

/** TypeScript's native server in a folder's node_modules, if it is there and new enough. */
export async function nativeTypescript(folder: string): Promise<string | undefined> {
  const home = join(folder, 'node_modules', nativePackage);
  const program = join(home, 'lib', `tsc${suffix}`);
  try {
    const manifest: unknown = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    const version = String((manifest as { version?: unknown } | null)?.version);
    return Number.parseInt(version, 10) >= oldestNative && (await isProgram(program)) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** The one that this program came with: beside the bundle, or in the node_modules of a checkout. */
export async function shippedTypescript(from: string = fileURLToPath(import.meta.url)): Promise<string | undefined> {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const program = await nativeTypescript(folder);
    if (program !== undefined || folder === dirname(folder)) return program;
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
