// A text made here → a read-only document of the editor's.
import * as vscode from 'vscode';

/** Documents of this scheme get no completions (eligibility.ts). */
const scheme = 'palimpsest';

export class ReadOnlyTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #shown = 0;

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? '';
  }

  /** Shows `text` under a name, in the place of what was shown under it before. */
  async show(name: string, text: string): Promise<void> {
    const path = `/${name}.txt`;
    this.#texts.set(path, text);
    this.#shown += 1;
    // A fresh query makes the editor ask for the content again.
    const uri = vscode.Uri.from({ scheme, path, query: `${this.#shown}` });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
