// The benches of several drafts: what they cost beside one (`drafts-cost`), whether they are worth it (`drafts-worth`), what those
// beside the first are and how they are ordered (`drafts-order`), what their parts are worth (`drafts-ablation`), how far superposed
// distributions may be trusted (`drafts-fidelity`), and how often a draft is right that is so sure (`drafts-sureness`).
import type { BenchOptions } from '../speculation/work.ts';
import { benchAblation } from './ablation.ts';
import { benchCost } from './cost.ts';
import { benchFidelity } from './fidelity.ts';
import { benchOrder } from './order.ts';
import { benchSureness } from './sureness.ts';
import { benchWorth } from './worth.ts';

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  'drafts-cost': benchCost,
  'drafts-worth': benchWorth,
  'drafts-order': benchOrder,
  'drafts-ablation': benchAblation,
  'drafts-fidelity': benchFidelity,
  'drafts-sureness': benchSureness,
};

export const draftsParts: readonly string[] = Object.keys(parts);

export async function runDraftsParts(chosen: ReadonlySet<string>, options: BenchOptions): Promise<void> {
  for (const [name, run] of Object.entries(parts)) if (chosen.has(name)) await run(options);
}
