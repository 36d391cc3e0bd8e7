// One real VS Code with the packaged extension, for a whole suite: built, installed, opened in a browser, taken down.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { packageExtension } from '../../scripts/package.ts';
import { buildScriptedEngine } from '../support/buildScriptedEngine.ts';
import { Editor } from './editor.ts';
import { type Host, startHost } from './host.ts';
import { installHost } from './installHost.ts';
import { type Process, processes } from './processes.ts';
import { until } from './until.ts';

/** `scripted` puts the table of test/support/scriptedEngine.ts in the place of the packaged engine. */
type Engine = 'real' | 'scripted';

/** For suites that do not say themselves. */
const usualEngine: Engine = process.env.PALIMPSEST_SUITE_ENGINE === 'scripted' ? 'scripted' : 'real';

const artefacts = fileURLToPath(new URL('../artefacts/', import.meta.url));

const settings = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.autoSave': 'afterDelay',
  'files.autoSaveDelay': 50,
  'telemetry.telemetryLevel': 'off',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Settings by their full names. */
export type Settings = Readonly<Record<string, unknown>>;

const openFolder = '.monaco-workbench .explorer-folders-view .monaco-list-row';

/** A program for the page: done when nothing moves but what moves forever. */
const settled = `Promise.allSettled(document.getAnimations()
  .filter((animation) => Number.isFinite(Number(animation.effect?.getComputedTiming().endTime)))
  .map((animation) => animation.finished))`;

export class Session {
  readonly editor: Editor;
  /** Folder of the user data and the installed extension; in the command line of every process of this host. */
  readonly profile: string;
  readonly host: Host;
  readonly #browser: Browser;
  readonly #workspace: string;
  #settingsWritten = 0;

  private constructor(host: Host, browser: Browser, page: Page, profile: string, workspace: string) {
    this.host = host;
    this.#browser = browser;
    this.profile = profile;
    this.#workspace = workspace;
    this.editor = new Editor(page, workspace);
  }

  /**
   * Starts everything; `files` are the workspace, by name. `altered` may change the installed extension, whose folder it is told,
   * before the editor runs. With `asksForTrust` the workspace is not trusted.
   */
  static async start(
    files: Readonly<Record<string, string>>,
    engine: Engine = usualEngine,
    altered?: (extension: string) => Promise<void>,
    asksForTrust = false,
  ): Promise<Session> {
    const programs = installHost();
    const profile = await mkdtemp(join(tmpdir(), 'palimpsest-editor-'));
    const workspace = join(profile, 'workspace');
    await mkdir(join(workspace, '.vscode'), { recursive: true });
    await writeFile(join(workspace, '.vscode', 'settings.json'), '{}');
    await mkdir(artefacts, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(workspace, name), text);
    const host = await startHost({
      programs,
      vsix: await packageExtension(),
      folder: workspace,
      profile,
      settings: { ...settings, ...(asksForTrust && { 'security.workspace.trust.startupPrompt': 'never' }) },
      asksForTrust,
      installed: async (extension) => {
        const path = join(extension, 'dist', 'engine.js');
        if (engine === 'scripted') await buildScriptedEngine(path);
        else if (!existsSync(path)) throw new Error('the package holds no engine');
        await altered?.(extension);
      },
    });
    const browser = await chromium.launch({
      executablePath: programs.browser,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    return new Session(host, browser, await openPage(host.url, browser), profile, workspace);
  }

  /** Opens a further window: on the same workspace, or on the folder of another file system. */
  async openWindow(folder?: string): Promise<Editor> {
    if (folder === undefined) return new Editor(await openPage(this.host.url, this.#browser), this.#workspace);
    const path = join(this.profile, 'other.code-workspace');
    await writeFile(path, JSON.stringify({ folders: [{ uri: folder }] }));
    const url = new URL(this.host.url);
    url.search = new URLSearchParams({ workspace: path }).toString();
    // a workspace on a file system that an extension has
    return new Editor(await openAgain(url.href, this.#browser), this.#workspace);
  }

  /** The engines that this editor's windows have started. */
  engines(): readonly Process[] {
    return processes(/dist\/engine\.js/).filter(({ command }) => command.includes(this.profile));
  }

  /** Ids of the extension hosts, one for each window. */
  extensionHosts(): readonly number[] {
    const servers = processes(/code-server/).filter(({ parent }) => parent === this.host.processId);
    return processes(/--type=extensionHost/)
      .filter(({ parent }) => servers.some(({ id }) => id === parent))
      .map(({ id }) => id);
  }

  /** Loads the window again, which ends its extension host. */
  async reload(): Promise<void> {
    await this.editor.page.reload();
    await this.editor.page.waitForSelector(openFolder, { timeout: 120_000 });
  }

  /**
   * Replaces the workspace's settings while the editor runs, as an edit of .vscode/settings.json does, and waits until the window
   * has taken them over: its title is one of them.
   */
  async set(settingsOfWorkspace: Settings): Promise<void> {
    const title = `settings ${++this.#settingsWritten}`;
    const all = { ...settingsOfWorkspace, 'window.title': title };
    await writeFile(join(this.#workspace, '.vscode', 'settings.json'), JSON.stringify(all));
    await until(title, async () => (await this.editor.page.title()).startsWith(title) || undefined);
  }

  /** The user's settings, or those of the machine that the extension runs on, which the editor keeps apart from them. */
  async userSettings(whose: 'User' | 'Machine' = 'User'): Promise<Settings> {
    const text = await readFile(join(this.profile, 'user', whose, 'settings.json'), 'utf8').catch(() => '{}');
    return JSON.parse(text) as Settings;
  }

  /** Adds to these settings while the editor runs; `undefined` takes one out. */
  async setForUser(changes: Settings, whose: 'User' | 'Machine' = 'User'): Promise<void> {
    const path = join(this.profile, 'user', whose, 'settings.json');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ ...(await this.userSettings(whose)), ...changes }));
  }

  /** Types a blank at a place and waits for the engine's answer to it, the first: the engine starts with it. */
  async startEngine(name: string, line: number, column: number): Promise<void> {
    await this.editor.seeStatus(/ready/);
    await this.editor.open(name, line, column);
    await this.editor.type(' ');
    const isAnswered = async (): Promise<true | undefined> =>
      /\[trace\] drafts: \d/.test(await this.log()) ? true : undefined;
    await until('the first answer', isAnswered, 120_000);
    await this.editor.seeStatus(/ready/);
  }

  /** Keeps a picture of the page among the artefacts. */
  async picture(name: string): Promise<void> {
    // what slides in is there first
    await this.editor.page.evaluate(settled);
    await this.editor.page.screenshot({ path: join(artefacts, `${name}.png`) });
  }

  /** What the extension has logged so far. */
  async log(): Promise<string> {
    const logs = join(this.profile, 'user', 'logs');
    const paths = (await readdir(logs, { recursive: true })).filter((path) => path.endsWith('Palimpsest.log'));
    return (await Promise.all(paths.map((path) => readFile(join(logs, path), 'utf8')))).join('');
  }

  /** Keeps a picture and prints the log, if the test that has just ended failed. */
  async witness(test: { readonly state?: string | undefined; readonly title: string } | undefined): Promise<void> {
    if (test?.state !== 'failed') return;
    await this.picture(`failed: ${test.title}`.replaceAll(/\W+/g, '-'));
    console.log(await this.log());
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.host.stop();
    // it would go by itself in a moment
    for (const { id } of this.engines()) process.kill(id, 'SIGKILL');
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function openPage(url: string, browser: Browser): Promise<Page> {
  const page = await load(url, browser);
  await page.waitForSelector(openFolder, { timeout: 120_000 });
  return page;
}

/** As `openPage`, for what opens without its folders now and then, and with them when it is loaded again. */
async function openAgain(url: string, browser: Browser): Promise<Page> {
  const page = await load(url, browser);
  for (let left = 4; ; left--) {
    try {
      await page.waitForSelector(openFolder, { timeout: 30_000 });
      return page;
    } catch (error) {
      if (left === 1) throw error;
    }
    await page.reload();
  }
}

async function load(url: string, browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 }, deviceScaleFactor: 1.5 });
  // what the extension notes for those who read its log closely
  await page.goto(`${url}&payload=${encodeURIComponent('[["logLevel","palimpsest.palimpsest=trace"]]')}`);
  return page;
}
