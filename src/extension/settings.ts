// The user's settings → plain typed values. The one place that reads them; their defaults live in package.json alone.
import * as vscode from 'vscode';
import type { Device, Multiline } from '../protocol/messages.ts';
import { compileRules, type FilePlace, type Reason } from './eligibility.ts';

const section = 'palimpsest';

/** What decides a single completion; may differ from one workspace folder to the next. */
export interface CompletionSettings {
  readonly enable: boolean;
  readonly prefixTokens: number;
  readonly suffixTokens: number;
  readonly promptMs: number;
  readonly maxTokens: number;
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
}

/** Settings for completions in `scope`. */
export function completionSettings(scope: vscode.ConfigurationScope | undefined): CompletionSettings {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  return {
    enable: read(configuration, 'enable'),
    prefixTokens: read(configuration, 'prefixTokens'),
    suffixTokens: read(configuration, 'suffixTokens'),
    promptMs: read(configuration, 'promptMs'),
    maxTokens: read(configuration, 'maxTokens'),
    multiline: read(configuration, 'multiline'),
    monitor: read(configuration, 'monitor'),
    monitorMs: read(configuration, 'monitorMs'),
    autoImport: read(configuration, 'autoImport'),
    readWorkspace: read(configuration, 'readWorkspace'),
    prepareNext: read(configuration, 'prepareNext'),
  };
}

export function engineSettings(): EngineSettings {
  const configuration = vscode.workspace.getConfiguration(section);
  return {
    model: read<string>(configuration, 'model').trim(),
    device: read(configuration, 'device'),
    threads: read(configuration, 'threads'),
  };
}

/** Compiled rules about files in `scope`. */
export function fileRules(scope: vscode.ConfigurationScope | undefined): (place: FilePlace) => Reason | undefined {
  const configuration = vscode.workspace.getConfiguration(section, scope);
  return compileRules({ languages: read(configuration, 'languages'), exclude: read(configuration, 'exclude') });
}

/** Switches completions on or off for the user, and for the workspace too where it says otherwise. */
export async function setEnabled(enable: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const set = configuration.inspect<boolean>('enable');
  const target =
    set?.workspaceFolderValue !== undefined || set?.workspaceValue !== undefined
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
  await configuration.update('enable', enable, target);
}

/** What a change touches: `engine` needs a restart of it, `rules` and everything else only a fresh reading. */
export interface SettingsChange {
  readonly engine: boolean;
}

export function onSettingsChange(listener: (change: SettingsChange) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(section)) return;
    const engine = ['model', 'device', 'threads'].some((key) => event.affectsConfiguration(`${section}.${key}`));
    listener({ engine });
  });
}

function read<T>(configuration: vscode.WorkspaceConfiguration, key: string): T {
  const value = configuration.get<T>(key);
  if (value === undefined) throw new Error(`package.json declares no default for ${section}.${key}`);
  return value;
}
