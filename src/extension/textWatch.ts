// A stretch of a document → where it is now, while the document goes on changing; and whether anybody touched it.
import * as vscode from 'vscode';
import type { TextChange } from '../protocol/messages.ts';
import { type ContentChange, movedChanges, movedRange } from './movedChanges.ts';

/** Watches from its making until it is disposed of. */
export class TextWatch implements vscode.Disposable {
  readonly #source = new vscode.CancellationTokenSource();
  readonly #listening: vscode.Disposable;
  readonly #edits: ContentChange[] = [];
  #range: ContentChange['range'] | undefined;

  constructor(document: vscode.TextDocument, range: vscode.Range) {
    this.#range = range;
    this.#listening = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) this.#changed(event);
    });
  }

  /** Cancelled by an undo, or once something in the stretch has changed. */
  get token(): vscode.CancellationToken {
    return this.#source.token;
  }

  get hasSeenChanges(): boolean {
    return this.#edits.length > 0;
  }

  /** Where the stretch is; `undefined` once something in it has changed. */
  get range(): vscode.Range | undefined {
    if (this.#range === undefined) return undefined;
    const { start, end } = this.#range;
    return new vscode.Range(start.line, start.character, end.line, end.character);
  }

  /** Where changes to the document as it was are now; `undefined` once they are called off. */
  moved(changes: readonly TextChange[]): readonly TextChange[] | undefined {
    if (this.token.isCancellationRequested) return undefined;
    let moved: readonly TextChange[] | undefined = changes;
    for (const edit of this.#edits) moved = moved && movedChanges(moved, edit);
    return moved;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#source.dispose();
  }

  #changed({ contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    // Later places first, so that each change leaves the places of those to come as they are.
    const edits = [...contentChanges].sort((one, other) => other.rangeOffset - one.rangeOffset);
    for (const { range, text } of edits) {
      const edit = { range, text: plain(text) };
      this.#edits.push(edit);
      this.#range = this.#range && movedRange(this.#range, edit);
    }
    if (reason !== undefined || this.#range === undefined) this.#source.cancel();
  }
}

/** The place behind a text with `\n` line ends that begins at `start`. */
export function endOf(start: vscode.Position, text: string): vscode.Position {
  const lines = text.split('\n');
  const last = lines.at(-1)!.length;
  return lines.length === 1 ? start.translate(0, last) : new vscode.Position(start.line + lines.length - 1, last);
}

/** With `\n` line ends. */
export function plain(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
