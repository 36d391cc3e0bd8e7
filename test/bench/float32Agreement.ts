// The same comparison without rounding: the weights written out in float32 for both engines, products and caches in float32.
// What is left apart is the order of summation, so a wrong graph would show.

import path from 'node:path';
import { Decoder } from '../../src/model/decoder.ts';
import { buildGraph } from '../../src/model/graph/buildGraph.ts';
import { topCount } from '../../src/model/model.ts';
import { type Agreement, agreement } from './agreement.ts';
import { writeFloat32Gguf } from './float32Gguf.ts';
import { openPeer } from './peer.ts';
import type { NextToken } from './peerMessages.ts';

/** Rows of a pass. */
const rows = 128;

export interface Float32Options {
  readonly ggufPath: string;
  /** Where the large files go. */
  readonly folder: string;
  readonly threads: number;
  readonly contextTokens: number;
}

/** Agreement over `tokens`, evaluated from an empty cache. */
export async function float32Agreement(tokens: readonly number[], options: Float32Options): Promise<Agreement> {
  const { folder, threads, contextTokens } = options;
  const file = path.join(folder, `${path.basename(path.dirname(options.ggufPath))}-f32.gguf`);
  await writeFloat32Gguf(options.ggufPath, file);
  const peer = await openPeer(file, { threads, contextTokens, cacheType: 'F32' });
  const theirs = await peer.positions(tokens, topCount).finally(() => peer.dispose());
  const graph = await buildGraph(file, { cachePath: path.join(folder, 'graphs'), precision: 'float32' });
  const decoder = await Decoder.open(graph, { threads, maxTokens: contextTokens });
  const mine: NextToken[] = [];
  try {
    for (let start = 0; start < tokens.length; start += rows) {
      const out = await decoder.forward({ tokens: tokens.slice(start, start + rows) });
      for (const [row, logSumExp] of out.logSumExp.entries()) {
        const [from, to] = [row * topCount, (row + 1) * topCount];
        mine.push({ ids: out.topIds.slice(from, to), logits: out.topLogits.slice(from, to), logSumExp });
      }
    }
  } finally {
    await decoder.close();
  }
  return agreement(theirs, mine);
}
