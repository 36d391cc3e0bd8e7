// The embedded model, built and loaded for tests. Its graph stays in the repository's ignored cache from one run to the next.
import { Decoder, type DecoderOptions } from '../../src/model/decoder.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import type { Precision } from '../../src/model/graph/packWeights.ts';
import { testCachePath } from './built.ts';
import { embeddedModelPath } from './embeddedTokenizer.ts';

export interface EmbeddedOptions extends Partial<DecoderOptions> {
  readonly precision?: Precision;
}

/** The caller closes the decoder. */
export async function openEmbeddedModel({
  precision = 'quantised',
  ...options
}: EmbeddedOptions = {}): Promise<Decoder> {
  const graph = await buildGraph(embeddedModelPath, { cachePath: testCachePath, precision });
  return Decoder.open(graph, { threads: 2, maxTokens: 2048, ...options });
}
