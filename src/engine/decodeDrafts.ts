// The decoding of drafts: the choices of `decoding.ts` as far as the logits are known, a forward pass for the logits they want next,
// and from the start again when facts about a name have come meanwhile. So nobody waits for facts, and a draft is the one that they
// would have led to had they been there from the start.
import type { Trace } from '../base/trace.ts';
import type { Facts } from '../constraint/monitor/facts.ts';
import { expectedOf, type Proposal, type TreeLimits } from '../draft/drafter.ts';
import { mostRows } from '../draft/passCost.ts';
import type { Asker } from './asker.ts';
import { Decoding, type Wanted } from './decoding.ts';
import type { DecodingResult, DraftTask } from './draftTask.ts';
import type { LogitsNode } from './logitsTree.ts';
import type { Asked, PassTally } from './passTally.ts';
import type { Session } from './session.ts';

export interface DecodedDrafts {
  readonly drafts: readonly DecodingResult[];
  /** Milliseconds that finished drafts waited for facts. */
  readonly waitedMs: number;
}

/** What drafts are decoded from. */
export interface DraftsInput {
  readonly tasks: readonly DraftTask[];
  /** The place behind the prompt, with its logits. */
  readonly root: LogitsNode;
  readonly asker: Asker;
  readonly tally: PassTally;
  /** What is known of names, and how many milliseconds finished drafts may wait for more. */
  readonly facts: Facts | undefined;
  readonly waitMs: number;
  /** The last tokens of the document before those said; undefined where nothing is proposed. */
  readonly context: readonly number[] | undefined;
}

/**
 * Decodes a draft for each task, all in the same passes.
 * @throws Cancelled
 */
export async function decodeDrafts(
  session: Session,
  { tasks, root, asker, tally, facts, waitMs, context }: DraftsInput,
  signal: AbortSignal,
  trace: Trace,
): Promise<DecodedDrafts> {
  const begin = (): Decoding[] => tasks.map((task) => new Decoding(session, task, root));
  let decodings = begin();
  let answers = facts?.answers;
  let waitedMs = 0;
  const goOn = (): (Wanted | undefined)[] => {
    const places = decodings.map((decoding) => decoding.goOn());
    for (const note of tally.close(decodings.map(({ path }) => path))) trace.note(note);
    return places;
  };
  let wanted = goOn();
  for (;;) {
    const isOpen = wanted.some((place) => place !== undefined);
    if (isOpen) {
      const startMs = performance.now();
      const asked = questionsOf(session, decodings, wanted, { asker, context });
      const proposeMs = performance.now() - startMs;
      const rows = await trace.span('forward', () => asker.ask(asked.map(({ question }) => question)));
      tally.open(asked, rows, proposeMs);
    } else if (facts !== undefined && waitedMs < waitMs && decodings.some(({ isUncertain }) => isUncertain)) {
      const startMs = performance.now();
      await trace.span('facts', () => facts.next(waitMs - waitedMs));
      session.runner.check(signal);
      waitedMs += performance.now() - startMs;
    } else return { drafts: decodings.map(({ result }) => result), waitedMs };
    if (facts?.answers !== answers) {
      answers = facts?.answers;
      decodings = begin();
    } else if (!isOpen) continue;
    wanted = goOn();
  }
}

/** What the drafts that go on want to know. */
function questionsOf(
  session: Session,
  decodings: readonly Decoding[],
  wanted: readonly (Wanted | undefined)[],
  { asker, context }: Pick<DraftsInput, 'asker' | 'context'>,
): Asked[] {
  const asked: Asked[] = [];
  // each other asks for a row at least, which yields a token
  const open = wanted.filter((place) => place !== undefined);
  const missing = open.reduce((sum, { node }) => sum + asker.missing(node), 0);
  const beside = { rows: missing + open.length - 1, tokens: open.length - 1 };
  for (const [draft, place] of wanted.entries()) {
    if (place === undefined) continue;
    const most = mostRows - 1 - beside.rows;
    const proposals = proposalsFor(session, decodings[draft]!, { asker, context, beside, most });
    beside.rows += proposals.length;
    beside.tokens += expectedOf(proposals);
    asked.push({ draft, question: { ...place, proposals } });
  }
  return asked;
}

interface ProposalInput extends Pick<DraftsInput, 'asker' | 'context'>, Pick<TreeLimits, 'beside' | 'most'> {}

/** Tokens that are worth asking about in the pass that says how a draft goes on. */
export function proposalsFor(
  { speculation }: Session,
  decoding: Decoding,
  { asker, context, beside, most }: ProposalInput,
): readonly Proposal[] {
  if (context === undefined) return [];
  const { node, path, typed, forced, guide, gate, room } = decoding;
  const limits = { most: Math.min(most, room - 1, asker.room(node) - 1), gate, beside };
  return speculation.propose({ context: [...context, ...path], typed, forced, guide, ...limits });
}
