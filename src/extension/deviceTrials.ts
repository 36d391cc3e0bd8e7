// A model and the devices of this machine → which of them it runs on, tried and remembered. Knows nothing of the editor's API.
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Device, LogMessage } from '../protocol/messages.ts';
import type { ModelPlaces, Trial, TrialOrder, WorkOutcome } from '../protocol/modelMessages.ts';
import { type Choice, type DeviceChoice, quickerOf, slowPassMs } from './deviceChoice.ts';
import type { ModelsClient, OnWork } from './modelsClient.ts';

export interface TrialParts {
  readonly client: Pick<ModelsClient, 'try'>;
  readonly places: ModelPlaces;
  readonly devices: Pick<DeviceChoice, 'keep'>;
  readonly log: { write(message: LogMessage): void };
}

export interface TriedModel {
  readonly id: string;
  readonly path: string;
}

/** What has not ended on a GPU so long after its graph was built never will: its driver hangs, or it is a program on the CPU. */
const longestMs = 45_000;

export type TrialSettings = Omit<TrialOrder, 'places' | 'path' | 'progressAs'>;

/** What a trial is made with. */
interface TrialInput {
  readonly model: TriedModel;
  readonly settings: TrialSettings;
  readonly token: CancellationToken;
  readonly onWork: OnWork;
}

export class DeviceTrials {
  readonly #parts: TrialParts;

  constructor(parts: TrialParts) {
    this.#parts = parts;
  }

  /** On the device of the settings; where they leave it open, on all that there are, of which the quicker one is remembered. */
  async all(
    model: TriedModel,
    settings: TrialSettings,
    token: CancellationToken,
    onWork: OnWork,
  ): Promise<WorkOutcome<Trial>> {
    const input = { model, settings, token, onWork };
    if (settings.device !== 'auto') return this.#on(settings.device, input);
    const gpu = await this.#onGpu(input);
    return token.isCancellationRequested ? gpu : this.#besideCpu(gpu, input);
  }

  /** The same while nobody looks on: where the GPU is of no use, the CPU is not troubled. Settings leave the device open. */
  async unseen(model: TriedModel, settings: TrialSettings, token: CancellationToken): Promise<void> {
    const input = { model, settings, token, onWork: () => {} };
    const gpu = await this.#onGpu(input);
    if (token.isCancellationRequested) return;
    if (gpu.outcome === 'failed' || gpu.value.isCut) await this.#keep(model, { device: 'cpu' });
    else await this.#besideCpu(gpu, input);
  }

  async #besideCpu(gpu: WorkOutcome<Trial>, input: TrialInput): Promise<WorkOutcome<Trial>> {
    const cpu = await this.#on('cpu', input);
    if (cpu.outcome === 'failed') return cpu;
    // a process that ends of it, too, is no more than a device that is not there
    const value = gpu.outcome === 'done' ? quickerOf(cpu.value, gpu.value) : cpu.value;
    const isGpu = value !== cpu.value;
    await this.#keep(input.model, { device: value.device, ...(isGpu && { slowMs: slowPassMs(cpu.value, value) }) });
    return { outcome: 'done', value };
  }

  #onGpu(input: TrialInput): Promise<WorkOutcome<Trial>> {
    return withDeadline(input, (token, onWork) => this.#on('webgpu', { ...input, token, onWork }));
  }

  async #on(device: Device, { model, settings, token, onWork }: TrialInput): Promise<WorkOutcome<Trial>> {
    const { client, places, log } = this.#parts;
    const { id, path } = model;
    const outcome = await client.try({ places, path, ...settings, device }, token, onWork);
    const said = outcome.outcome === 'done' ? JSON.stringify(outcome.value) : outcome.trouble.message;
    log.write({ level: 'info', text: `tried ${id} on ${device}: ${said}` });
    return outcome;
  }

  #keep({ id, path }: TriedModel, choice: Choice): Promise<void> {
    const { devices, places } = this.#parts;
    return devices.keep(path === places.embeddedPath ? '' : id, choice);
  }
}

/** Calls `trial` off when `token` says so, or when it has been at it for too long. */
async function withDeadline<T>(
  { token, onWork }: Pick<TrialInput, 'token' | 'onWork'>,
  trial: (token: CancellationToken, onWork: OnWork) => Promise<T>,
): Promise<T> {
  const source = new CancellationTokenSource();
  if (token.isCancellationRequested) source.cancel();
  const linked = token.onCancellationRequested(() => source.cancel());
  let timer: NodeJS.Timeout | undefined;
  try {
    return await trial(source.token, (progress) => {
      if (progress.stage === 'trying') timer ??= setTimeout(() => source.cancel(), longestMs);
      onWork(progress);
    });
  } finally {
    clearTimeout(timer);
    linked.dispose();
    source.dispose();
  }
}
