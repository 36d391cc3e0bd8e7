// Bundles, embedded model and a platform's native files → palimpsest-<platform>-<version>.vsix, staged in a folder of its own so
// that nothing of the working tree can slip in. `npm run package` for this platform, `npm run package -- --all` for every one,
// `npm run package -- NAME …` for some.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';
import {
  type PackageTarget,
  packageFolder,
  packageTarget,
  packageTargets,
  typescriptProgram,
  typescriptServer,
} from './packageTargets.ts';
import { zipEntries } from './zipEntries.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** Where a package has its native files. */
const modules = 'dist/node_modules';

/** What a package should take at most, with the model and without, in bytes. */
const mostBytes = { whole: 125e6, withoutModel: 40e6 };

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
  'docs/models.png',
  'docs/download.png',
  'docs/walkthrough.png',
  'docs/status.png',
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

/** Builds everything and writes the package for this platform; resolves to its absolute path. */
export async function packageExtension(): Promise<string> {
  const target = packageTarget();
  await buildBundles();
  return writePackage(target, root);
}

async function buildBundles(): Promise<void> {
  await run(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'build.ts')], { cwd: root });
}

/** Writes the target's package of what is built into `folder`; resolves to its path. Throws where the package is not as it should be. */
export async function writePackage(target: PackageTarget, folder: string): Promise<string> {
  const working = await mkdtemp(join(tmpdir(), 'palimpsest-package-'));
  try {
    const stage = join(working, 'stage');
    await stagePackage(target, stage);
    const written = join(working, 'written.vsix');
    const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    await run(process.execPath, [vsce, 'package', '--target', target.name, '--out', written, ...options], {
      cwd: stage,
    });
    const program = `extension/${modules}/${typescriptServer(target)}/${typescriptProgram(target)}`;
    const { mode } = (await zipEntries(written)).find(({ name }) => name === program) ?? { mode: 0 };
    if (target.platform !== 'win32' && (mode & 0o111) === 0)
      throw new Error(`${target.name}: ${program} could not be run: make this package on Linux or macOS`);
    const { version } = await manifestOf(root);
    const packagePath = join(folder, `palimpsest-${target.name}-${version}.vsix`);
    // in place at once: another process may be reading the last one
    const partial = join(folder, `.${process.pid}-${basename(packagePath)}`);
    await cp(written, partial);
    await rename(partial, packagePath);
    return packagePath;
  } finally {
    await rm(working, { recursive: true, force: true });
  }
}

/** Lays out in `stage` what the target's package is made from; resolves to the files that are packaged of it. */
export async function stagePackage(target: PackageTarget, stage: string): Promise<readonly string[]> {
  await mkdir(stage, { recursive: true });
  for (const path of staged) {
    const from = join(root, path);
    const filter = (file: string): boolean => !relative(from, file).startsWith('node_modules');
    if (await exists(from)) await cp(from, join(stage, path), { recursive: true, filter });
  }
  await stageRuntime(target, join(stage, modules));
  await stageLanguageServer(target, join(stage, modules));
  // What serves npm and development alone is not the editor's business.
  const manifest = { ...(await manifestOf(root)), files: undefined, scripts: undefined, devDependencies: undefined };
  await writeJson(join(stage, 'package.json'), manifest);

  const files = await listFiles({ cwd: stage, packageManager: PackageManager.None });
  const strays = files.filter((file) => unwanted.test(file) && !libraries.test(file));
  if (strays.length > 0) throw new Error(`these files must not be packaged:\n${strays.join('\n')}`);
  return files;
}

/** onnxruntime-node as it is needed to run: its JavaScript, the shared types it requires and the binaries of the platform. */
async function stageRuntime(target: PackageTarget, to: string): Promise<void> {
  const isScript = (file: string): boolean => !/\.[^./]+$/.test(basename(file)) || /\.(js|json)$/.test(file);
  for (const [name, scripts] of [
    ['onnxruntime-node', 'dist'],
    ['onnxruntime-common', 'dist/cjs'],
  ] as const) {
    const from = await packageFolder(target, name);
    await cp(join(from, scripts), join(to, name, scripts), { recursive: true, filter: isScript });
    // Without its scripts and dependencies, which only serve its installation.
    const { version, license, main } = await manifestOf(from);
    await writeJson(join(to, name, 'package.json'), { name, version, license, main });
  }
  const from = await packageFolder(target, 'onnxruntime-node');
  for (const library of target.libraries) {
    const path = join('bin', 'napi-v6', target.platform, target.arch, library);
    await cp(join(from, path), join(to, 'onnxruntime-node', path));
  }
}

/** TypeScript's native server of the platform with the declarations of the libraries it reads beside itself. */
async function stageLanguageServer(target: PackageTarget, modulesFolder: string): Promise<void> {
  const name = typescriptServer(target);
  const from = await packageFolder(target, name);
  const to = join(modulesFolder, name);
  await cp(join(from, 'lib'), join(to, 'lib'), { recursive: true, filter: (file) => !file.endsWith('.sig') });
  for (const notice of ['LICENSE', 'NOTICE.txt']) await cp(join(from, notice), join(to, notice));
  const { version, license } = await manifestOf(from);
  await writeJson(join(to, 'package.json'), { name, version, license });
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

/** Sizes of a package in bytes, compressed as it is. */
async function sizesOf(packagePath: string): Promise<typeof mostBytes> {
  const { size: whole } = await stat(packagePath);
  const models = (await zipEntries(packagePath)).filter(({ name }) => name.startsWith('extension/models/'));
  return { whole, withoutModel: models.reduce((rest, { compressedBytes }) => rest - compressedBytes, whole) };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { all: { type: 'boolean' } }, allowPositionals: true });
  const names = positionals.length > 0 ? positionals : [undefined];
  const targets = values.all ? packageTargets : names.map((name) => packageTarget(name));
  await buildBundles();
  for (const target of targets) {
    const packagePath = await writePackage(target, root);
    const { whole, withoutModel } = await sizesOf(packagePath);
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`.padStart(9);
    console.log(`${megabytes(whole)} ${megabytes(withoutModel)} without the model  ${relative(root, packagePath)}`);
    if (whole > mostBytes.whole || withoutModel > mostBytes.withoutModel) {
      console.error(`${target.name} is larger than it should be.`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
