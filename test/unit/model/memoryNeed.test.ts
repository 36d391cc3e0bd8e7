import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryNeed } from '../../../src/model/memoryNeed.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyConfig } from '../../support/tinyModel.ts';

describe('the memory that a model needs', () => {
  it('grows with its weights and with the tokens it may hold, up to its context', () =>
    inTemporaryFolder(async (folder) => {
      const graph = {
        folder,
        modelFiles: { host: '', device: '' },
        config: tinyConfig('llama', { contextTokens: 512 }),
      };
      await writeFile(join(folder, 'weights.bin'), new Uint8Array(1000));
      const small = await memoryNeed(graph, 256);
      // 2 layers of keys and of values, 2 heads of 16 floats of 4 bytes, held up to three times
      assert.equal((await memoryNeed(graph, 512)) - small, 256 * 2 * 2 * 2 * 16 * 4 * 3);
      assert.equal(await memoryNeed(graph, 4096), await memoryNeed(graph, 512));
      await writeFile(join(folder, 'weights.bin'), new Uint8Array(11_000));
      assert.ok((await memoryNeed(graph, 256)) - small >= 10_000);
    }));
});
