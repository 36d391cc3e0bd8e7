// The parts of the extension → what its commands do with them.
import { platform, release } from 'node:os';
import * as vscode from 'vscode';
import { protocolVersion } from '../protocol/messages.ts';
import type { Answer } from './askEngine.ts';
import type { CommandTargets } from './commands.ts';
import { diagnosticsText } from './diagnostics.ts';
import { chooseDraft, sayNothingToChoose } from './draftPicker.ts';
import type { EngineClient } from './engineClient.ts';
import { explanationText } from './explanation.ts';
import type { GhostText } from './ghostText.ts';
import type { Log } from './log.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { trySample } from './sample.ts';
import { changedSettings, completionSettings, setEnabled, toggleLanguage } from './settings.ts';
import type { Silence } from './silence.ts';
import { translate } from './translate.ts';
import { type Usage, usageText } from './usage.ts';
import { explanationFor, sayWhy } from './whySilent.ts';

/** Of package.json. */
const walkthrough = 'palimpsest.palimpsest#start';

/** What is read of package.json. */
export interface Manifest {
  readonly version: string;
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, unknown>> } };
}

export interface Parts {
  readonly ghostText: GhostText;
  readonly engine: Pick<EngineClient, 'state' | 'trace'>;
  readonly usage: Usage;
  readonly texts: ReadOnlyTexts;
  readonly log: Log;
  readonly manifest: Manifest;
  readonly models: Pick<CommandTargets, 'chooseModel' | 'forgetToken'>;
  restartEngine(): void;
  /** The last answer about a document. */
  answerFor(document: vscode.TextDocument): Answer | undefined;
}

/** Actions for the table of commands.ts. */
export function actions(parts: Parts): CommandTargets {
  const { ghostText, engine, usage, texts, log } = parts;
  const say = (message: string): void => void vscode.window.showInformationMessage(`Palimpsest: ${message}`);
  const explanation = (document: vscode.TextDocument, last: Silence) =>
    explanationFor(document, last, ghostText, engine.state, parts.answerFor(document)?.latencyMs);

  return {
    complete: (reach) => ghostText.trigger(reach),

    chooseDraft: () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) return;
      const { document } = editor;
      const wasShown = ghostText.isShownIn(editor);
      const choosing = ghostText.choosing(editor);
      if ('kind' in choosing) {
        sayNothingToChoose(explanation(document, choosing));
        return;
      }
      chooseDraft(editor, choosing, {
        count: completionSettings(document).drafts,
        explain: () => explanation(document, choosing.silence),
        chosen: (choice) => ghostText.noteChosen(choosing.question, choice),
        left: () => {
          if (wasShown) void ghostText.trigger();
        },
      });
    },

    onSuggestion: async (command) => {
      await ghostText.trigger();
      await vscode.commands.executeCommand(command);
    },

    toggle: () => setEnabled(!completionSettings(vscode.window.activeTextEditor?.document).enable),

    toggleLanguage: async () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document === undefined) return;
      const { languageId } = document;
      const isOn = await toggleLanguage(document, languageId);
      say(
        isOn
          ? vscode.l10n.t('suggestions are on in {0}', languageId)
          : vscode.l10n.t('suggestions are off in {0}', languageId),
      );
    },

    saySilence: async () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document === undefined) say(vscode.l10n.t('no editor is open to suggest anything in'));
      else await sayWhy(explanation(document, ghostText.lastSilence(document)));
    },

    explain: async () => {
      const document = vscode.window.activeTextEditor?.document;
      const answer = document && parts.answerFor(document);
      if (answer === undefined) {
        say(vscode.l10n.t('nothing was suggested in this editor yet'));
        return;
      }
      const info = engine.state.kind === 'ready' ? engine.state.info : undefined;
      await texts.show('Last suggestion', explanationText(answer, info, translate));
    },

    showTrace: async () => {
      const { shown, accepted, fromMemory, followed, prepared } = ghostText.counts;
      const next = `${prepared} of ${followed} next ones prepared`;
      const counts = `this session: ${shown} shown, ${accepted} accepted, ${fromMemory} answered from memory, ${next}`;
      const trace = (await engine.trace()) ?? vscode.l10n.t('The engine is not running.');
      await texts.show('Last completion', `${counts}\n\n${trace}\n`);
    },

    showStatistics: () => texts.show('Statistics', usageText(usage.counts, translate)),

    resetStatistics: async () => {
      const reset = vscode.l10n.t('Reset');
      const question = vscode.l10n.t('Forget the statistics kept on this machine?');
      const chosen = await vscode.window.showWarningMessage(question, { modal: true }, reset);
      if (chosen === reset) usage.reset();
    },

    copyDiagnostics: async () => {
      const { manifest } = parts;
      const names = Object.keys(manifest.contributes.configuration.properties);
      const text = diagnosticsText({
        versions: {
          palimpsest: manifest.version,
          protocol: `${protocolVersion}`,
          editor: `${vscode.env.appName} ${vscode.version}`,
          platform: `${platform()} ${release()} ${process.arch}`,
          node: process.versions.node,
          remote: vscode.env.remoteName ?? 'none',
        },
        engine: engine.state,
        settings: changedSettings(names.map((name) => name.slice(name.indexOf('.') + 1))),
        session: ghostText.counts,
        usage: usage.counts,
        log: log.last,
      });
      await vscode.env.clipboard.writeText(text);
      say(vscode.l10n.t('diagnostics are in the clipboard; they hold no code and no paths'));
    },

    chooseModel: () => parts.models.chooseModel(),
    forgetToken: () => parts.models.forgetToken(),
    restartEngine: () => parts.restartEngine(),
    getStarted: () => void vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough),
    trySample: () => trySample(() => ghostText.trigger()),
    showLog: () => log.show(),
  };
}
