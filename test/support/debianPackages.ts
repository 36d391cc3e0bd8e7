// Debian packages that a suite needs and npm does not have: installs only what is missing.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Answers whether a Debian package is installed. */
const packageQuery = 'dpkg-query';

/** Installs those of the Debian packages that are missing; throws with what to do where it cannot. */
export function installPackages(wanted: readonly string[]): void {
  const names = wanted.filter((name) => !hasPackage(name));
  if (names.length === 0) return;
  if (onPath('apt-get') === undefined) throw new Error(`install these by your package manager: ${names.join(' ')}`);
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  say(`installing ${names.join(' ')}`);
  command([...root, 'apt-get', 'update', '-qq']);
  command([...root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names]);
}

function hasPackage(name: string): boolean {
  const { stdout } = spawnSync(packageQuery, ['--status', name], { encoding: 'utf8' });
  return stdout?.includes('Status: install ok installed') === true;
}

function command([program = '', ...args]: readonly string[]): void {
  execFileSync(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Absolute path of a program on the PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
