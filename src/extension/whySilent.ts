// A document → why nothing was suggested in it, said once and calmly, with what can be done about it.
import * as vscode from 'vscode';
import { editorOf } from './editorOf.ts';
import { singleCursor } from './eligibility.ts';
import type { EngineState } from './engineClient.ts';
import type { GhostText } from './ghostText.ts';
import { completionSettings } from './settings.ts';
import { type Explanation, explainSilence, type Remedy, type Silence } from './silence.ts';
import { translate } from './translate.ts';

/** Why it is silent, where `last` became of the last question. */
export function explanationFor(
  document: vscode.TextDocument,
  last: Silence,
  ghostText: GhostText,
  engine: EngineState,
  lastLatencyMs: number | undefined,
): Explanation {
  const editor = editorOf(document);
  const reason = ghostText.whyNot(document);
  return explainSilence(
    {
      engine,
      isEnabled: completionSettings(document).enable,
      lowBattery: ghostText.lowBattery,
      reason,
      language: document.languageId,
      excludedBy: reason === 'excluded' ? ghostText.excludedBy(document) : undefined,
      hasOneCursor: editor === undefined || singleCursor(editor.selections),
      lastLatencyMs,
      last,
    },
    translate,
  );
}

/** One message; resolves when it is gone. */
export async function sayWhy({ message, remedy }: Explanation): Promise<void> {
  const titles = remedy === undefined ? [] : [remedy.title];
  const chosen = await vscode.window.showInformationMessage(`Palimpsest: ${message}`, ...titles);
  if (chosen !== undefined) runRemedy(remedy);
}

/** Does what was proposed, if anything was. */
export function runRemedy(remedy: Remedy | undefined): void {
  if (remedy === undefined) return;
  const { command, argument } = remedy;
  void vscode.commands.executeCommand(command, ...(argument === undefined ? [] : [argument]));
}
