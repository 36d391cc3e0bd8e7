// What a model is, as text: shape, size, layout, licence, and where its graph lies.
import { findGguf, openWeights } from '../model/format/openWeights.ts';
import { buildGraph } from '../model/graph/buildGraph.ts';
import { knownModelAt } from '../model/store/modelStore.ts';
import { loadTokenizer } from '../model/tokenizer.ts';
import { layoutFor } from '../prompt/layouts.ts';
import type { CliOptions } from './options.ts';

/** @throws ModelFileError or GraphBuildError */
export async function modelInfo({ modelPath, cachePath }: CliOptions): Promise<string> {
  const weights = await openWeights(modelPath);
  try {
    const { config, tensors } = weights;
    const parameters = [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    const types = new Map<string, number>();
    for (const { type } of tensors.values()) types.set(type, (types.get(type) ?? 0) + 1);
    const graph = await buildGraph(modelPath, { cachePath });
    const layout = layoutFor((await knownModelAt(modelPath)) ?? config.name, await loadTokenizer(modelPath));
    const rows: readonly (readonly [string, string])[] = [
      ['name', config.name],
      ['file', (await findGguf(modelPath)) ?? modelPath],
      ['sha256', await weights.hash()],
      [
        'architecture',
        `${config.architecture}, ${config.layers} layers, hidden ${config.hidden}, ${config.heads}/${config.kvHeads} heads`,
      ],
      ['parameters', `${(parameters / 1e6).toFixed(1)} million`],
      ['stored as', [...types].map(([type, count]) => `${count} × ${type}`).join(', ')],
      ['vocabulary', String(config.vocabulary)],
      ['context', `${config.contextTokens} tokens`],
      ['layout', layout?.order ?? 'none: it cannot fill in the middle'],
      ['graph', graph.folder],
    ];
    return rows.map(([name, value]) => `${name.padEnd(13)} ${value}`).join('\n');
  } finally {
    await weights.close();
  }
}
