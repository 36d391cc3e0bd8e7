// The text where the cursor rests → its prompt in the cache, before anything is typed there: what is typed appends to it.
import { Trace } from '../base/trace.ts';
import { gather } from '../context/gather.ts';
import type { CompletionRequest } from '../protocol/messages.ts';
import { documentOf, renderPrompt } from './complete.ts';
import { constrain } from './constrain.ts';
import { Cancelled } from './modelRunner.ts';
import type { Session } from './session.ts';

/**
 * Brings the cache to the prompt that a completion of `request` would have, and has its document parsed and known to proposals.
 * Resolves with how many tokens were computed for it: fewer than it lacked where it was called off.
 * @throws Error if the prompt cannot be rendered or computed
 */
export async function readAhead(session: Session, request: CompletionRequest, signal: AbortSignal): Promise<number> {
  const { runner, speculation } = session;
  const context = gather(request);
  const prompt = renderPrompt(session, context, request);
  const known = runner.reusable(prompt.tokens);
  runner.promptLength = prompt.tokens.length;
  const document = documentOf(request, context);
  if (!speculation.knows(document.key)) void speculation.learnDocument(document);
  await constrain(session, context, prompt, request, new Trace('read'));
  try {
    // the last token is computed again with every question
    if (known < prompt.tokens.length - 1) await runner.prefill(prompt.tokens, signal, false);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
  return runner.reusable(prompt.tokens) - known;
}
