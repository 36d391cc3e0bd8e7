// A text to try suggestions on, opened with the cursor where one is due.
import * as vscode from 'vscode';

const comment = (text: string): string => `// ${text}\n`;
const before = `interface Item {
  name: string;
  price: number;
}

export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) {
    `;
const after = `
  }
  return sum;
}
`;

/** Opens the sample in an editor of its own, and has a suggestion brought there. */
export async function trySample(trigger: () => Promise<void>): Promise<void> {
  const words = comment(vscode.l10n.t('Tab takes the suggestion, Alt+] shows another. Then type on.'));
  const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: words + before + after });
  const cursor = document.positionAt(words.length + before.length);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(cursor, cursor) });
  await trigger();
}
