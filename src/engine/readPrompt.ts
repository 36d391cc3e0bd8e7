// The prompt → the logits behind it. Its last pass asks about the first tokens of the draft, too: those that come true are
// said before the first pass of decoding.
import { setImmediate } from 'node:timers/promises';
import { mostRows } from '../draft/passCost.ts';
import type { Prompt } from '../prompt/render.ts';
import { type DraftsInput, proposalsFor } from './decodeDrafts.ts';
import { Decoding } from './decoding.ts';
import type { DraftTask } from './draftTask.ts';
import { LogitsNode } from './logitsTree.ts';
import type { Session } from './session.ts';

export interface PromptInput extends Pick<DraftsInput, 'asker' | 'tally' | 'context'> {
  readonly prompt: Prompt;
  /** The draft to come; nothing is proposed for one that is not known when the last pass begins. */
  readonly begun: Promise<{ readonly task: DraftTask }>;
}

/**
 * The place behind the prompt, with its logits.
 * @throws Cancelled
 */
export async function readPrompt(
  session: Session,
  { prompt, begun, asker, tally, context }: PromptInput,
  signal: AbortSignal,
): Promise<LogitsNode> {
  const { runner, speculation } = session;
  const node = new LogitsNode();
  const rows = await runner.approach(prompt.tokens, signal);
  // what is made of an open grammar is there by then
  const known = await Promise.race([begun, setImmediate(undefined)]);
  const startMs = performance.now();
  // a row of the prompt yields what it costs: so a proposal has to save more than it adds
  const beside = { rows: rows - 1, tokens: speculation.cost.of(rows) - 1 };
  const proposals = known
    ? proposalsFor(session, new Decoding(session, known.task, node), { asker, context, beside, most: mostRows - 1 })
    : [];
  const proposeMs = performance.now() - startMs;
  const question = { node, all: prompt.healed.length > 0, proposals };
  await asker.ask([question]);
  tally.openPrompt({ draft: 0, question }, proposeMs);
  return node;
}
