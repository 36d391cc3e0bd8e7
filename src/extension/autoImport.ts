// A text that was just accepted → the imports it calls for, in the document. They come a moment later: what is typed until then
// moves them, and an undo or a change to what they are about calls them off.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DocumentPlace, TextChange } from '../protocol/messages.ts';
import { editorOf } from './editorOf.ts';
import type { EngineClient } from './engineClient.ts';
import { endOf, plain, TextWatch } from './textWatch.ts';

/** Longer documents are not sent for the sake of an import. */
const mostUnits = 1_000_000;
/** An edit is refused when a keystroke overtakes it. It is tried again a moment later, and later each time. */
const attempts = 8;
const retryMs = 30;

/** Text that an acceptance left in a document, from `start` on. */
export interface Accepted {
  readonly start: vscode.Position;
  /** With `\n` line ends. */
  readonly text: string;
}

/** Imports what `accepted` names. Resolves when that is done or called off; never rejects. */
export async function autoImport(
  engine: Pick<EngineClient, 'imports'>,
  document: vscode.TextDocument,
  place: DocumentPlace,
  { start, text }: Accepted,
): Promise<void> {
  if (!/[\p{ID_Start}$_]/u.test(text)) return;
  const whole = document.getText();
  const end = endOf(start, text);
  if (whole.length > mostUnits || plain(document.getText(new vscode.Range(start, end))) !== text) return;
  const watch = new TextWatch(document, new vscode.Range(start, end));
  try {
    const changes = await engine.imports(
      {
        document: place,
        language: document.languageId,
        before: plain(whole.slice(0, document.offsetAt(start))),
        accepted: text,
        after: plain(whole.slice(document.offsetAt(end))),
      },
      watch.token,
    );
    await apply(document, changes, watch);
  } finally {
    watch.dispose();
  }
}

/**
 * While nothing else has happened, the edit joins the acceptance in the undo stack: the editor closes no step behind an accepted
 * item, unless it saves the document. Behind other edits it is a step of its own.
 */
async function apply(document: vscode.TextDocument, changes: readonly TextChange[], watch: TextWatch): Promise<void> {
  for (let attempt = 0; attempt < attempts && changes.length > 0; attempt++) {
    const moved = watch.moved(changes);
    const editor = editorOf(document);
    if (moved === undefined || editor === undefined) return;
    const isOwnStep = watch.hasSeenChanges;
    const put = (builder: vscode.TextEditorEdit): void => {
      for (const { startLine, startCharacter, endLine, endCharacter, text } of moved)
        builder.replace(new vscode.Range(startLine, startCharacter, endLine, endCharacter), text);
    };
    const edited = editor.edit(put, { undoStopBefore: isOwnStep, undoStopAfter: isOwnStep });
    // Rejected where the editor was closed meanwhile; there may be another of the document.
    const isDone = await edited.then(undefined, () => false);
    if (isDone) return;
    await sleep(retryMs * 2 ** attempt);
  }
}
