// A pinned package of npm, PyPI, Maven, Go or Rust → its files in a folder, fetched with the registry's own client and checked
// against its hash.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type PinnedPackage = PackageName & PackageHash;

interface PackageName {
  readonly registry: 'npm' | 'pypi' | 'maven' | 'go' | 'cargo';
  /** As its registry knows it; for Maven `group:artifact`. */
  readonly name: string;
  readonly version: string;
  /** For Maven: what of the artifact, such as `sources`. */
  readonly classifier?: string;
  /** Of an npm package: all that is unpacked of it. */
  readonly only?: readonly string[];
}

/** Of the archive, in hexadecimal or as a package-lock.json has it: files of another version would be another corpus. */
type PackageHash = { readonly sha256: string } | { readonly integrity: string };

/** Makes `target` the unpacked package, unless it is there. Throws when the archive is not the one that is pinned. */
export async function unpackPackage(entry: PinnedPackage, target: string): Promise<void> {
  if (existsSync(target)) return;
  const above = path.dirname(target);
  await mkdir(above, { recursive: true });
  const working = await mkdtemp(path.join(above, '.fetch-'));
  try {
    const downloads = path.join(working, 'download');
    const unpacked = path.join(working, 'unpacked');
    await mkdir(downloads);
    await mkdir(unpacked);
    const archive = await download(entry, downloads);
    check(entry, await readFile(archive));
    if (entry.registry === 'npm' || entry.registry === 'cargo') {
      const members = entry.only?.map((member) => `package/${member}`) ?? [];
      await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1', ...members]);
    } else await run('python3', ['-m', 'zipfile', '-e', archive, unpacked]);
    await rename(unpacked, target).catch((error: unknown) => {
      // another process may have been faster
      if (!existsSync(target)) throw error;
    });
  } finally {
    // Go makes the folders of its cache read-only.
    await run('chmod', ['-R', 'u+w', working]).catch(() => {});
    await rm(working, { recursive: true, force: true });
  }
}

function check(entry: PinnedPackage, archive: Uint8Array): void {
  const [wanted, found] =
    'sha256' in entry
      ? [entry.sha256, createHash('sha256').update(archive).digest('hex')]
      : [entry.integrity, `sha512-${createHash('sha512').update(archive).digest('base64')}`];
  if (found !== wanted) throw new Error(`${entry.name}@${entry.version}: its hash is ${found}, not ${wanted}`);
}

/** Downloads the package into `folder`, which is empty; returns the archive's path. */
async function download(entry: PinnedPackage, folder: string): Promise<string> {
  const { name, version } = entry;
  if (entry.registry === 'go') {
    const env = { ...process.env, GOMODCACHE: folder, GOFLAGS: '-mod=mod' };
    const { stdout } = await run('go', ['mod', 'download', '-json', `${name}@${version}`], { cwd: folder, env });
    return (JSON.parse(stdout) as { readonly Zip: string }).Zip;
  }
  if (entry.registry === 'cargo') return downloadCrate(entry, folder);
  if (entry.registry === 'npm') {
    await run('npm', ['pack', `${name}@${version}`, '--pack-destination', folder, '--ignore-scripts']);
  } else if (entry.registry === 'pypi') {
    const wanted = ['--no-deps', '--only-binary', ':all:', '--dest', folder, `${name}==${version}`];
    await run('python3', ['-m', 'pip', 'download', '--quiet', ...wanted]);
  } else {
    const artifact = [name, version, 'jar', ...(entry.classifier === undefined ? [] : [entry.classifier])].join(':');
    await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  }
  const [archive] = await readdir(folder);
  if (archive === undefined) throw new Error(`${name}: nothing was downloaded`);
  return path.join(folder, archive);
}

/** Cargo fetches for a crate that depends on what is wanted; what that depends on comes along. */
async function downloadCrate({ name, version }: PinnedPackage, folder: string): Promise<string> {
  const manifest = `[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n${name} = "=${version}"\n`;
  await mkdir(path.join(folder, 'src'));
  await writeFile(path.join(folder, 'Cargo.toml'), manifest);
  await writeFile(path.join(folder, 'src/lib.rs'), '');
  const home = path.join(folder, 'home');
  await run('cargo', ['fetch', '--quiet'], { cwd: folder, env: { ...process.env, CARGO_HOME: home } });
  const files = await readdir(path.join(home, 'registry/cache'), { recursive: true });
  const file = files.find((each) => path.basename(each) === `${name}-${version}.crate`);
  if (file === undefined) throw new Error(`${name}: nothing was downloaded`);
  return path.join(home, 'registry/cache', file);
}
