// The same graph through WebGPU, on a software GPU (SwiftShader, which comes with Chromium): the answers of the CPU, over trees and
// after rewinds too.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Decoder } from '../../src/model/decoder.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import type { RowLogits } from '../../src/model/model.ts';
import { useSoftwareGpu } from '../support/softwareGpu.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from '../support/tinyModel.ts';

const tree = { tokens: [9, 2, 6, 5, 3], parents: [7, 8, 8, 9, 10] };

/** A prompt, a tree after it, a rewind, a branch of the tree as a chain. */
async function answers(decoder: Decoder): Promise<readonly RowLogits[]> {
  const prompt = await decoder.forward({ tokens: [3, 1, 4, 1, 5, 9, 2, 6] });
  const branches = await decoder.forward(tree);
  decoder.cache.truncate(8);
  const branch = await decoder.forward({ tokens: [9, 6, 3] });
  return [prompt, branches, branch];
}

describe('WebGPU', function () {
  this.timeout(600_000);
  before(useSoftwareGpu);

  for (const architecture of ['llama', 'qwen2'] as const)
    it(`gives the logits of the CPU for a ${architecture} model`, () =>
      inTemporaryFolder(async (folder) => {
        const modelPath = join(folder, 'tiny.gguf');
        await writeTinyGguf(modelPath, tinyModel(tinyConfig(architecture)));
        const graph = await buildGraph(modelPath, { cachePath: join(folder, 'graphs'), precision: 'float32' });
        const cpu = await Decoder.open(graph, { device: 'cpu', threads: 1, maxTokens: 64 });
        const gpu = await Decoder.open(graph, { device: 'webgpu', threads: 1, maxTokens: 64 });
        try {
          assert.equal(gpu.device, 'webgpu');
          const expected = await answers(cpu);
          for (const [pass, { topIds, topLogits }] of (await answers(gpu)).entries()) {
            assert.deepEqual(topIds.slice(0, 4), expected[pass]!.topIds.slice(0, 4));
            for (const [i, logit] of topLogits.entries())
              assert.ok(Math.abs(logit - expected[pass]!.topLogits[i]!) < 1e-4, `pass ${pass}, value ${i}`);
          }
        } finally {
          await cpu.close();
          await gpu.close();
        }
      }));
});
