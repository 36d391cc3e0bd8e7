import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Decoder } from '../../../../src/model/decoder.ts';
import { openWeights } from '../../../../src/model/format/openWeights.ts';
import { buildGraph, forgetGraph, GraphBuildError } from '../../../../src/model/graph/buildGraph.ts';
import { type BuiltGraph, readBuiltGraph, weightBytes } from '../../../../src/model/graph/builtGraph.ts';
import { packedBytes, packedBytesOf } from '../../../../src/model/graph/packedSize.ts';
import { packWeights } from '../../../../src/model/graph/packWeights.ts';
import type { BuildProcessMessage } from '../../../support/buildGraphProcess.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinyGguf, writeTinySafetensors } from '../../../support/tinyModel.ts';

const config = tinyConfig('llama');

/** Runs `use` with a model file and a cache folder that does not exist yet. */
function withModel(use: (modelPath: string, cachePath: string) => Promise<void>): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    const modelPath = join(folder, 'tiny.gguf');
    await writeTinyGguf(modelPath, tinyModel(config));
    await use(modelPath, join(folder, 'cache', 'graphs'));
  });
}

/** What lies where this builder keeps its graphs. */
async function graphsIn(cachePath: string): Promise<readonly string[]> {
  const shelves = (await readdir(cachePath)).filter((name) => name.startsWith('builder-'));
  assert.equal(shelves.length, 1);
  return readdir(join(cachePath, shelves[0]!));
}

/** Times of the graph's files: another build changes them. */
async function filesOf({ folder }: BuiltGraph): Promise<Record<string, number>> {
  const names = (await readdir(folder)).sort();
  const times = await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).mtimeMs] as const));
  return Object.fromEntries(times);
}

/** The 64 highest logits after a few tokens. */
async function answerOf(graph: BuiltGraph): Promise<readonly (readonly number[])[]> {
  const decoder = await Decoder.open(graph, { threads: 1, maxTokens: 64 });
  try {
    const { topIds, topLogits } = await decoder.forward({ tokens: [3, 1, 4, 1, 5], wanted: [4] });
    return [[...topIds], [...topLogits]];
  } finally {
    await decoder.close();
  }
}

async function flipByte(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, offset);
    await file.write(Uint8Array.of(byte[0]! ^ 16), 0, 1, offset);
  } finally {
    await file.close();
  }
}

const damages: readonly { readonly name: string; readonly damage: (folder: string) => Promise<void> }[] = [
  { name: 'weights cut short', damage: (folder) => truncate(join(folder, 'weights.bin'), 5000) },
  { name: 'a flipped bit in the weights', damage: (folder) => flipByte(join(folder, 'weights.bin'), 12_345) },
  { name: 'a flipped bit in the graph', damage: (folder) => flipByte(join(folder, 'model.onnx'), 777) },
  { name: 'no weights', damage: (folder) => rm(join(folder, 'weights.bin')) },
  { name: 'no manifest', damage: (folder) => rm(join(folder, 'manifest.json')) },
  { name: 'half a manifest', damage: (folder) => truncate(join(folder, 'manifest.json'), 100) },
  { name: 'an empty manifest', damage: (folder) => truncate(join(folder, 'manifest.json'), 0) },
  { name: 'a manifest of no files', damage: (folder) => writeFile(join(folder, 'manifest.json'), '{"files":{}}') },
  {
    name: 'an empty folder',
    damage: (folder) =>
      rm(folder, { recursive: true })
        .then(() => mkdir(folder))
        .then(() => {}),
  },
  {
    name: 'a link that leads nowhere',
    damage: async (folder) => {
      await rm(folder, { recursive: true });
      await symlink(`${folder}.nowhere`, folder);
    },
  },
  {
    name: 'what a builder that was killed left behind',
    damage: async (folder) => {
      await rm(folder, { recursive: true });
      await mkdir(`${folder}.partial`);
      await writeFile(join(`${folder}.partial`, 'weights.bin'), new Uint8Array(9000).fill(7));
      await staleLock(folder);
    },
  },
];

/** The lock of a process that stopped touching it an hour ago. */
async function staleLock(folder: string): Promise<void> {
  await mkdir(`${folder}.lock`);
  const past = Date.now() / 1000 - 3600;
  await utimes(`${folder}.lock`, past, past);
}

describe('buildGraph', function () {
  this.timeout(60_000);

  it('builds once and takes the graph from the cache afterwards', () =>
    withModel(async (modelPath, cachePath) => {
      const built = await buildGraph(modelPath, { cachePath });
      assert.deepEqual(built.config, config);
      const files = await filesOf(built);
      assert.deepEqual(Object.keys(files), ['device.onnx', 'manifest.json', 'model.onnx', 'weights.bin']);
      const progress: number[] = [];
      const again = await buildGraph(modelPath, { cachePath, onProgress: (fraction) => progress.push(fraction) });
      assert.deepEqual(again, built);
      assert.deepEqual(await filesOf(again), files);
      assert.deepEqual(progress, []);
    }));

  for (const { name, damage } of damages)
    it(`builds again over ${name}, with the same result`, () =>
      withModel(async (modelPath, cachePath) => {
        const built = await buildGraph(modelPath, { cachePath });
        const answer = await answerOf(built);
        await damage(built.folder);
        assert.equal(await readBuiltGraph(built.folder), undefined);
        const again = await buildGraph(modelPath, { cachePath });
        assert.deepEqual(again, built);
        assert.deepEqual(await answerOf(again), answer);
        assert.deepEqual(await graphsIn(cachePath), [basename(built.folder)]);
      }));

  it('tells progress that rises to the whole', () =>
    withModel(async (modelPath, cachePath) => {
      const progress: number[] = [];
      await buildGraph(modelPath, { cachePath, onProgress: (fraction) => progress.push(fraction) });
      assert.ok(progress.length > 5);
      for (const [i, fraction] of progress.entries()) assert.ok(fraction > (progress[i - 1] ?? 0) && fraction <= 1);
      assert.equal(progress[progress.length - 1], 1);
    }));

  it('is of the size that the stored tensors let expect, up to what is no matrix', () =>
    withModel(async (modelPath, cachePath) => {
      const weights = await openWeights(modelPath);
      const expected = packedBytes(weights.tensors.values());
      await weights.close();
      const built = await weightBytes(await buildGraph(modelPath, { cachePath }));
      // rotary tables, norms, and what fills up pages
      const { contextTokens, headSize } = config;
      const rest = 4 * contextTokens * headSize + 32 * 4096;
      assert.ok(built >= expected && built <= expected + rest, `${built} of ${expected}`);
      assert.equal(packedBytesOf(32, 8.5), 36);
      assert.equal(packedBytesOf(32, 4.5), 20);
    }));

  it('is forgotten when its model is removed, and no other graph is', () =>
    withModel(async (modelPath, cachePath) => {
      const other = join(cachePath, '..', 'other.gguf');
      await mkdir(cachePath, { recursive: true });
      await writeTinyGguf(other, tinyModel(config, 2));
      const [built, kept] = [await buildGraph(modelPath, { cachePath }), await buildGraph(other, { cachePath })];
      await rm(modelPath);
      await forgetGraph(modelPath, cachePath);
      assert.equal(await readBuiltGraph(built.folder), undefined);
      assert.deepEqual(await readBuiltGraph(kept.folder), kept);
      await forgetGraph(modelPath, cachePath);
    }));

  it('clears away the graphs of an older builder', () =>
    withModel(async (modelPath, cachePath) => {
      await mkdir(join(cachePath, 'builder-0', 'abc'), { recursive: true });
      await writeFile(join(cachePath, 'builder-0', 'abc', 'weights.bin'), 'old');
      const { folder } = await buildGraph(modelPath, { cachePath });
      assert.deepEqual(await graphsIn(cachePath), [basename(folder)]);
    }));

  it('builds another graph for other weights under the same path, and keeps the first', () =>
    withModel(async (modelPath, cachePath) => {
      const first = await buildGraph(modelPath, { cachePath });
      const answer = await answerOf(first);
      await writeTinyGguf(modelPath, tinyModel(config, 2));
      const second = await buildGraph(modelPath, { cachePath });
      assert.notEqual(second.folder, first.folder);
      assert.notDeepEqual(await answerOf(second), answer);
      assert.deepEqual(await answerOf(first), answer);
    }));

  it('builds one graph for the same file under two paths, and one for each precision', () =>
    withModel(async (modelPath, cachePath) => {
      const first = await buildGraph(modelPath, { cachePath });
      await writeTinyGguf(`${modelPath}.copy.gguf`, tinyModel(config));
      assert.equal((await buildGraph(`${modelPath}.copy.gguf`, { cachePath })).folder, first.folder);
      assert.notEqual((await buildGraph(modelPath, { cachePath, precision: 'float32' })).folder, first.folder);
    }));

  it('builds from a folder of safetensors, and sees when a file in it changes', () =>
    withModel(async (modelPath, cachePath) => {
      const folder = `${modelPath}.folder`;
      await writeTinySafetensors(folder, tinyModel(config), 2);
      const first = await buildGraph(folder, { cachePath });
      assert.equal((await buildGraph(folder, { cachePath })).folder, first.folder);
      await writeTinySafetensors(folder, tinyModel(config, 2), 2);
      assert.notEqual((await buildGraph(folder, { cachePath })).folder, first.folder);
    }));

  it('lets three processes that start at once share one build', () =>
    withModel(async (modelPath, cachePath) => {
      const script = fileURLToPath(new URL('../../../support/buildGraphProcess.ts', import.meta.url));
      const builders = [0, 1, 2].map(() => fork(script, [modelPath, cachePath], { execArgv: ['--import=tsx'] }));
      await Promise.all(builders.map((builder) => messageOf(builder, 'ready')));
      const building = Promise.all(builders.map((builder) => messageOf(builder, 'built')));
      const ended = Promise.all(builders.map((builder) => once(builder, 'exit')));
      for (const builder of builders) builder.send('go');
      const built = await building;
      assert.deepEqual(
        (await ended).map(([code]) => code as number),
        [0, 0, 0],
      );
      assert.equal(new Set(built.map(({ folder }) => folder)).size, 1);
      assert.equal(built.filter(({ wrote }) => wrote).length, 1);
      assert.deepEqual(await graphsIn(cachePath), [basename(built[0]!.folder)]);
      assert.ok(await readBuiltGraph(built[0]!.folder));
    }));

  it('lets two calls of one process share one build', () =>
    withModel(async (modelPath, cachePath) => {
      let wrote = 0;
      const builds = [0, 1].map(() => {
        let mine = false;
        const onProgress = (): void => {
          if (!mine) wrote++;
          mine = true;
        };
        return buildGraph(modelPath, { cachePath, onProgress });
      });
      const [first, second] = await Promise.all(builds);
      assert.deepEqual(first, second);
      assert.equal(wrote, 1);
    }));

  describe('where it cannot write', () => {
    const cannotWrite = (cachePath: string, error: unknown): boolean =>
      error instanceof GraphBuildError &&
      error.message.startsWith(`${cachePath} cannot be written (`) &&
      error.message.endsWith('choose another cache folder or mend its permissions.');

    it('says so of a file in place of the cache folder', () =>
      withModel(async (modelPath) => {
        await writeFile(`${modelPath}.cache`, '');
        const cachePath = `${modelPath}.cache`;
        await assert.rejects(buildGraph(modelPath, { cachePath }), (error) => cannotWrite(cachePath, error));
      }));

    it('says so of a file in place of the folder above', () =>
      withModel(async (modelPath) => {
        const cachePath = join(modelPath, 'cache');
        await assert.rejects(buildGraph(modelPath, { cachePath }), (error) => cannotWrite(cachePath, error));
      }));

    it('says so rather than waiting for a lock that cannot be had', () =>
      withModel(async (modelPath, cachePath) => {
        const { folder } = await buildGraph(modelPath, { cachePath });
        await rm(folder, { recursive: true });
        await writeFile(`${folder}.lock`, '');
        const past = Date.now() / 1000 - 3600;
        await utimes(`${folder}.lock`, past, past);
        await assert.rejects(buildGraph(modelPath, { cachePath }), (error) => cannotWrite(cachePath, error));
      }));

    // the device that is always full exists on Linux alone
    if (process.platform === 'linux') {
      it('says that the disk is full', () =>
        withModel(async (modelPath, cachePath) => {
          await buildGraph(modelPath, { cachePath });
          const [memo] = (await readdir(cachePath)).filter((entry) => entry.endsWith('.source.json'));
          await rm(cachePath, { recursive: true });
          await mkdir(cachePath);
          await symlink('/dev/full', join(cachePath, memo!));
          await assert.rejects(buildGraph(modelPath, { cachePath }), {
            name: 'GraphBuildError',
            message: `The disk that holds ${cachePath} is full: free some space and try again.`,
          });
        }));

      it('stops packing when the disk is full', () =>
        withModel(async (modelPath) => {
          const weights = await openWeights(modelPath);
          const full = await open('/dev/full', 'w');
          try {
            await assert.rejects(
              packWeights(weights, full, 'quantised', () => {}),
              { code: 'ENOSPC' },
            );
          } finally {
            await full.close();
            await weights.close();
          }
        }));
    }
  });

  it('leaves nothing half-made behind when the model turns out unusable', () =>
    withModel(async (modelPath, cachePath) => {
      await writeTinyGguf(modelPath, tinyModel(tinyConfig('llama', { intermediate: 80 })));
      await assert.rejects(buildGraph(modelPath, { cachePath }), { name: 'ModelFileError' });
      assert.deepEqual(await graphsIn(cachePath), []);
    }));

  it('remembers the hash of weights by a file that may be damaged', () =>
    withModel(async (modelPath, cachePath) => {
      const built = await buildGraph(modelPath, { cachePath });
      const [memo] = (await readdir(cachePath)).filter((entry) => entry.endsWith('.source.json'));
      const whole = await readFile(join(cachePath, memo!), 'utf8');
      for (const text of ['', 'null', '{"stamp":', '{}', whole.slice(0, 40)]) {
        await writeFile(join(cachePath, memo!), text);
        assert.deepEqual(await buildGraph(modelPath, { cachePath }), built);
        assert.equal(await readFile(join(cachePath, memo!), 'utf8'), whole);
      }
    }));
});

async function messageOf<T extends BuildProcessMessage['type']>(
  builder: ChildProcess,
  type: T,
): Promise<Extract<BuildProcessMessage, { type: T }>> {
  const exited = once(builder, 'exit').then(([code]) => {
    throw new Error(`the builder ended with ${String(code)} before it was ${type}`);
  });
  const [message] = (await Promise.race([once(builder, 'message'), exited])) as [BuildProcessMessage];
  exited.catch(() => {});
  assert.equal(message.type, type);
  return message as Extract<BuildProcessMessage, { type: T }>;
}
