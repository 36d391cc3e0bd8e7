// The commands of the palette and of the status menu, as a table from identifier to title and action.
import * as vscode from 'vscode';

/** What the commands act on. */
export interface CommandTargets {
  toggle(): Promise<void>;
  restartEngine(): void;
  showLog(): void;
  /** Text of the last completion's spans, with the counts of this session. */
  trace(): Promise<string>;
}

interface Command {
  readonly id: string;
  readonly icon: string;
  readonly title: () => string;
  readonly run: (targets: CommandTargets) => unknown;
}

/** Identifiers and titles are those of package.json, which contributes the same five to the palette. */
const commands: readonly Command[] = [
  {
    id: 'palimpsest.toggle',
    icon: '$(circle-slash)',
    title: () => vscode.l10n.t('Toggle Inline Completions'),
    run: (targets) => targets.toggle(),
  },
  {
    id: 'palimpsest.trigger',
    icon: '$(play)',
    title: () => vscode.l10n.t('Trigger Completion'),
    run: () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
  },
  {
    id: 'palimpsest.restartEngine',
    icon: '$(debug-restart)',
    title: () => vscode.l10n.t('Restart Engine'),
    run: (targets) => targets.restartEngine(),
  },
  {
    id: 'palimpsest.showLog',
    icon: '$(output)',
    title: () => vscode.l10n.t('Show Log'),
    run: (targets) => targets.showLog(),
  },
  {
    id: 'palimpsest.showTrace',
    icon: '$(list-tree)',
    title: () => vscode.l10n.t('Show Last Completion Trace'),
    run: showTrace,
  },
];

/** The status items' command: a list of all others. */
export const menuCommand = 'palimpsest.showMenu';

const traceScheme = 'palimpsest-trace';

/** Registers every command, the menu and the read-only trace document. */
export function registerCommands(targets: CommandTargets): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, run }) => vscode.commands.registerCommand(id, () => run(targets))),
    vscode.commands.registerCommand(menuCommand, showMenu),
    vscode.workspace.registerTextDocumentContentProvider(traceScheme, {
      provideTextDocumentContent: () => targets.trace(),
    }),
  );
}

async function showMenu(): Promise<void> {
  const items = commands.map(({ id, icon, title }) => ({ id, label: `${icon} ${title()}` }));
  const settings = { id: 'workbench.action.openSettings', label: `$(gear) ${vscode.l10n.t('Open Settings')}` };
  const chosen = await vscode.window.showQuickPick([...items, settings], { title: 'Palimpsest' });
  if (chosen === undefined) return;
  await (chosen === settings
    ? vscode.commands.executeCommand(settings.id, 'palimpsest.')
    : vscode.commands.executeCommand(chosen.id));
}

async function showTrace(): Promise<void> {
  // A fresh query makes the editor ask for the content again.
  const uri = vscode.Uri.from({ scheme: traceScheme, path: '/Last completion.txt', query: `${Date.now()}` });
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}
