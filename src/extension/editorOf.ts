// A document → the editor it is typed in.
import * as vscode from 'vscode';

/** The active editor where it shows the document, for that may be visible twice. */
export function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor?.document === document) return activeTextEditor;
  return visibleTextEditors.find((visible) => visible.document === document);
}
