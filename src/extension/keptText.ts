// A text that was just accepted → whether it still stands there as accepted, some time later.
import * as vscode from 'vscode';
import type { Accepted } from './autoImport.ts';
import { endOf, plain, TextWatch } from './textWatch.ts';

const laterMs = 30_000;

/** Looks once, half a minute later; never where the document is closed by then. */
export function lookedAtAgain(
  document: vscode.TextDocument,
  { start, text }: Accepted,
  looked: (isKept: boolean) => void,
): void {
  const watch = new TextWatch(document, new vscode.Range(start, endOf(start, text)));
  const timer = setTimeout(() => {
    const { range } = watch;
    watch.dispose();
    if (!document.isClosed) looked(range !== undefined && plain(document.getText(range)) === text);
  }, laterMs);
  // a window that closes does not wait
  timer.unref?.();
}
