// The editor's completion providers as a source of names. Ghost text is no completion item, so this never asks itself.
import * as vscode from 'vscode';
import type { NamesQuestion } from '../protocol/messages.ts';
import { namesOf } from './editorNames.ts';
import type { NamesSource } from './editorOracle.ts';

export const completionProviders: NamesSource = {
  isCurrent: ({ uri, version }) => documentAt(uri)?.version === version,

  async ask({ uri, line, character, typed }) {
    const document = documentAt(uri);
    if (document === undefined) return null;
    const at = new vscode.Position(line, character);
    const begun = document.getText(new vscode.Range(at.translate(0, -Math.min(typed, character)), at));
    // Items as they come: to resolve one may be a question to a server for each.
    const resolved = 0;
    const list = await vscode.commands.executeCommand<vscode.CompletionList | undefined>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
      undefined,
      resolved,
    );
    return list === undefined ? null : namesOf(list.items, list.isIncomplete === true, begun);
  },
};

function documentAt(uri: NamesQuestion['uri']): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
}
