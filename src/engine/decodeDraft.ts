// The decoding of one draft: the choices of `decoding.ts` as far as the logits are known, a forward pass for the logits they want
// next, and from the start again when facts about a name have come meanwhile. So nobody waits for facts, and the draft is the one
// that they would have led to had they been there from the start.
import type { Trace } from '../base/trace.ts';
import type { Facts } from '../constraint/monitor/facts.ts';
import type { RowLogits } from '../model/model.ts';
import { Decoding, type DecodingResult, type DraftTask } from './decoding.ts';
import { LogitsNode } from './logitsTree.ts';
import type { Session } from './session.ts';

export interface DecodedDraft extends DecodingResult {
  readonly passes: number;
  /** Milliseconds that the finished draft waited for facts. */
  readonly waitedMs: number;
}

/** What a draft is decoded from. */
export interface DraftInput {
  readonly task: DraftTask;
  readonly promptTokens: readonly number[];
  /** Logits after the prompt. */
  readonly first: RowLogits;
  /** What is known of names, and how many milliseconds the finished draft may wait for more. */
  readonly facts: Facts | undefined;
  readonly waitMs: number;
}

/** @throws Cancelled */
export async function decodeDraft(
  session: Session,
  { task, promptTokens, first, facts, waitMs }: DraftInput,
  signal: AbortSignal,
  trace: Trace,
): Promise<DecodedDraft> {
  const root = new LogitsNode([], first);
  let decoding = new Decoding(session, task, root);
  let answers = facts?.answers;
  let passes = 0;
  let waitedMs = 0;
  for (;;) {
    const wanted = decoding.goOn();
    if (wanted !== undefined) {
      const tokens = [...promptTokens, ...wanted.node.path];
      wanted.node.logits = await trace.span('forward', () => session.prefill(tokens, signal, wanted.all));
      passes++;
    } else if (facts !== undefined && decoding.isUncertain && waitedMs < waitMs) {
      const startMs = performance.now();
      await trace.span('facts', () => facts.next(waitMs - waitedMs));
      session.check(signal);
      waitedMs += performance.now() - startMs;
    } else return { ...decoding.result, passes, waitedMs };
    if (facts?.answers === answers) continue;
    answers = facts?.answers;
    decoding = new Decoding(session, task, root);
  }
}
