// Parts of downloads that an earlier run has left → one offer to go on with each, and none again while nothing has changed.
import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ModelList } from '../protocol/modelMessages.ts';
import { type ListedModel, partialEnding } from '../protocol/models.ts';
import { bytesText } from './modelWords.ts';
import type { ModelWork } from './modelWork.ts';

export interface UnfinishedParts {
  readonly work: ModelWork;
  readonly modelsPath: string;
  /** Remembers what was offered. */
  readonly memory: vscode.Memento;
  list(): Promise<ModelList | undefined>;
}

const offeredKey = 'palimpsest.offeredDownloads';

/** Looks for such parts and offers to go on; starts nothing that the user does not want. */
export async function offerToGoOn(parts: UnfinishedParts): Promise<void> {
  const names = await readdir(parts.modelsPath).catch(() => []);
  // mostly there is nothing to ask a process about
  if (!names.some((name) => name.endsWith(partialEnding))) return;
  const begun = ((await parts.list())?.models ?? []).filter(({ state, isBusy }) => state === 'begun' && !isBusy);
  const offered = parts.memory.get<Readonly<Record<string, number>>>(offeredKey) ?? {};
  await parts.memory.update(offeredKey, Object.fromEntries(begun.map(({ id, bytes }) => [id, bytes])));
  for (const model of begun) if (offered[model.id] !== model.bytes) await offer(model, parts.work);
}

async function offer(model: ListedModel, work: ModelWork): Promise<void> {
  const { name, bytes, downloadBytes } = model;
  const goOn = vscode.l10n.t('Go On');
  const discard = vscode.l10n.t('Discard');
  const question =
    downloadBytes === undefined
      ? vscode.l10n.t('Palimpsest: the download of {0} is not finished; {1} are here.', name, bytesText(bytes))
      : vscode.l10n.t(
          'Palimpsest: the download of {0} is not finished; {1} of about {2} are here.',
          name,
          bytesText(bytes),
          bytesText(downloadBytes),
        );
  const chosen = await vscode.window.showInformationMessage(question, goOn, discard);
  if (chosen === goOn) await work.install(model);
  if (chosen === discard) await work.discard(model);
}
