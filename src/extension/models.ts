// Everything about models in the editor, put together: the process that keeps them, the list, the work on them, the offer to go on.
import { totalmem } from 'node:os';
import * as vscode from 'vscode';
import type { CancellationToken } from 'vscode-jsonrpc';
import type { ModelList, ModelPlaces } from '../protocol/modelMessages.ts';
import type { CommandTargets } from './commands.ts';
import type { DeviceChoice } from './deviceChoice.ts';
import { DeviceTrials } from './deviceTrials.ts';
import { HubTokens } from './hubTokens.ts';
import type { Log } from './log.ts';
import { chooseModel } from './modelChooser.ts';
import { modelInUse } from './modelRows.ts';
import { ModelsClient, type ModelsHost } from './modelsClient.ts';
import { ModelWork } from './modelWork.ts';
import { QuietWork } from './quietWork.ts';
import { engineSettings, hubSetting } from './settings.ts';
import { offerToGoOn } from './unfinishedDownloads.ts';

export interface ModelsParts extends Pick<ModelsHost, 'bundlePath' | 'program' | 'environment'> {
  readonly places: ModelPlaces;
  readonly log: Log;
  readonly secrets: vscode.SecretStorage;
  readonly memory: vscode.Memento;
  readonly devices: Pick<DeviceChoice, 'keep' | 'isDue'>;
  /** Whether this is a time for work that nobody waits for. */
  mayTry(): boolean;
}

/** The process is ended so long after it was last used. */
const idleMs = 20_000;
/** And so long after work was called off that does not end. */
const graceMs = 10_000;
/** Nobody types for so long before devices are tried. */
const quietMs = 60_000;
/** What is tried while nobody looks on takes no more of the memory; what is free is not told the same everywhere. */
const unseenShare = 1 / 8;
/** So long after the start parts of downloads are looked for: by then it is known whether somebody is at work on them. */
const lookAfterMs = 15_000;

export class Models implements Pick<CommandTargets, 'chooseModel' | 'forgetToken'>, vscode.Disposable {
  readonly #parts: ModelsParts;
  readonly #client: ModelsClient;
  readonly #tokens: HubTokens;
  readonly #work: ModelWork;
  readonly #quiet: QuietWork;
  readonly #look: NodeJS.Timeout;

  constructor(parts: ModelsParts) {
    const { places, log, secrets, memory, devices } = parts;
    this.#parts = parts;
    this.#client = new ModelsClient({ ...parts, idleMs, graceMs, log: (message) => log.write(message) });
    this.#tokens = new HubTokens(secrets);
    const trials = new DeviceTrials({ client: this.#client, places, devices, log });
    this.#quiet = new QuietWork({
      quietMs,
      isDue: () => {
        const { device, model } = engineSettings();
        return device === 'auto' && devices.isDue(model, Date.now()) && parts.mayTry();
      },
      work: (token) => this.#tryUnseen(trials, token),
    });
    const own = { client: this.#client, tokens: this.#tokens, quiet: this.#quiet };
    this.#work = new ModelWork({ places, log, trials, ...own });
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

  /** Somebody waits for a completion, or nobody does any more. */
  working(isBusy: boolean): void {
    this.#quiet.working(isBusy);
  }

  dispose(): void {
    clearTimeout(this.#look);
    this.#quiet.dispose();
    this.#client.dispose();
  }

  /** Tries the model in use on the devices that there are, unless another of it would take much of the memory. */
  async #tryUnseen(trials: DeviceTrials, token: CancellationToken): Promise<void> {
    const { model, ...settings } = engineSettings();
    const list = await this.#list();
    const used = list && modelInUse(list.models, model);
    // where a path is set, nothing is remembered of a trial
    if (used?.path === undefined || used.path === model || token.isCancellationRequested) return;
    if (used.memoryBytes === undefined || used.memoryBytes > totalmem() * unseenShare) return;
    await trials.unseen({ id: used.id, path: used.path }, settings, token);
  }

  #list(): Promise<ModelList | undefined> {
    const hub = hubSetting();
    const { device } = engineSettings();
    return this.#client.list({ places: this.#parts.places, device, ...(hub !== undefined && { hub }) });
  }
}
