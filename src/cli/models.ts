// palimpsest model info | list | install | import | remove: the store of models from the command line.
import { existsSync } from 'node:fs';
import { catalogue } from '../model/store/catalogue.ts';
import { importModel } from '../model/store/importModel.ts';
import { installModel } from '../model/store/installModel.ts';
import { removeModel } from '../model/store/modelStore.ts';
import { modelWithId } from '../model/store/modelWithId.ts';
import { networkFetch } from '../model/store/networkFetch.ts';
import { ModelStoreError } from '../model/store/storeError.ts';
import { loadTokenizer } from '../model/tokenizer.ts';
import { listModels } from '../models/listModels.ts';
import { layoutFor } from '../prompt/layouts.ts';
import type { DownloadProgress, ListedModel } from '../protocol/models.ts';
import { modelInfo } from './modelInfo.ts';
import type { CliOptions } from './options.ts';
import { UsageError } from './usageError.ts';

/** The model that `--model` means: a path, or the id of an installed model where nothing lies at that path. */
export async function chosenModel(options: CliOptions): Promise<string> {
  const { modelName, modelPath } = options;
  if (modelName === undefined || existsSync(modelPath)) return modelPath;
  return (await modelWithId(modelName, options)) ?? modelPath;
}

/** Resolves with the exit code. @throws UsageError, ModelFileError, ModelStoreError */
export async function runModelCommand(words: readonly string[], options: CliOptions): Promise<number> {
  const [command, ...operands] = words;
  const [operand] = operands;
  switch (command) {
    case 'info':
    case 'list':
      if (operand !== undefined) throw new UsageError(`model ${command} takes no ${operand}.`);
      console.log(command === 'info' ? await modelInfo(options) : await modelList(options));
      return 0;
    case 'install':
    case 'import':
    case 'remove':
      if (operand === undefined || operands.length > 1)
        throw new UsageError(`model ${command} takes one ${command === 'import' ? 'PATH' : 'ID'}.`);
      if (command === 'install') return install(operand, options);
      if (command === 'import') return importOne(operand, options);
      await removeModel(options.modelsPath, operand);
      console.log(`${operand} is removed`);
      return 0;
    default:
      throw new UsageError('The model command is one of: palimpsest model info, list, install, import, remove.');
  }
}

async function modelList(options: CliOptions): Promise<string> {
  const models = await listModels(options);
  return options.json ? JSON.stringify(models) : models.map(drawListed).join('\n');
}

function drawListed({ id, state, bytes, downloadBytes, licence = '', fitness = '' }: ListedModel): string {
  const size = bytes > 0 ? megabytes(bytes) : downloadBytes === undefined ? '' : `~${megabytes(downloadBytes)}`;
  return `${id.padEnd(20)} ${state.padEnd(9)} ${size.padStart(8)}  ${licence.padEnd(10)}  ${fitness}`.trimEnd();
}

/** Of a shell's program that was stopped from the keyboard. */
const stoppedCode = 130;

async function install(id: string, options: CliOptions): Promise<number> {
  const model = catalogue.models.find((each) => each.id === id);
  if (model === undefined) throw new UsageError(`There is no model ${id}: see palimpsest model list.`);
  const { modelsPath, mirror, tokenFromEnv } = options;
  const token = tokenFromEnv ? process.env.HF_TOKEN : undefined;
  if (tokenFromEnv && !token) throw new UsageError('--token-from-env takes the token from HF_TOKEN, which is not set.');
  return stoppable(async (signal, onProgress) => {
    const installed = await installModel(modelsPath, model, {
      signal,
      fetch: await networkFetch(),
      ...(mirror !== undefined && { mirror }),
      ...(token && { token }),
      onProgress,
      onWait: () => console.error(`palimpsest: ${id} is being downloaded elsewhere, or was just now: waiting`),
    });
    console.log(`${id} is installed (${megabytes(installed.bytes)}, ${model.licence}): use it with --model ${id}`);
  });
}

async function importOne(path: string, options: CliOptions): Promise<number> {
  const { modelsPath, inPlace } = options;
  return stoppable(async (signal, onProgress) => {
    const { id, bytes, path: target } = await importModel(modelsPath, path, { signal, inPlace, onProgress });
    if (layoutFor(id, await loadTokenizer(target)) === undefined)
      console.error(`palimpsest: ${id} has no fill-in-the-middle tokens of a known dialect, and cannot complete`);
    console.log(`${id} is imported (${megabytes(bytes)}): use it with --model ${id}`);
  });
}

type OnProgress = (progress: DownloadProgress) => void;

/** Runs `work` until it is done or stopped from the keyboard, its progress shown where somebody can see it. */
async function stoppable(work: (signal: AbortSignal, onProgress: OnProgress) => Promise<void>): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  let isLineOpen = false;
  const endLine = (): void => {
    if (isLineOpen) process.stderr.write('\n');
    isLineOpen = false;
  };
  try {
    await work(stop.signal, (progress) => {
      if (process.stderr.isTTY !== true) return;
      process.stderr.write(`\r${drawProgress(progress).padEnd(lineWidth)}`);
      isLineOpen = true;
    });
    endLine();
    return 0;
  } catch (error) {
    endLine();
    if (!(error instanceof ModelStoreError) || error.problem !== 'cancelled') throw error;
    console.error(`palimpsest: ${error.message}`);
    return stoppedCode;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** What one line of progress overwrites of the one before. */
const lineWidth = 78;

function drawProgress({ file, doneBytes, totalBytes, bytesPerSecond, secondsLeft }: DownloadProgress): string {
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `${file}: ${megabytes(doneBytes)} of ${megabytes(totalBytes)}, ${megabytes(bytesPerSecond)}/s${left}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}
