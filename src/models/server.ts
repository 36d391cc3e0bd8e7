// The process that keeps models: JSON-RPC over the parent's IPC channel. Lists, downloads, imports, removes and tries them, so that
// neither the editor nor the engine has to wait for disks and networks. It ends with its parent; what it was at is gone on from.
import { totalmem } from 'node:os';
import {
  type CancellationToken,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
} from 'vscode-jsonrpc/node';
import { SessionError } from '../engine/loadModel.ts';
import { ModelFileError } from '../model/format/modelFileError.ts';
import { forgetGraph, GraphBuildError } from '../model/graph/buildGraph.ts';
import { catalogue } from '../model/store/catalogue.ts';
import { hubAddress } from '../model/store/hub.ts';
import { importModel } from '../model/store/importModel.ts';
import { installModel } from '../model/store/installModel.ts';
import { installedModel, removeModel } from '../model/store/modelStore.ts';
import { networkFetch } from '../model/store/networkFetch.ts';
import { ModelStoreError } from '../model/store/storeError.ts';
import {
  type ImportOrder,
  type InstallOrder,
  type ListQuestion,
  type ModelList,
  modelMethods,
  type RemovalOrder,
  type Trial,
  type TrialOrder,
  type Trouble,
  type WorkOutcome,
  type WorkProgress,
} from '../protocol/modelMessages.ts';
import type { CatalogueModel, InstalledModel } from '../protocol/models.ts';
import { listModels } from './listModels.ts';
import { tryModel } from './tryModel.ts';

/** Progress is told at most this often. */
const progressMs = 100;

const workProgress = new ProgressType<WorkProgress>();

/** Serves `connection` until it closes. */
function serve(connection: MessageConnection): void {
  const teller = (progressAs: number): ((progress: WorkProgress) => void) => {
    let told: { readonly stage: string; readonly atMs: number } | undefined;
    return (progress) => {
      const { stage } = progress;
      if (told?.stage === stage && performance.now() - told.atMs < progressMs) return;
      told = { stage, atMs: performance.now() };
      void connection.sendProgress(workProgress, progressAs, progress);
    };
  };

  connection.onRequest(modelMethods.list, async ({ places, device, hub }: ListQuestion): Promise<ModelList> => {
    const models = await listModels({ ...places, device, hub: hub ?? (await hubAddress()) });
    return { models, memoryBytes: totalmem() };
  });

  connection.onRequest(modelMethods.install, (order: InstallOrder, token: CancellationToken) =>
    outcomeOf(async (): Promise<InstalledModel> => {
      const { places, id, hub, token: hubToken, network, progressAs } = order;
      const tell = teller(progressAs);
      return installModel(places.modelsPath, knownModel(id), {
        signal: signalOf(token),
        fetch: await networkFetch(network),
        ...(hub !== undefined && { mirror: hub }),
        ...(hubToken !== undefined && { token: hubToken }),
        onWait: () => tell({ stage: 'waiting' }),
        onProgress: (download) => tell({ stage: 'downloading', download }),
      });
    }),
  );

  connection.onRequest(modelMethods.import, (order: ImportOrder, token: CancellationToken) =>
    outcomeOf((): Promise<InstalledModel> => {
      const { places, path, inPlace, progressAs } = order;
      const tell = teller(progressAs);
      const signal = signalOf(token);
      return importModel(places.modelsPath, path, {
        signal,
        inPlace,
        onProgress: (download) => tell({ stage: 'copying', download }),
      });
    }),
  );

  connection.onRequest(modelMethods.remove, ({ places, id }: RemovalOrder) =>
    outcomeOf(async (): Promise<null> => {
      const installed = await installedModel(places.modelsPath, id);
      await removeModel(places.modelsPath, id);
      if (installed) await forgetGraph(installed.path, places.cachePath);
      return null;
    }),
  );

  connection.onRequest(modelMethods.try, (order: TrialOrder, token: CancellationToken) =>
    outcomeOf((): Promise<Trial> => {
      const { places, path, progressAs, ...options } = order;
      const { grammarsPath, cachePath } = places;
      return tryModel({
        ...options,
        modelPath: path,
        grammarsPath,
        cachePath,
        signal: signalOf(token),
        onProgress: teller(progressAs),
      });
    }),
  );

  connection.onClose(() => process.exit(0));
  connection.listen();
}

function knownModel(id: string): CatalogueModel {
  const model = catalogue.models.find((each) => each.id === id);
  if (model === undefined)
    throw new ModelStoreError('name', `There is no model ${id} in the list: update the extension.`);
  return model;
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<WorkOutcome<T>> {
  try {
    return { outcome: 'done', value: await work() };
  } catch (error) {
    return { outcome: 'failed', trouble: troubleOf(error) };
  }
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof ModelStoreError) return { kind: error.problem, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const isUnusable =
    error instanceof ModelFileError || error instanceof SessionError || error instanceof GraphBuildError;
  return { kind: isUnusable ? 'unusable' : 'fault', message };
}

/** Aborted when the order is taken back. */
function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Serves the parent process that forked this one. */
export function serveParent(): void {
  process.on('disconnect', () => process.exit(0));
  serve(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
}
