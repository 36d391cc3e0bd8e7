// The graph that keeps its keys and values on a GPU, on a software GPU (SwiftShader, which comes with Chromium): the answers of the CPU,
// over trees, with strangers in the cache, over mixtures and after rewinds too.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Decoder } from '../../src/model/decoder.ts';
import type { DecoderConfig } from '../../src/model/format/weights.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import type { Precision } from '../../src/model/graph/packWeights.ts';
import { type RowLogits, type Rows, topCount } from '../../src/model/model.ts';
import { useSoftwareGpu } from '../support/softwareGpu.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from '../support/tinyModel.ts';

/** What is asked one after another, each after a rewind to a length. */
const passes: readonly (readonly [length: number, rows: Rows])[] = [
  [0, { tokens: [3, 1, 4, 1, 5, 9, 2, 6] }],
  // a tree, then its branch as a chain
  [8, { tokens: [9, 2, 6, 5, 3], parents: [7, 8, 8, 9, 10] }],
  [8, { tokens: [9, 6, 3] }],
  [9, { tokens: [7] }],
  // texts beside each other: rows that see little of what is in the cache
  [10, { tokens: [4, 5], parents: [9, 9] }],
  [12, { tokens: [8, 2], parents: [10, 11] }],
  [14, { tokens: [1, 6, 6], parents: [3, 13, 12], wanted: [0, 2] }],
  [10, { tokens: [4, 5, 6, 7], mixture: { width: 2, weights: Float32Array.of(0.25, 0.75, 0.6, 0.4) } }],
  [10, { tokens: [2, 2], wanted: [] }],
  [12, { tokens: [5, 5], wanted: [1], fetch: { logits: true, hidden: true } }],
  [14, { tokens: [6] }],
];

async function answers(decoder: Decoder): Promise<readonly RowLogits[]> {
  const all: RowLogits[] = [];
  for (const [length, rows] of passes) {
    decoder.cache.truncate(length);
    all.push(await decoder.forward(rows));
  }
  return all;
}

/** Whether values differ by less than `most`. */
function isNear(one: Float32Array, other: Float32Array, most: number): boolean {
  return one.length === other.length && one.every((value, at) => Math.abs(value - other[at]!) < most);
}

describe('WebGPU', function () {
  this.timeout(600_000);
  before(useSoftwareGpu);

  /** Opens the same model on both devices. */
  async function onBoth(
    architecture: DecoderConfig['architecture'],
    precision: Precision,
    check: (cpu: Decoder, gpu: Decoder) => Promise<void>,
  ): Promise<void> {
    await inTemporaryFolder(async (folder) => {
      const modelPath = join(folder, 'tiny.gguf');
      await writeTinyGguf(modelPath, tinyModel(tinyConfig(architecture)));
      const graph = await buildGraph(modelPath, { cachePath: join(folder, 'graphs'), precision });
      const cpu = await Decoder.open(graph, { device: 'cpu', threads: 1, maxTokens: 64 });
      const gpu = await Decoder.open(graph, { device: 'webgpu', threads: 1, maxTokens: 64 });
      try {
        await check(cpu, gpu);
      } finally {
        await cpu.close();
        await gpu.close();
      }
    });
  }

  for (const architecture of ['llama', 'qwen2', 'starcoder2'] as const) {
    it(`gives the logits of the CPU for a ${architecture} model`, () =>
      onBoth(architecture, 'float32', async (cpu, gpu) => {
        assert.equal(gpu.device, 'webgpu');
        const expected = await answers(cpu);
        for (const [pass, row] of (await answers(gpu)).entries()) {
          const { topIds, topLogits, logSumExp, logits, hidden } = expected[pass]!;
          assert.deepEqual(row.topIds.slice(0, 4), topIds.slice(0, 4), `pass ${pass}`);
          assert.ok(isNear(row.topLogits, topLogits, 1e-4), `pass ${pass}`);
          assert.ok(isNear(row.logSumExp, logSumExp, 1e-4), `pass ${pass}`);
          if (logits) assert.ok(isNear(row.logits!, logits, 1e-4));
          if (hidden) assert.ok(isNear(row.hidden!, hidden, 1e-4));
        }
        assert.equal(gpu.cache.length, cpu.cache.length);
      }));

    it(`comes near them with packed weights of a ${architecture} model`, () =>
      onBoth(architecture, 'quantised', async (cpu, gpu) => {
        const expected = await answers(cpu);
        for (const [pass, { topIds, topLogits, logSumExp }] of (await answers(gpu)).entries()) {
          const there = expected[pass]!;
          assert.ok(isNear(logSumExp, there.logSumExp, 0.05), `pass ${pass}`);
          for (let row = 0; row < logSumExp.length; row++) {
            const at = there.topIds.subarray(row * topCount, (row + 1) * topCount).indexOf(topIds[row * topCount]!);
            const difference = Math.abs(
              topLogits[row * topCount]! - (there.topLogits[row * topCount + at] ?? Number.NaN),
            );
            assert.ok(difference < 0.1, `pass ${pass}, row ${row}: ${difference}`);
          }
        }
      }));
  }

  it('refuses what does not fit, and goes on as before', () =>
    onBoth('llama', 'float32', async (_cpu, gpu) => {
      const before = await gpu.forward({ tokens: [1, 2, 3] });
      gpu.cache.truncate(0);
      await assert.rejects(gpu.forward({ tokens: Array.from({ length: 65 }, () => 1) }), RangeError);
      await assert.rejects(gpu.forward({ tokens: [400] }), RangeError);
      const width = 11;
      const weights = new Float32Array(width).fill(1 / width);
      await assert.rejects(
        gpu.forward({ tokens: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], mixture: { width, weights } }),
        RangeError,
      );
      assert.equal(gpu.cache.length, 0);
      assert.deepEqual(await gpu.forward({ tokens: [1, 2, 3] }), before);
      assert.throws(() => gpu.cache.truncate(4), RangeError);
    }));
});
