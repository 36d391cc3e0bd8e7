// The decoding of one draft: the choices of `decoding.ts` as far as the logits are known, a forward pass for the logits they want
// next, and from the start again when facts about a name have come meanwhile. So nobody waits for facts, and the draft is the one
// that they would have led to had they been there from the start.
import type { Trace } from '../base/trace.ts';
import type { Facts } from '../constraint/monitor/facts.ts';
import type { Proposal } from '../draft/drafter.ts';
import type { RowLogits } from '../model/model.ts';
import { Decoding, type DecodingResult, type DraftTask } from './decoding.ts';
import { LogitsNode } from './logitsTree.ts';
import { type PassCounts, PassTally } from './passTally.ts';
import type { Session } from './session.ts';

export interface DecodedDraft extends DecodingResult, PassCounts {
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
  /** The last tokens of the document before those said; undefined where nothing is proposed. */
  readonly context: readonly number[] | undefined;
}

/** @throws Cancelled */
export async function decodeDraft(
  session: Session,
  { task, promptTokens, first, facts, waitMs, context }: DraftInput,
  signal: AbortSignal,
  trace: Trace,
): Promise<DecodedDraft> {
  const root = new LogitsNode([], first);
  const tally = new PassTally(session.speculation);
  let decoding = new Decoding(session, task, root);
  let answers = facts?.answers;
  let waitedMs = 0;
  let wanted = decoding.goOn();
  for (;;) {
    if (wanted !== undefined) {
      const { node, all } = wanted;
      const tokens = [...promptTokens, ...node.path];
      const startMs = performance.now();
      const proposals = all || context === undefined ? [] : propose(session, decoding, tokens.length, context);
      tally.open(node.path.length, proposals, performance.now() - startMs);
      await trace.span('forward', async () => {
        if (all) node.logits = await session.prefill(tokens, signal, true);
        else await verify(session, node, tokens, proposals, signal);
      });
    } else if (facts !== undefined && decoding.isUncertain && waitedMs < waitMs) {
      const startMs = performance.now();
      await trace.span('facts', () => facts.next(waitMs - waitedMs));
      session.check(signal);
      waitedMs += performance.now() - startMs;
    } else return { ...decoding.result, ...tally.counts, waitedMs };
    if (facts?.answers !== answers) {
      answers = facts?.answers;
      decoding = new Decoding(session, task, root);
    } else if (wanted === undefined) continue;
    wanted = decoding.goOn();
    const note = tally.close(decoding.path, (token) => session.texts.of(token));
    if (note !== undefined) trace.note(note);
  }
}

function propose(
  { model, speculation }: Session,
  decoding: Decoding,
  length: number,
  context: readonly number[],
): readonly Proposal[] {
  const { path, forced, room } = decoding;
  const most = Math.min(room - 1, model.cache.maxLength - length);
  return speculation.propose({ context: [...context, ...path], forced, most, admits: decoding.gate() });
}

/** Asks the model what comes behind `node` and behind each of the proposals. */
async function verify(
  session: Session,
  node: LogitsNode,
  tokens: readonly number[],
  proposals: readonly Proposal[],
  signal: AbortSignal,
): Promise<void> {
  const proposed = proposals.map(({ token }) => token);
  const rows = await session.verify(tokens, proposed, signal);
  let at = node;
  for (const [row, logits] of rows.entries()) {
    if (row > 0) at = at.child(proposed[row - 1]!);
    at.logits = logits;
  }
  session.speculation.learnPass(tokens, proposed, rows);
}
