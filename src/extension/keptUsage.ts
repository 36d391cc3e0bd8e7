// Counts of what became of suggestions → the editor's storage of this machine, written a while after they changed.
import type * as vscode from 'vscode';
import { Usage } from './usage.ts';

const key = 'usage';
const laterMs = 5_000;

/** The counts, and what writes those that are not written yet. */
export function keptUsage(storage: vscode.Memento): { readonly usage: Usage } & vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    // A failure costs counts, and nobody can do anything about it.
    void storage.update(key, usage.counts).then(undefined, () => {});
  };
  const usage = new Usage(storage.get(key), () => {
    timer ??= setTimeout(write, laterMs);
  });
  return {
    usage,
    dispose: () => {
      if (timer !== undefined) write();
    },
  };
}
