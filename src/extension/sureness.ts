// Whether a draft is sure enough to be shown to somebody who has not asked for it.
import type { Draft } from '../protocol/messages.ts';

/** Texts of several lines are of any length: of longer ones, so many tokens count as much as all. */
const blockTokens = 8;

/**
 * How probable a draft is, where what cannot stand there is left out: from 0 to 1. That of a line is how often it is right
 * (`drafts-sureness`).
 */
export function sureness({ text, logProb, logLegalMass, tokens }: Draft): number {
  const isBlock = text.trimEnd().includes('\n');
  const share = isBlock ? Math.min(1, blockTokens / tokens) : 1;
  return Math.exp((logProb - logLegalMass) * share);
}
