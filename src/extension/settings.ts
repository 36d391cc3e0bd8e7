// The user's settings → plain typed values. The one place that reads them; their defaults live in package.json alone.
import * as vscode from 'vscode';
import { type Device, type FillInTheMiddle, type Multiline, mostDrafts } from '../protocol/messages.ts';
import { compileRules, type FilePlace, type Reason } from './eligibility.ts';
import { PerDocument } from './perDocument.ts';

const section = 'palimpsest';

/** What decides a single completion; may differ from one workspace folder to the next. */
export interface CompletionSettings {
  readonly enable: boolean;
  readonly prefixTokens: number;
  readonly suffixTokens: number;
  readonly promptMs: number;
  readonly maxTokens: number;
  /** Drafts that are computed for each suggestion. */
  readonly drafts: number;
  readonly multiline: Multiline;
  /** Whether facts about the project decide which names may follow, and milliseconds that a finished draft may wait for them. */
  readonly monitor: boolean;
  readonly monitorMs: number;
  readonly autoImport: boolean;
  /** Whether files of the workspace that are like the document are read, for speed. */
  readonly readWorkspace: boolean;
  /** Whether the engine works ahead on what follows the suggestion on screen. */
  readonly prepareNext: boolean;
}

/** What the engine is started with; a change restarts it. `model` is empty for the embedded one. */
export interface EngineSettings {
  readonly model: string;
  readonly device: Device;
  readonly threads: number;
  readonly memoryMiB: number;
  /** Left out where it is empty. */
  readonly fillInTheMiddle?: FillInTheMiddle;
}

/** Timers count no more days than 24. */
const longestIdleMinutes = 24 * 60;

/** Milliseconds without a request until the engine gives its memory back; 0 for never. */
export function idleTimeMs(): number {
  const minutes = read<number>(vscode.workspace.getConfiguration(section), 'idleMinutes');
  return Math.min(Math.max(minutes, 0), longestIdleMinutes) * 60_000;
}

/** Percent of a battery below which suggestions are paused; 0 for never. */
export function lowBatteryPercent(): number {
  return read(vscode.workspace.getConfiguration(section), 'batteryPercent');
}

/** Suggestions that are less sure than this are not shown unless they were asked for; 0 shows all. */
export function leastSureness(): number {
  return read(vscode.workspace.getConfiguration(section), 'leastSureness');
}

const known = new PerDocument<vscode.TextDocument, CompletionSettings>(readCompletionSettings);

/** Settings for completions in a document. */
export function completionSettings(document: vscode.TextDocument | undefined): CompletionSettings {
  return document === undefined ? readCompletionSettings(undefined) : known.of(document);
}

function readCompletionSettings(scope: vscode.ConfigurationScope | undefined): CompletionSettings {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  return {
    enable: read(configuration, 'enable'),
    prefixTokens: read(configuration, 'prefixTokens'),
    suffixTokens: read(configuration, 'suffixTokens'),
    promptMs: read(configuration, 'promptMs'),
    maxTokens: read(configuration, 'maxTokens'),
    drafts: Math.min(Math.max(Math.round(read<number>(configuration, 'drafts')), 1), mostDrafts),
    multiline: read(configuration, 'multiline'),
    monitor: read(configuration, 'monitor'),
    monitorMs: read(configuration, 'monitorMs'),
    autoImport: read(configuration, 'autoImport'),
    readWorkspace: read(configuration, 'readWorkspace'),
    prepareNext: read(configuration, 'prepareNext'),
  };
}

const engineKeys: readonly (keyof EngineSettings)[] = ['model', 'device', 'threads', 'memoryMiB', 'fillInTheMiddle'];

export function engineSettings(): EngineSettings {
  const configuration = vscode.workspace.getConfiguration(section);
  const described = read<FillInTheMiddle>(configuration, 'fillInTheMiddle');
  return {
    model: read<string>(configuration, 'model').trim(),
    device: read(configuration, 'device'),
    threads: read(configuration, 'threads'),
    memoryMiB: read(configuration, 'memoryMiB'),
    ...(Object.keys(described).length > 0 && { fillInTheMiddle: described }),
  };
}

/** Address of the hub that models are downloaded from; undefined for the usual one. */
export function hubSetting(): string | undefined {
  const hub = read<string>(vscode.workspace.getConfiguration(section), 'hub').trim();
  return hub === '' ? undefined : hub;
}

/** Has the engine use a model: an id, a path, or the embedded one where it is empty. Written where the setting is in force. */
export async function setModel(model: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const { Global } = vscode.ConfigurationTarget;
  // what an untrusted workspace says of models is not heeded
  const target = vscode.workspace.isTrusted ? targetOf(configuration.inspect<string>('model')) : Global;
  await configuration.update('model', model === '' && target === Global ? undefined : model, target);
}

/** Compiled rules about files in `scope`. */
export function fileRules(scope: vscode.ConfigurationScope | undefined): (place: FilePlace) => Reason | undefined {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  return compileRules({ languages: read(configuration, 'languages'), exclude: read(configuration, 'exclude') });
}

/** What is excluded in `scope`: globs, with whether they are in force. */
export function excludeSetting(scope: vscode.ConfigurationScope | undefined): Readonly<Record<string, boolean>> {
  return read(vscode.workspace.getConfiguration(section, scope), 'exclude');
}

/** Switches completions on or off for the user, and for the workspace too where it says otherwise. */
export async function setEnabled(enable: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  await configuration.update('enable', enable, targetOf(configuration.inspect<boolean>('enable')));
}

/** Switches completions in a language to the other state, where the setting is made; `true` when they are on now. */
export async function toggleLanguage(scope: vscode.ConfigurationScope, language: string): Promise<boolean> {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  const languages = read<Readonly<Record<string, boolean>>>(configuration, 'languages');
  const isOn = !(languages[language] ?? languages['*'] ?? true);
  const set = configuration.inspect<Readonly<Record<string, boolean>>>('languages');
  const target = targetOf(set);
  const own = target === vscode.ConfigurationTarget.Global ? set?.globalValue : set?.workspaceValue;
  await configuration.update('languages', { ...own, [language]: isOn }, target);
  return isOn;
}

/** The settings that differ from their defaults, by name without the section, in the manifest's order. */
export function changedSettings(names: readonly string[]): readonly (readonly [string, unknown])[] {
  const configuration = vscode.workspace.getConfiguration(section);
  return names.flatMap((name): [string, unknown][] => {
    const value = configuration.get<unknown>(name);
    const isDefault = JSON.stringify(value) === JSON.stringify(configuration.inspect(name)?.defaultValue);
    return isDefault ? [] : [[name, value]];
  });
}

/** A setting is written where it is made already. */
function targetOf(
  set: { readonly workspaceFolderValue?: unknown; readonly workspaceValue?: unknown } | undefined,
): vscode.ConfigurationTarget {
  return set?.workspaceFolderValue !== undefined || set?.workspaceValue !== undefined
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
}

/** What a change touches: `engine` needs a restart of it, `rules` and everything else only a fresh reading. */
export interface SettingsChange {
  readonly engine: boolean;
}

/** Folders of the workspace that come and go bring and take settings, too. */
export function onSettingsChange(listener: (change: SettingsChange) => void): vscode.Disposable {
  const changed = (change: SettingsChange): void => {
    known.forget();
    listener(change);
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(section)) return;
      const engine = engineKeys.some((key) => event.affectsConfiguration(`${section}.${key}`));
      changed({ engine });
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed({ engine: false })),
  );
}

function read<T>(configuration: vscode.WorkspaceConfiguration, key: string): T {
  const value = configuration.get<T>(key);
  if (value === undefined) throw new Error(`package.json declares no default for ${section}.${key}`);
  return value;
}
