// Extension and folder → a VS Code with the extension loaded: the one on the PATH, else the one from npm in a browser.
// `npm run code -- [FOLDER]`.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from '../test/support/debianPackages.ts';
import { startHost } from '../test/vscode/host.ts';
import { installHost } from '../test/vscode/installHost.ts';
import { packageExtension } from './package.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, 'samples'));
if (
  !(await stat(folder)
    .then((entry) => entry.isDirectory())
    .catch(() => false))
) {
  console.error(`no folder ${folder}`);
  process.exit(2);
}

const desktop = onPath(process.platform === 'win32' ? 'code.cmd' : 'code');
if (desktop === undefined) await openInBrowser();
else openOnDesktop(desktop);

function openOnDesktop(program: string): void {
  const shell = process.platform === 'win32';
  const build = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'build.ts')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (build.status !== 0) process.exit(1);
  const opened = spawnSync(program, [`--extensionDevelopmentPath=${root}`, folder], { stdio: 'inherit', shell });
  process.exit(opened.status ?? 1);
}

async function openInBrowser(): Promise<void> {
  const host = await startHost({
    programs: installHost(),
    vsix: await packageExtension(),
    folder,
    profile: join(root, '.cache', 'code'),
    settings: { 'telemetry.telemetryLevel': 'off', 'workbench.startupEditor': 'none' },
  });
  console.log(`Open ${host.url}\nCtrl+C ends it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await host.stop();
}
