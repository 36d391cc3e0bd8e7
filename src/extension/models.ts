// Everything about models in the editor, put together: the process that keeps them, the list, the work on them, the offer to go on.
import * as vscode from 'vscode';
import type { ModelList, ModelPlaces } from '../protocol/modelMessages.ts';
import type { CommandTargets } from './commands.ts';
import type { DeviceChoice } from './deviceChoice.ts';
import { HubTokens } from './hubTokens.ts';
import type { Log } from './log.ts';
import { chooseModel } from './modelChooser.ts';
import { ModelsClient, type ModelsHost } from './modelsClient.ts';
import { ModelWork } from './modelWork.ts';
import { engineSettings, hubSetting } from './settings.ts';
import { offerToGoOn } from './unfinishedDownloads.ts';

export interface ModelsParts extends Pick<ModelsHost, 'bundlePath' | 'program' | 'environment'> {
  readonly places: ModelPlaces;
  readonly log: Log;
  readonly secrets: vscode.SecretStorage;
  readonly memory: vscode.Memento;
  readonly devices: Pick<DeviceChoice, 'keep'>;
}

/** The process is ended so long after it was last used. */
const idleMs = 20_000;
/** So long after the start parts of downloads are looked for: by then it is known whether somebody is at work on them. */
const lookAfterMs = 15_000;

export class Models implements Pick<CommandTargets, 'chooseModel' | 'forgetToken'>, vscode.Disposable {
  readonly #parts: ModelsParts;
  readonly #client: ModelsClient;
  readonly #tokens: HubTokens;
  readonly #work: ModelWork;
  readonly #look: NodeJS.Timeout;

  constructor(parts: ModelsParts) {
    const { places, log, secrets, memory, devices } = parts;
    this.#parts = parts;
    this.#client = new ModelsClient({ ...parts, idleMs, log: (message) => log.write(message) });
    this.#tokens = new HubTokens(secrets);
    this.#work = new ModelWork({ client: this.#client, places, tokens: this.#tokens, log, devices });
    const unfinished = { work: this.#work, modelsPath: places.modelsPath, memory, list: () => this.#list() };
    this.#look = setTimeout(() => void offerToGoOn(unfinished), lookAfterMs);
  }

  chooseModel(): void {
    chooseModel({ work: this.#work, list: () => this.#list() });
  }

  async forgetToken(): Promise<void> {
    const wasThere = await this.#tokens.forget();
    void vscode.window.showInformationMessage(
      wasThere ? vscode.l10n.t('Palimpsest: the token is forgotten') : vscode.l10n.t('Palimpsest: there is no token'),
    );
  }

  dispose(): void {
    clearTimeout(this.#look);
    this.#client.dispose();
  }

  #list(): Promise<ModelList | undefined> {
    const hub = hubSetting();
    const { device } = engineSettings();
    return this.#client.list({ places: this.#parts.places, device, ...(hub !== undefined && { hub }) });
  }
}
