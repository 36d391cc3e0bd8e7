// A process that builds the graph of argument 1 in the cache folder of argument 2 as soon as it is told to, and says how it went.
import { buildGraph } from '../../src/model/graph/buildGraph.ts';

export type BuildProcessMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'built'; readonly folder: string; readonly wrote: boolean };

const [modelPath = '', cachePath = ''] = process.argv.slice(2);
const say = (message: BuildProcessMessage): boolean | undefined => process.send?.(message);

process.once('message', async () => {
  let wrote = false;
  const { folder } = await buildGraph(modelPath, {
    cachePath,
    onProgress: () => {
      wrote = true;
    },
  });
  say({ type: 'built', folder, wrote });
  process.disconnect();
});
say({ type: 'ready' });
