// The embedded model, built and loaded for tests. Its graph stays in the repository's ignored cache from one run to the next.
import { fileURLToPath } from 'node:url';
import { Decoder } from '../../src/model/decoder.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import { embeddedModelPath } from './embeddedTokenizer.ts';

/** Folder of graphs built by tests, shared by all of them and by processes that run at the same time. */
export const testGraphsPath = fileURLToPath(new URL('../../.cache/test-graphs', import.meta.url));

/** The caller closes the decoder. */
export async function openEmbeddedModel({ threads = 2, maxTokens = 2048 } = {}): Promise<Decoder> {
  const graph = await buildGraph(embeddedModelPath, { cachePath: testGraphsPath });
  return Decoder.open(graph, { threads, maxTokens });
}
