// A process that installs the small model from the hub at argument 2 in the folder of models of argument 1 as soon as it is told to.
import { installModel } from '../../src/model/store/installModel.ts';
import { tinyEntry } from './storedModels.ts';

export type InstallProcessMessage = 'ready' | 'waiting' | 'installed';

const [modelsPath = '', mirror = '', ...files] = process.argv.slice(2);
const say = (message: InstallProcessMessage): boolean | undefined => process.send?.(message);

process.once('message', async () => {
  const model = { ...tinyEntry, files: files.map((name) => ({ name })) };
  const signal = new AbortController().signal;
  await installModel(modelsPath, model, { signal, mirror, onWait: () => say('waiting') });
  say('installed');
  process.disconnect();
});
say('ready');
