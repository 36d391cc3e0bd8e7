// Palimpsest: Choose Model… The list of models that are here and that can be had, and what a choice in it does.
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ModelList } from '../protocol/modelMessages.ts';
import { type ModelRow, modelRows, type RowAction } from './modelRows.ts';
import type { ModelWork } from './modelWork.ts';
import { engineSettings } from './settings.ts';
import { translate } from './translate.ts';

export interface ChooserParts {
  readonly work: ModelWork;
  /** Undefined where it cannot be said. */
  list(): Promise<ModelList | undefined>;
}

interface Item extends vscode.QuickPickItem {
  readonly row?: ModelRow;
  /** What choosing it does, where it is no model. */
  readonly run?: () => Promise<void>;
  readonly buttons?: readonly Button[];
}

interface Button extends vscode.QuickInputButton {
  readonly action: RowAction;
}

/** Shows the list; nothing is fetched before something in it is chosen. */
export function chooseModel(parts: ChooserParts): void {
  const { work } = parts;
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Palimpsest: Choose Model');
  pick.placeholder = vscode.l10n.t('Nothing is downloaded before you choose it');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  void parts.list().then((list) => {
    pick.items = [...(list === undefined ? [unlisted()] : rowItems(list)), ...ownItems(work)];
    pick.busy = false;
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    pick.hide();
    if (item?.row) void choose(item.row, work);
    else void item?.run?.();
  });
  pick.onDidTriggerItemButton(async ({ item: { row }, button }) => {
    pick.hide();
    const isChanged = row !== undefined && (await act((button as Button).action, row, work));
    if (isChanged) chooseModel(parts);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

function rowItems(list: ModelList): readonly Item[] {
  const { model, memoryMiB } = engineSettings();
  const { installed, available } = modelRows({ ...list, setting: model, allowedMiB: memoryMiB }, translate);
  return [
    separator(vscode.l10n.t('Installed')),
    ...installed.map(itemOf),
    ...(available.length === 0 ? [] : [separator(vscode.l10n.t('Available')), ...available.map(itemOf)]),
  ];
}

function unlisted(): Item {
  return {
    label: `$(output) ${vscode.l10n.t('Show Log')}`,
    detail: vscode.l10n.t('Why the models cannot be listed'),
    run: async () => vscode.commands.executeCommand('palimpsest.showLog'),
  };
}

function itemOf(row: ModelRow): Item {
  const { label, description, detail, actions } = row;
  return { row, label, description, detail, buttons: actions.map(buttonOf) };
}

function buttonOf(action: RowAction): Button {
  switch (action) {
    case 'try':
      return { action, iconPath: new vscode.ThemeIcon('beaker'), tooltip: vscode.l10n.t('Try It on This Machine') };
    case 'remove':
      return { action, iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove') };
    case 'discard':
      return {
        action,
        iconPath: new vscode.ThemeIcon('trash'),
        tooltip: vscode.l10n.t('Discard the Unfinished Download'),
      };
    case 'page':
      return { action, iconPath: new vscode.ThemeIcon('link-external'), tooltip: vscode.l10n.t('Open Its Page') };
    case 'card':
      return { action, iconPath: new vscode.ThemeIcon('book'), tooltip: vscode.l10n.t('Open Its Model Card') };
  }
}

function ownItems(work: ModelWork): readonly Item[] {
  const add = (options: vscode.OpenDialogOptions) => async (): Promise<void> => {
    const [chosen] = (await vscode.window.showOpenDialog(options)) ?? [];
    if (chosen !== undefined) await work.import(chosen.fsPath);
  };
  return [
    separator(vscode.l10n.t('Your Own')),
    {
      label: `$(file-add) ${vscode.l10n.t('Add a Model File…')}`,
      detail: vscode.l10n.t(
        'A .gguf file of a llama, qwen2 or starcoder2 model that was trained to fill in the middle',
      ),
      run: add({
        title: vscode.l10n.t('Add a Model File'),
        openLabel: vscode.l10n.t('Add'),
        filters: { GGUF: ['gguf'] },
      }),
    },
    {
      label: `$(file-directory-create) ${vscode.l10n.t('Add a Model Folder…')}`,
      detail: vscode.l10n.t('A folder with safetensors, config.json and tokenizer.json'),
      run: add({
        title: vscode.l10n.t('Add a Model Folder'),
        openLabel: vscode.l10n.t('Add'),
        canSelectFiles: false,
        canSelectFolders: true,
      }),
    },
  ];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Uses a model that is here, and fetches one that is not. */
async function choose({ model, isInUse, warning }: ModelRow, work: ModelWork): Promise<void> {
  if (isInUse) return;
  const isHere = model.path !== undefined;
  if (warning !== undefined) {
    const goOn = isHere ? vscode.l10n.t('Use It All the Same') : vscode.l10n.t('Download It All the Same');
    const text = vscode.l10n.t('{0} {1}.', model.name, warning);
    if ((await vscode.window.showWarningMessage(text, { modal: true }, goOn)) !== goOn) return;
  }
  await (isHere ? work.use(model) : work.install(model));
}

/** What a button does; true where the list is another then. */
async function act(action: RowAction, { model, isInUse }: ModelRow, work: ModelWork): Promise<boolean> {
  switch (action) {
    case 'try':
      await work.tryOut(model, isInUse);
      return false;
    case 'remove':
      if (!isInUse) return work.remove(model);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Palimpsest: {0} is in use; choose another model before you remove it.', model.name),
      );
      return false;
    case 'discard':
      return work.discard(model);
    case 'page':
      if (model.page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(model.page));
      return false;
    case 'card':
      await vscode.commands.executeCommand(
        'markdown.showPreview',
        vscode.Uri.file(join(model.path ?? '', 'MODEL_CARD.md')),
      );
      return false;
  }
}
