import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, SessionError, warmUp } from '../../../src/engine/loadModel.ts';
import { keptSpeeds, speedsFolder } from '../../../src/model/measuredSpeed.ts';
import { importModel } from '../../../src/model/store/importModel.ts';
import { grammarsPath } from '../../support/built.ts';
import { embeddedModelPath } from '../../support/embeddedTokenizer.ts';
import { tinyGguf } from '../../support/storedModels.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

describe('a model', () => {
  /** Opens one with what a user calls the model; says the model's name and where it was measured. */
  const opened = async (name: string, folder: string): Promise<readonly [string, string | undefined]> => {
    const cachePath = join(folder, 'cache', 'graphs');
    const model = await loadModel({
      modelPath: name,
      models: { modelsPath: join(folder, 'models'), embeddedPath: embeddedModelPath },
      grammarsPath,
      cachePath,
      device: 'cpu',
      threads: 1,
    });
    try {
      await warmUp(model, new AbortController().signal);
      return [model.runner.model.config.name, (await keptSpeeds(speedsFolder(cachePath)))[0]?.modelPath];
    } finally {
      await model.runner.close();
    }
  };

  it('is loaded by its id where it is installed, and by its path, and notes how fast it is', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'mine.gguf');
      await mkdir(join(folder, 'models'));
      await writeFile(path, await tinyGguf());
      const { id } = await importModel(join(folder, 'models'), path, { signal: new AbortController().signal });
      assert.deepEqual(await opened(id, folder), ['tiny-llama', join(folder, 'models', 'mine')]);
      assert.equal((await opened(path, folder))[0], 'tiny-llama');
      await assert.rejects(opened('nothing', folder), (error: unknown) => {
        assert.ok(error instanceof SessionError);
        assert.match(error.message, /^There is no installed model nothing: choose one, or give the absolute path/);
        return true;
      });
      await assert.rejects(opened('../mine', folder), SessionError);
    }));
});
