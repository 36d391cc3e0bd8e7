// The embedded model, built and loaded for tests. Its graph stays in the repository's ignored cache from one run to the next.
import { Decoder } from '../../src/model/decoder.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import { testCachePath } from './built.ts';
import { embeddedModelPath } from './embeddedTokenizer.ts';

/** The caller closes the decoder. */
export async function openEmbeddedModel({ threads = 2, maxTokens = 2048 } = {}): Promise<Decoder> {
  const graph = await buildGraph(embeddedModelPath, { cachePath: testCachePath });
  return Decoder.open(graph, { threads, maxTokens });
}
