// Document and cursor → a question, and where in the document its items go.
import * as vscode from 'vscode';
import type { DocumentPlace, Multiline } from '../protocol/messages.ts';
import { windowAround } from './contextWindow.ts';
import type { Seen } from './resultCache.ts';

/** A question of the editor's. */
export interface Question {
  readonly seen: Seen;
  readonly place: DocumentPlace;
  /** Text of the item selected in the suggestion list: items must begin with it. */
  readonly lead: string;
  readonly start: vscode.Position;
  readonly end: vscode.Position;
}

/** What is asked beyond the place. */
interface Manner {
  readonly selected?: vscode.SelectedCompletionInfo | undefined;
  /** How far to complete, this one time. */
  readonly reach?: Multiline | undefined;
}

/** With an item selected in the suggestion list, the question is what follows once that item is in the document. */
export function questionAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  { selected, reach }: Manner = {},
): Question {
  const lines = {
    lineCount: document.lineCount,
    lineLength: (line: number) => document.lineAt(line).text.length,
    slice: (startLine: number, startCharacter: number, endLine: number, endCharacter: number) =>
      document.getText(new vscode.Range(startLine, startCharacter, endLine, endCharacter)),
  };
  const { prefix, suffix, prefixIsCut, suffixIsCut } = windowAround(lines, position.line, position.character);
  const named = { path: document.uri.toString(), language: document.languageId };
  const file = { ...named, prefixIsCut, suffixIsCut, ...(reach === undefined ? {} : { reach }) };
  const range = selected?.range;
  if (selected === undefined || range === undefined || !range.isSingleLine || !range.contains(position)) {
    const { version } = document;
    const place = { ...placeOf(document), version, line: position.line, character: position.character };
    return { seen: { ...file, prefix, suffix }, lead: '', start: position, end: position, place };
  }
  const before = prefix.slice(0, prefix.length - (position.character - range.start.character));
  const after = suffix.slice(range.end.character - position.character);
  const seen = { ...file, prefix: before + selected.text, suffix: after };
  // The editor's document is another than the one asked about, so it has no cursor there.
  return { seen, lead: selected.text, start: range.start, end: range.end, place: placeOf(document) };
}

/** What language servers have to know of a document. */
export function placeOf(document: vscode.TextDocument): DocumentPlace {
  const { workspaceFolders = [], isTrusted } = vscode.workspace;
  return { uri: document.uri.toString(), folders: workspaceFolders.map(({ uri }) => uri.toString()), isTrusted };
}

/** Columns of a tab in an editor. */
export function tabSize(editor: vscode.TextEditor | undefined): number {
  const size = editor?.options.tabSize;
  return typeof size === 'number' ? size : 4;
}
