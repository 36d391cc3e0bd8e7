// What is done to models, from the user's word to the last notification: download or import, build and try, use, remove. One at a time.
import * as vscode from 'vscode';
import type { ModelPlaces, Trouble, WorkOutcome } from '../protocol/modelMessages.ts';
import type { InstalledModel, ListedModel } from '../protocol/models.ts';
import type { DeviceTrials } from './deviceTrials.ts';
import type { HubTokens } from './hubTokens.ts';
import type { Log } from './log.ts';
import type { ModelsClient, OnWork } from './modelsClient.ts';
import { bytesText, shareOf, trialText, troubleSaying, type Way, wayText, workText } from './modelWords.ts';
import { networkSettings } from './networkSettings.ts';
import type { QuietWork } from './quietWork.ts';
import { engineSettings, hubSetting, setModel } from './settings.ts';
import { translate } from './translate.ts';

export interface WorkParts {
  readonly client: ModelsClient;
  readonly places: ModelPlaces;
  readonly tokens: HubTokens;
  readonly log: Log;
  readonly trials: Pick<DeviceTrials, 'all'>;
  /** What nobody waits for gives way. */
  readonly quiet: Pick<QuietWork, 'working'>;
}

type Named = Pick<ListedModel, 'id' | 'name' | 'page'>;

export class ModelWork {
  readonly #parts: WorkParts;
  /** Name of the model that is worked on. */
  #underway: string | undefined;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** Downloads a model, or goes on with it, and tries it. */
  async install(model: Named): Promise<void> {
    const installed = await this.#download(model);
    if (installed) await this.#try(installed);
  }

  /** Tries a model that is there. */
  async tryOut({ id, name, path = '', bytes }: ListedModel, isInUse: boolean): Promise<void> {
    await this.#try({ id, name, path, bytes }, isInUse);
  }

  /** Takes over a .gguf file or a model folder, and tries it. */
  async import(path: string): Promise<void> {
    const name = path.replace(/^.*[\\/]/, '');
    const inPlace = vscode.l10n.t('Use It Where It Is');
    const copy = vscode.l10n.t('Copy It');
    const question = vscode.l10n.t('Use {0} where it is, or copy it to the other models?', name);
    const detail = vscode.l10n.t('Used where it is, it is gone when the files are.');
    const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, inPlace, copy);
    if (chosen === undefined) return;
    const { client, places } = this.#parts;
    const order = { places, path, inPlace: chosen === inPlace };
    const outcome = await this.#alone(name, vscode.l10n.t('Palimpsest: adding {0}', name), (token, onWork) =>
      client.import(order, token, onWork),
    );
    if (outcome?.outcome === 'done') await this.#try(outcome.value);
    if (outcome?.outcome === 'failed' && (await this.#say(outcome.trouble, { id: name, name })) === 'retry')
      await this.import(path);
  }

  /** Has the engine use a model that is there. */
  async use(model: Pick<ListedModel, 'id' | 'state'>): Promise<void> {
    await setModel(model.state === 'embedded' ? '' : model.id);
  }

  /** Removes a model, once that is confirmed. */
  async remove(model: ListedModel): Promise<boolean> {
    const { name, bytes, path = '', isInPlace } = model;
    const remove = vscode.l10n.t('Remove');
    const question = vscode.l10n.t('Remove {0} from this machine?', name);
    const detail = isInPlace
      ? vscode.l10n.t('It goes from the list; its files stay at {0}.', path)
      : vscode.l10n.t('This frees {0}. To use it again, it has to be fetched again.', bytesText(bytes));
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, remove);
    return chosen === remove && this.#remove(model);
  }

  /** Throws away what a download has left. */
  discard(model: Named): Promise<boolean> {
    return this.#remove(model);
  }

  async #remove(model: Named): Promise<boolean> {
    const { client, places } = this.#parts;
    const outcome = await client.remove({ places, id: model.id });
    if (outcome.outcome === 'failed') await this.#say(outcome.trouble, model);
    return outcome.outcome === 'done';
  }

  async #download(model: Named): Promise<InstalledModel | undefined> {
    const { client, places, tokens } = this.#parts;
    for (;;) {
      const hub = hubSetting();
      const token = await tokens.tokenFor(hub);
      const order = {
        places,
        id: model.id,
        network: networkSettings(),
        ...(hub !== undefined && { hub }),
        ...(token !== undefined && { token }),
      };
      const title = vscode.l10n.t('Palimpsest: downloading {0}', model.name);
      const outcome = await this.#alone(model.name, title, (cancel, onWork) => client.install(order, cancel, onWork));
      if (outcome === undefined) return undefined;
      if (outcome.outcome === 'done') return outcome.value;
      const way = await this.#say(outcome.trouble, model);
      const goesOn = way === 'retry' || (way === 'enterToken' && (await tokens.enter(model.name, hub)));
      if (!goesOn) return undefined;
    }
  }

  /** Says how fast the model is here, and lets the user decide. */
  async #try(model: InstalledModel, isInUse = false): Promise<void> {
    const { id, name } = model;
    const { trials } = this.#parts;
    const { model: _, ...settings } = engineSettings();
    const title = vscode.l10n.t('Palimpsest: preparing {0}', name);
    const outcome = await this.#alone(name, title, (token, onWork) => trials.all(model, settings, token, onWork));
    if (outcome === undefined) return;
    if (outcome.outcome === 'failed') {
      if ((await this.#say(outcome.trouble, { id, name })) === 'retry') await this.#try(model, isInUse);
      return;
    }
    const use = vscode.l10n.t('Use It');
    const keep = vscode.l10n.t('Keep Current');
    const { text, isSlow } = trialText(name, outcome.value, translate);
    const buttons = isInUse ? [] : isSlow ? [keep, use] : [use, keep];
    const chosen = await vscode.window.showInformationMessage(`Palimpsest: ${text}`, ...buttons);
    if (chosen === use) await this.use({ id, state: 'installed' });
  }

  /**
   * Runs `work` under a notification that shows its progress and can stop it. One thing at a time, since each takes the network, the
   * disk or the processor for itself; undefined where something else is being done, which is said. A question holds up nothing.
   */
  async #alone<T>(
    name: string,
    title: string,
    work: (token: vscode.CancellationToken, onWork: OnWork) => Promise<WorkOutcome<T>>,
  ): Promise<WorkOutcome<T> | undefined> {
    if (this.#underway !== undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Palimpsest is at work on {0}: choose again when that is done.', this.#underway),
      );
      return undefined;
    }
    const { quiet } = this.#parts;
    this.#underway = name;
    quiet.working(true);
    try {
      return await shown(title, work);
    } finally {
      this.#underway = undefined;
      quiet.working(false);
    }
  }

  /** Says what the trouble is; resolves with what the user wants done that is not done yet. */
  async #say(trouble: Trouble, { name, page }: Named): Promise<Way | undefined> {
    const { log } = this.#parts;
    const saying = troubleSaying(trouble, name, translate);
    if (saying === undefined) return undefined;
    log.write({ level: saying.isCalm ? 'info' : 'warning', text: `${name}: ${trouble.kind}: ${trouble.message}` });
    const ways = saying.ways.filter((way) => way !== 'openPage' || page !== undefined);
    const titles = ways.map((way) => wayText(way, translate));
    const text = `Palimpsest: ${saying.text}`;
    const chosen = await (saying.isCalm
      ? vscode.window.showInformationMessage(text, ...titles)
      : vscode.window.showWarningMessage(text, ...titles));
    const way = ways.find((_, index) => titles[index] === chosen);
    if (way === 'showLog') log.show();
    if (way === 'openPage' && page !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse(page));
      // the token comes after the page
      return this.#say(trouble, { id: '', name });
    }
    if (way === 'openHubSetting') await openSettings('palimpsest.hub');
    if (way === 'openProxySettings') await openSettings('http.proxy');
    return way;
  }
}

/** Runs `work` under a notification that shows how far it has come. */
function shown<T>(title: string, work: (token: vscode.CancellationToken, onWork: OnWork) => Promise<T>): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (bar, token) => {
    let percent = 0;
    return work(token, (progress) => {
      const now = 100 * (shareOf(progress) ?? 0);
      // a bar only grows
      const increment = Math.max(0, now - percent);
      percent += increment;
      bar.report({ message: workText(progress, translate), increment });
    });
  });
}

async function openSettings(query: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', query);
}
