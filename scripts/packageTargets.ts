// The platforms that there is a package for, and what is native in each: files of onnxruntime-node, and TypeScript's server.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PinnedPackage, unpackPackage } from './packageArchive.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface PackageTarget {
  /** As the editor calls it. */
  readonly name: string;
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64';
  /** All that the runtime needs of its binaries for this platform. */
  readonly libraries: readonly string[];
  /** The packages of the runtime where they are not those that are installed. */
  readonly runtime?: readonly PinnedPackage[];
}

const addOn = 'onnxruntime_binding.node';
// WebGPU compiles its shaders with dxcompiler and dxil. DirectML.dll is loaded for a device that the engine does not offer.
const windows = [addOn, 'onnxruntime.dll', 'dxcompiler.dll', 'dxil.dll'];

// Later ones have no binaries for Macs with a processor by Intel. Those for Linux are there to be tried by the tests.
const olderRuntime: readonly PinnedPackage[] = [
  {
    registry: 'npm',
    name: 'onnxruntime-node',
    version: '1.23.2',
    integrity: 'sha512-OBTsG0W8ddBVOeVVVychpVBS87A9YV5sa2hJ6lc025T97Le+J4v++PwSC4XFs1C62SWyNdof0Mh4KvnZgtt4aw==',
    only: ['package.json', 'dist', 'bin/napi-v6/darwin/x64', 'bin/napi-v6/linux/x64'],
  },
  {
    registry: 'npm',
    name: 'onnxruntime-common',
    version: '1.23.2',
    integrity: 'sha512-5LFsC9Dukzp2WV6kNHYLNzp8sT6V02IubLCbzw2Xd6X5GOlr65gAX6xiJwyi2URJol/s71gaQLC5F2C25AAR2w==',
    only: ['package.json', 'dist/cjs'],
  },
];

export const packageTargets: readonly PackageTarget[] = [
  { name: 'linux-x64', platform: 'linux', arch: 'x64', libraries: [addOn, 'libonnxruntime.so.1'] },
  { name: 'linux-arm64', platform: 'linux', arch: 'arm64', libraries: [addOn, 'libonnxruntime.so.1'] },
  { name: 'win32-x64', platform: 'win32', arch: 'x64', libraries: windows },
  { name: 'win32-arm64', platform: 'win32', arch: 'arm64', libraries: windows },
  // the library is there a second time, under its full version
  { name: 'darwin-arm64', platform: 'darwin', arch: 'arm64', libraries: [addOn, 'libonnxruntime.1.dylib'] },
  {
    name: 'darwin-x64',
    platform: 'darwin',
    arch: 'x64',
    libraries: [addOn, 'libonnxruntime.1.23.2.dylib'],
    runtime: olderRuntime,
  },
];

/** The target of that name, this machine's if none is given. Throws where there is none. */
export function packageTarget(name = `${process.platform}-${process.arch}`): PackageTarget {
  const target = packageTargets.find((each) => each.name === name);
  if (target !== undefined) return target;
  const names = packageTargets.map((each) => each.name).join(', ');
  throw new Error(`there is no package for ${name}: the runtime has binaries for ${names}`);
}

/** The npm package of TypeScript's native server. */
export const typescriptServer = ({ name }: PackageTarget): string => `@typescript/typescript-${name}`;

/** Where the program of the server is, in its package. */
export const typescriptProgram = ({ platform }: PackageTarget): string =>
  platform === 'win32' ? 'lib/tsc.exe' : 'lib/tsc';

/** Folder of the unpacked npm package of that name as the target needs it: installed, or fetched into .cache. */
export async function packageFolder(target: PackageTarget, name: string): Promise<string> {
  const pinned = target.runtime?.find((each) => each.name === name);
  const installed = join(root, 'node_modules', name);
  if (pinned === undefined && existsSync(installed)) return installed;
  const wanted = pinned ?? (await locked(name));
  const folder = join(root, '.cache', 'packages', `${name.replace('/', '-')}-${wanted.version}`);
  await unpackPackage(wanted, folder);
  return folder;
}

/** An optional dependency that npm does not install here, as package-lock.json has it. */
async function locked(name: string): Promise<PinnedPackage> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`${name} is not in package-lock.json`);
  return { registry: 'npm', name, version: entry.version, integrity: entry.integrity };
}
