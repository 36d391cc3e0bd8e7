// A request → its answer, for benches: anything but a completion ends them with its reason.
import { complete } from '../../src/engine/complete.ts';
import type { Session } from '../../src/engine/session.ts';
import type { CompletionRequest, Draft, Outcome } from '../../src/protocol/messages.ts';

export type Completed = Extract<Outcome, { readonly outcome: 'done' }>;

export async function completed(session: Session, request: CompletionRequest): Promise<Completed> {
  const outcome = await complete(session, request, { signal: new AbortController().signal });
  if (outcome.outcome !== 'done') throw new Error(outcome.outcome === 'failed' ? outcome.reason : 'cancelled');
  return outcome;
}

/** What drafts say, to compare: what speaks for them is another matter. */
export function shownBy(drafts: readonly Draft[]): string {
  return JSON.stringify(drafts.map(({ text, replaces, logProb }) => ({ text, replaces, logProb })));
}
