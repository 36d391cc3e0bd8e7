// A VSIX and a folder → a running VS Code with the extension installed, reachable by a browser on this machine only.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostPrograms } from './installHost.ts';

export interface HostOptions {
  readonly programs: HostPrograms;
  readonly vsix: string;
  /** Opened as the workspace. */
  readonly folder: string;
  /** Empty or of an earlier run: user data and installed extensions go there. */
  readonly profile: string;
  /** The user's settings.json of a profile that has none yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether the editor asks which folders to trust, and trusts none meanwhile. */
  readonly asksForTrust?: boolean;
  /** Called once the extension is installed and before the editor runs, with the extension's folder. */
  readonly installed?: (extension: string) => Promise<void>;
}

/** A running host; `stop` ends it and everything it started. */
export interface Host {
  readonly url: string;
  readonly processId: number;
  stop(): Promise<void>;
}

/** Resolves once the server listens; rejects with its output when it ends before. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { programs, vsix, folder, profile, settings, asksForTrust = false, installed } = options;
  const userData = join(profile, 'user');
  const extensions = join(profile, 'extensions');
  await mkdir(join(userData, 'User'), { recursive: true });
  await mkdir(extensions, { recursive: true });
  const settingsPath = join(userData, 'User', 'settings.json');
  if (!existsSync(settingsPath)) await writeFile(settingsPath, JSON.stringify(settings, undefined, 2));
  const folders = [
    '--user-data-dir',
    userData,
    '--extensions-dir',
    extensions,
    '--config',
    join(profile, 'config.yaml'),
  ];
  await writeFile(join(profile, 'config.yaml'), '');
  const environment = { ...process.env, XDG_DATA_HOME: profile, XDG_CACHE_HOME: profile, XDG_CONFIG_HOME: profile };

  const install = [programs.server, ...folders, '--force', '--install-extension', vsix];
  await promisify(execFile)(programs.node, install, { env: environment });
  const extension = (await readdir(extensions)).find((name) => name.startsWith('palimpsest.palimpsest-'));
  if (extension === undefined) throw new Error(`the editor did not install ${vsix}`);
  await installed?.(join(extensions, extension));

  const port = await freePort();
  const child = spawn(
    programs.node,
    [
      programs.server,
      ...folders,
      '--auth=none',
      `--bind-addr=127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      ...(asksForTrust ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      folder,
    ],
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`,
    processId: child.pid ?? 0,
    stop: () => ended(child),
  };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (text: Buffer): void => {
      output += text.toString();
      if (/HTTP server listening/.test(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the editor ended with ${code}:\n${output}`)));
  });
}

/** Ends the server's whole process group: it starts the extension host as a child of a child. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.pid === undefined || child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    process.kill(-child.pid, 'SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
