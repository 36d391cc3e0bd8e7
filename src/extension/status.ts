// State of the engine and of the file at hand → one status bar item and one language status item.
import * as vscode from 'vscode';
import type { GrammarCoverage, MonitorCoverage } from '../protocol/messages.ts';
import type { Answer } from './askEngine.ts';
import type { Reason } from './eligibility.ts';
import type { EngineState } from './engineClient.ts';
import type { Counts } from './tally.ts';

/** Everything the two items show. */
export interface StatusFacts {
  readonly engine: EngineState;
  readonly enabled: boolean;
  /** Percent that are left of a battery that suggestions are paused for. */
  readonly lowBattery: number | undefined;
  readonly busy: boolean;
  readonly lastLatencyMs: number | undefined;
  readonly counts: Counts;
  /** Why the active file gets no completions. */
  readonly reason: Reason | undefined;
  /** The active file's last answer, for what was known of grammar and names there. */
  readonly answer: Answer | undefined;
  /** Something the engine goes on without. */
  readonly note: string | undefined;
}

interface Look {
  readonly icon: string;
  readonly summary: string;
  readonly severity: vscode.LanguageStatusSeverity;
  readonly busy: boolean;
}

/** Owns both items; `show` redraws them. */
export class Status implements vscode.Disposable {
  readonly #bar = vscode.window.createStatusBarItem('palimpsest.status', vscode.StatusBarAlignment.Right, 100);
  readonly #language = vscode.languages.createLanguageStatusItem('palimpsest.language', { pattern: '**' });

  constructor(menuCommand: string) {
    this.#bar.name = 'Palimpsest';
    this.#bar.command = menuCommand;
    this.#language.name = 'Palimpsest';
    this.#language.command = { command: menuCommand, title: vscode.l10n.t('Menu') };
  }

  show(facts: StatusFacts): void {
    const look = lookOf(facts);
    const details = detailsOf(facts);
    this.#bar.text = `${look.icon} Palimpsest`;
    this.#bar.tooltip = [`Palimpsest: ${look.summary}`, ...details].join('\n');
    this.#bar.accessibilityInformation = { label: `Palimpsest: ${look.summary}` };
    this.#bar.show();
    this.#language.text = `Palimpsest: ${look.summary}`;
    this.#language.detail = details.join(' · ');
    this.#language.severity = look.severity;
    this.#language.busy = look.busy;
  }

  dispose(): void {
    this.#bar.dispose();
    this.#language.dispose();
  }
}

function lookOf({ engine, enabled, lowBattery, busy, reason }: StatusFacts): Look {
  const calm = { severity: vscode.LanguageStatusSeverity.Information, busy: false };
  if (engine.kind === 'failed') {
    const summary = vscode.l10n.t('failed: {0}', engine.reason);
    return { icon: '$(error)', summary, severity: vscode.LanguageStatusSeverity.Error, busy: false };
  }
  if (engine.kind === 'starting') {
    const { progress } = engine;
    const percent = Math.round((progress?.fraction ?? 0) * 100);
    const summary = progress ? `${progress.stage} ${percent} %` : vscode.l10n.t('starting');
    return { ...calm, icon: '$(loading~spin)', summary, busy: true };
  }
  if (engine.kind === 'recovering') {
    return { ...calm, icon: '$(loading~spin)', summary: vscode.l10n.t('the engine is starting again'), busy: true };
  }
  if (!enabled)
    return { ...calm, icon: '$(circle-slash)', summary: vscode.l10n.t('paused, completes only when asked') };
  if (lowBattery !== undefined) {
    const summary = vscode.l10n.t('paused while the battery is low ({0} %), completes only when asked', lowBattery);
    return { ...calm, icon: '$(circle-slash)', summary };
  }
  if (reason !== undefined) return { ...calm, icon: '$(circle-slash)', summary: reasonText(reason) };
  if (engine.kind === 'resting')
    return { ...calm, icon: '$(layers)', summary: vscode.l10n.t('resting, comes back when you type') };
  if (busy) return { ...calm, icon: '$(loading~spin)', summary: vscode.l10n.t('working'), busy: true };
  return { ...calm, icon: '$(layers)', summary: vscode.l10n.t('ready') };
}

function detailsOf({ engine, lastLatencyMs, counts, answer, note }: StatusFacts): readonly string[] {
  const details: string[] = [];
  if (engine.kind === 'ready') {
    details.push(vscode.l10n.t('{0} on {1}', engine.info.model, engine.info.device.toUpperCase()));
  }
  for (const checked of [grammarText(answer?.outcome.grammar), namesText(answer?.outcome.monitor)])
    if (checked !== undefined) details.push(checked);
  if (note !== undefined) details.push(note);
  if (lastLatencyMs !== undefined) details.push(vscode.l10n.t('last answer in {0} ms', Math.round(lastLatencyMs)));
  if (counts.shown > 0) details.push(vscode.l10n.t('{0} shown, {1} accepted', counts.shown, counts.accepted));
  if (counts.followed > 0)
    details.push(vscode.l10n.t('{0} of {1} next ones prepared', counts.prepared, counts.followed));
  details.push(vscode.l10n.t('nothing leaves this machine'));
  return details;
}

function grammarText(grammar: GrammarCoverage | undefined): string | undefined {
  switch (grammar) {
    case 'whole':
    case 'anchored':
      return vscode.l10n.t('checked by grammar');
    case 'soft':
      return vscode.l10n.t('grammar: file is damaged here');
    case 'none':
      return vscode.l10n.t('no grammar for this language, completions are not checked');
    default:
      return undefined;
  }
}

function namesText(monitor: MonitorCoverage | undefined): string | undefined {
  switch (monitor) {
    case 'on':
      return vscode.l10n.t('names checked by the language server');
    case 'none':
      return vscode.l10n.t('names are not checked: no language server for this language');
    default:
      return undefined;
  }
}

function reasonText(reason: Reason): string {
  switch (reason) {
    case 'excluded':
      return vscode.l10n.t('off in this file (palimpsest.exclude)');
    case 'language':
      return vscode.l10n.t('off in this language (palimpsest.languages)');
    default:
      return vscode.l10n.t('off in this editor');
  }
}
