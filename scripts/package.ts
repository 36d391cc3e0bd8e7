// Bundles, embedded model and the native runtime of this platform → palimpsest-<platform>-<version>.vsix, staged in a
// folder of its own so that nothing of the working tree can slip in. `npm run package`.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const stage = join(root, '.cache', 'package');

/** Copied as they are where they exist; .vscodeignore decides what of them is packaged. */
const staged = [
  '.vscodeignore',
  'package.nls.json',
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'dist',
  'grammars',
  'models',
  'media',
  'docs/screenshot.png',
];

/** A packaged file that looks like this was never meant to be: tests, sources, source maps. */
const unwanted = /(^|\/)(test|tests|src|scripts)\/|\.map$|\.tsx?$|\.vsix$/;
/** But these are what TypeScript's native server knows of the language's own library. */
const libraries = /\/@typescript\/[^/]+\/lib\/lib\.[^/]*d\.ts$/;

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly main?: string;
}

/** Builds everything and writes the package; resolves to its absolute path. */
export async function packageExtension(): Promise<string> {
  await run(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'build.ts')], { cwd: root });
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  for (const path of staged) {
    const from = join(root, path);
    const filter = (file: string): boolean => !relative(from, file).startsWith('node_modules');
    if (await exists(from)) await cp(from, join(stage, path), { recursive: true, filter });
  }
  await stageRuntime(join(stage, 'dist', 'node_modules'));
  await stageLanguageServer(join(stage, 'dist', 'node_modules'));
  // What serves npm and development alone is not the editor's business.
  const manifest = { ...(await manifestOf(root)), files: undefined, scripts: undefined, devDependencies: undefined };
  await writeJson(join(stage, 'package.json'), manifest);

  const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
  const strays = files.filter((file) => unwanted.test(file) && !libraries.test(file));
  if (strays.length > 0) throw new Error(`these files must not be packaged:\n${strays.join('\n')}`);

  const target = `${process.platform}-${process.arch}`;
  const packagePath = join(root, `palimpsest-${target}-${manifest.version}.vsix`);
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  await run(process.execPath, [vsce, 'package', '--target', target, '--out', packagePath, ...options], { cwd: stage });
  return packagePath;
}

/** onnxruntime-node as it is needed to run: its JavaScript, the shared types it requires and the binaries of this platform. */
async function stageRuntime(modules: string): Promise<void> {
  const isScript = (file: string): boolean => !/\.[^./]+$/.test(basename(file)) || /\.(js|json)$/.test(file);
  for (const [name, scripts] of [
    ['onnxruntime-node', 'dist'],
    ['onnxruntime-common', 'dist/cjs'],
  ] as const) {
    const from = join(root, 'node_modules', name);
    const to = join(modules, name);
    await mkdir(to, { recursive: true });
    await cp(join(from, scripts), join(to, scripts), { recursive: true, filter: isScript });
    // Without its scripts and dependencies, which only serve its installation.
    const { version, license, main } = await manifestOf(from);
    await writeJson(join(to, 'package.json'), { name, version, license, main });
  }
  const binaries = join('onnxruntime-node', 'bin', 'napi-v6', process.platform, process.arch);
  const from = join(root, 'node_modules', binaries);
  if (!(await exists(from)))
    throw new Error(`onnxruntime-node has no binaries for ${process.platform}-${process.arch}`);
  await cp(from, join(modules, binaries), { recursive: true, filter: (file) => !isSecondCopy(file) });
}

/** TypeScript's native server of this platform with the declarations of the libraries it reads beside itself. */
async function stageLanguageServer(modules: string): Promise<void> {
  const name = `@typescript/typescript-${process.platform}-${process.arch}`;
  const from = join(root, 'node_modules', name);
  const to = join(modules, name);
  if (!(await exists(from))) throw new Error(`${name} is not installed`);
  await cp(join(from, 'lib'), join(to, 'lib'), { recursive: true, filter: (file) => !file.endsWith('.sig') });
  for (const notice of ['LICENSE', 'NOTICE.txt']) await cp(join(from, notice), join(to, notice));
  const { version, license } = await manifestOf(from);
  await writeJson(join(to, 'package.json'), { name, version, license });
}

/** On macOS the library is there twice; only the name with the short version is linked. */
function isSecondCopy(file: string): boolean {
  return /libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file);
}

async function manifestOf(folder: string): Promise<PackageManifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageManifest;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function sizesUnder(folder: string): Promise<readonly (readonly [string, number])[]> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    names.map(async (name) => {
      const entry = await stat(join(folder, name));
      return entry.isFile() ? [[name, entry.size] as const] : [];
    }),
  );
  return sizes.flat().sort((one, other) => other[1] - one[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packagePath = await packageExtension();
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
  for (const [name, size] of (await sizesUnder(stage)).slice(0, 8)) console.log(`${megabytes(size)}  ${name}`);
  console.log(`${megabytes((await stat(packagePath)).size)}  ${relative(root, packagePath)} (the package, compressed)`);
}
