// An empty machine → the programs of the editor suite: a VS Code that serves a browser, from npm, and that browser. Takes
// minutes the first time and nothing after; installs only what is missing. `npx tsx test/vscode/installHost.ts`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, onPath, say } from '../support/debianPackages.ts';

/** Absolute paths. `node` is the Node that `server` needs, which is newer than the project's. */
export interface HostPrograms {
  readonly node: string;
  readonly server: string;
  readonly browser: string;
}

const host = fileURLToPath(new URL('./host/', import.meta.url));
const lockfile = join(host, 'package-lock.json');
const modules = join(host, 'node_modules');
/** Holds the digest of the lockfile that was installed to the end. */
const stamp = join(modules, '.installed');
const server = join(modules, 'code-server', 'out', 'node', 'entry.js');

/** Headers that the server's native modules are compiled against, by Debian package. */
const headers = [
  'build-essential',
  'libkrb5-dev',
  'libsecret-1-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'pkg-config',
  'python3',
];
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Installs what is missing, saying what it does on standard error; throws with what to do where it cannot. */
export function installHost(): HostPrograms {
  const { browser, node } = { browser: installBrowser(), node: installServer() };
  return { browser, node, server };
}

function installServer(): string {
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  const node = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return node;
  installPackages(headers);
  say('installing a VS Code from npm (once, takes minutes)');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {});
  if (!existsSync(node))
    throw new Error(`test/vscode/host has no Node for ${process.platform}-${process.arch}: install VS Code`);
  // Built by the Node it will run on, against that Node's own headers.
  npm(['rebuild', '--foreground-scripts', 'code-server', 'argon2'], {
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: dirname(dirname(node)),
  });
  writeFileSync(stamp, wanted);
  return node;
}

function installBrowser(): string {
  const present = (): string | undefined => browsers.map(onPath).find((path) => path !== undefined);
  if (present() === undefined) installPackages(['chromium']);
  const browser = present();
  if (browser === undefined) throw new Error('no Chromium found on the PATH: install one');
  return browser;
}

/** Runs npm as if by hand: what an npm that runs this program says about itself and its Node must not reach it. */
function npm(args: readonly string[], more: NodeJS.ProcessEnv): void {
  const inherited =
    /^(INIT_CWD$|npm_(command|execpath|node_execpath|lifecycle_|package_|config_(user_agent|local_prefix|node_gyp)))/;
  const own = Object.entries(process.env).filter(([name]) => !inherited.test(name));
  const env = { ...Object.fromEntries(own), ...more };
  // Kept for the error message of a failure; a good run says thousands of lines of no interest.
  execFileSync('npm', args, { cwd: host, env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(installHost(), undefined, 2));
