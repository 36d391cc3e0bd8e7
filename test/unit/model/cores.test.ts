import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { automaticThreads } from '../../../src/model/cores.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

/** Threads on a machine whose processors share cores as the lists say, one list a processor. */
const threads = (siblings: readonly string[], available = siblings.length): Promise<number> =>
  inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'cpufreq'));
    for (const [number, list] of siblings.entries()) {
      await mkdir(join(folder, `cpu${number}`, 'topology'), { recursive: true });
      await writeFile(join(folder, `cpu${number}`, 'topology', 'thread_siblings_list'), `${list}\n`);
    }
    return automaticThreads({ available, folder });
  });

/** `cores` with two processors each, numbered as Linux does. */
const pairs = (cores: number): readonly string[] =>
  Array.from({ length: 2 * cores }, (_, number) => `${number % cores},${(number % cores) + cores}`);
const single = (cores: number): readonly string[] => Array.from({ length: cores }, (_, number) => `${number}`);

describe('how many threads compute', () => {
  it('is one per core, and one less where there are more than two', async () => {
    assert.equal(await threads(single(4)), 3);
    assert.equal(await threads(single(3)), 2);
    assert.equal(await threads(pairs(6)), 5);
    assert.equal(await threads(pairs(2)), 2);
    assert.equal(await threads(single(32)), 8);
  });

  it('is all of a small machine', async () => {
    assert.equal(await threads(single(1)), 1);
    assert.equal(await threads(single(2)), 2);
    assert.equal(await threads(pairs(1)), 2);
  });

  it('is no more than this process may use', async () => {
    assert.equal(await threads(pairs(16), 2), 2);
    assert.equal(await threads(pairs(16), 4), 3);
  });

  it('takes every processor for a core where nothing tells', async () => {
    assert.equal(await automaticThreads({ available: 4, folder: '/nowhere' }), 3);
    assert.equal(await automaticThreads({ available: 2, folder: '/nowhere' }), 2);
  });
});
