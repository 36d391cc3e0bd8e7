// How sure the model is of a draft beside the first: what those are ordered by, and which are not shown.
import type { StopContext } from '../decode/stop.ts';
import type { Draft } from '../protocol/messages.ts';

type Said = Pick<Draft, 'logProb' | 'tokens'>;
type Reach = StopContext['reach'];

/** Blocks whose tokens are less probable than this in the geometric mean were never right, nor was their first name. */
const leastOfBlock = 0.3;

/**
 * The higher, the surer. Texts that end with their line are compared by the logarithms of their probabilities. Blocks are of any
 * length, and the shortest would be the most probable, so theirs are divided by their tokens (Wu et al., 2016, arXiv 1609.08144,
 * section 7).
 */
export function confidenceIn(draft: Said, reach: Reach): number {
  return reach === 'line' ? draft.logProb : meanOf(draft);
}

/** Whether a draft is too improbable to be shown; a line, which may be the rest of a name, is by its fork alone. */
export function isUnsure(draft: Said, reach: Reach): boolean {
  return reach === 'block' && meanOf(draft) < Math.log(leastOfBlock);
}

function meanOf({ logProb, tokens }: Said): number {
  return logProb / Math.max(1, tokens);
}
