// The commands of the palette and of the status menu, as a table from identifier to title and action.
import * as vscode from 'vscode';
import type { Multiline } from '../protocol/messages.ts';

/** What the commands act on. */
export interface CommandTargets {
  complete(reach?: Multiline): Promise<void>;
  chooseDraft(): void;
  /** Runs a command of the editor's about the suggestion on screen, which is brought back if it went. */
  onSuggestion(command: string): Promise<void>;
  toggle(): Promise<void>;
  toggleLanguage(): Promise<void>;
  saySilence(): Promise<void>;
  explain(): Promise<void>;
  showTrace(): Promise<void>;
  showStatistics(): Promise<void>;
  resetStatistics(): Promise<void>;
  copyDiagnostics(): Promise<void>;
  chooseModel(): void;
  forgetToken(): Promise<void>;
  restartEngine(): void;
  getStarted(): void;
  trySample(): Promise<void>;
  showLog(): void;
}

interface Command {
  readonly id: string;
  readonly icon: string;
  readonly title: () => string;
  readonly run: (targets: CommandTargets) => unknown;
  /** Left out of the status menu: it is about the suggestion on screen, which a click on the menu dismisses. */
  readonly isAtCursor?: boolean;
  /** Left out of it, too. */
  readonly isRare?: boolean;
}

/** Identifiers and titles are those of package.json, which contributes the same to the palette. */
const commands: readonly Command[] = [
  {
    id: 'palimpsest.trigger',
    icon: '$(play)',
    title: () => vscode.l10n.t('Complete Here'),
    run: (targets) => targets.complete(),
  },
  {
    id: 'palimpsest.completeBlock',
    icon: '$(symbol-namespace)',
    title: () => vscode.l10n.t('Complete Block'),
    run: (targets) => targets.complete('block'),
  },
  {
    id: 'palimpsest.completeLine',
    icon: '$(dash)',
    title: () => vscode.l10n.t('Complete Line Only'),
    run: (targets) => targets.complete('line'),
  },
  {
    id: 'palimpsest.chooseDraft',
    icon: '$(list-selection)',
    title: () => vscode.l10n.t('Choose Draft…'),
    run: (targets) => targets.chooseDraft(),
  },
  {
    id: 'palimpsest.nextDraft',
    icon: '$(arrow-down)',
    title: () => vscode.l10n.t('Next Draft'),
    run: (targets) => targets.onSuggestion('editor.action.inlineSuggest.showNext'),
    isAtCursor: true,
  },
  {
    id: 'palimpsest.previousDraft',
    icon: '$(arrow-up)',
    title: () => vscode.l10n.t('Previous Draft'),
    run: (targets) => targets.onSuggestion('editor.action.inlineSuggest.showPrevious'),
    isAtCursor: true,
  },
  {
    id: 'palimpsest.acceptWord',
    icon: '$(check)',
    title: () => vscode.l10n.t('Accept Word'),
    run: (targets) => targets.onSuggestion('editor.action.inlineSuggest.acceptNextWord'),
    isAtCursor: true,
  },
  {
    id: 'palimpsest.acceptLine',
    icon: '$(check-all)',
    title: () => vscode.l10n.t('Accept Line'),
    run: (targets) => targets.onSuggestion('editor.action.inlineSuggest.acceptNextLine'),
    isAtCursor: true,
  },
  {
    id: 'palimpsest.whyNoSuggestion',
    icon: '$(question)',
    title: () => vscode.l10n.t('Why No Suggestion?'),
    run: (targets) => targets.saySilence(),
  },
  {
    id: 'palimpsest.explain',
    icon: '$(info)',
    title: () => vscode.l10n.t('Explain This Suggestion'),
    run: (targets) => targets.explain(),
  },
  {
    id: 'palimpsest.chooseModel',
    icon: '$(package)',
    title: () => vscode.l10n.t('Choose Model…'),
    run: (targets) => targets.chooseModel(),
  },
  {
    id: 'palimpsest.toggle',
    icon: '$(circle-slash)',
    title: () => vscode.l10n.t('Pause or Resume'),
    run: (targets) => targets.toggle(),
  },
  {
    id: 'palimpsest.toggleLanguage',
    icon: '$(code)',
    title: () => vscode.l10n.t('Pause or Resume in This Language'),
    run: (targets) => targets.toggleLanguage(),
  },
  {
    id: 'palimpsest.restartEngine',
    icon: '$(debug-restart)',
    title: () => vscode.l10n.t('Restart Engine'),
    run: (targets) => targets.restartEngine(),
  },
  {
    id: 'palimpsest.getStarted',
    icon: '$(mortar-board)',
    title: () => vscode.l10n.t('Get Started'),
    run: (targets) => targets.getStarted(),
  },
  {
    id: 'palimpsest.trySample',
    icon: '$(beaker)',
    title: () => vscode.l10n.t('Try a Sample'),
    run: (targets) => targets.trySample(),
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
    run: (targets) => targets.showTrace(),
  },
  {
    id: 'palimpsest.showStatistics',
    icon: '$(graph)',
    title: () => vscode.l10n.t('Show Statistics'),
    run: (targets) => targets.showStatistics(),
  },
  {
    id: 'palimpsest.resetStatistics',
    icon: '$(clear-all)',
    title: () => vscode.l10n.t('Reset Statistics'),
    run: (targets) => targets.resetStatistics(),
  },
  {
    id: 'palimpsest.forgetToken',
    icon: '$(key)',
    title: () => vscode.l10n.t('Forget Token for Models'),
    run: (targets) => targets.forgetToken(),
    isRare: true,
  },
  {
    id: 'palimpsest.copyDiagnostics',
    icon: '$(copy)',
    title: () => vscode.l10n.t('Copy Diagnostics'),
    run: (targets) => targets.copyDiagnostics(),
  },
];

/** The status items' command: a list of the others. */
export const menuCommand = 'palimpsest.showMenu';

/** Registers every command, and the menu. */
export function registerCommands(targets: CommandTargets): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, run }) => vscode.commands.registerCommand(id, () => run(targets))),
    vscode.commands.registerCommand(menuCommand, showMenu),
  );
}

async function showMenu(): Promise<void> {
  const items = commands
    .filter(({ isAtCursor, isRare }) => isAtCursor !== true && isRare !== true)
    .map(({ id, icon, title }) => ({ id, label: `${icon} ${title()}` }));
  const settings = { id: 'workbench.action.openSettings', label: `$(gear) ${vscode.l10n.t('Open Settings')}` };
  const chosen = await vscode.window.showQuickPick([...items, settings], { title: 'Palimpsest' });
  if (chosen === undefined) return;
  await (chosen === settings
    ? vscode.commands.executeCommand(settings.id, 'palimpsest.')
    : vscode.commands.executeCommand(chosen.id));
}
