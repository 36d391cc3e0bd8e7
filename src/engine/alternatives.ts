// Other texts for the place of a first draft: from where it could most probably have gone another way, decoded beside each other
// in rows of the same passes. The model itself says every token, so what is found needs no verification.
import type { Trace } from '../base/trace.ts';
import { Branches, OutOfRoom } from './branches.ts';
import { type DraftsInput, decodeDrafts } from './decodeDrafts.ts';
import type { DraftTask } from './draftTask.ts';
import { type Fork, isElse, type TakenTokens } from './forks.ts';
import { type Held, type RankedDraft, rank } from './rank.ts';
import type { Session } from './session.ts';

/** Less probable than this up to where it forks, a draft is not worth a look. */
const leastProbability = 0.01;
/** Nor is one whose tokens behind the fork are less probable than this, in the geometric mean. */
const leastMean = 0.4;
/** Times that forks are followed: a text may turn out to be no draft, or to say what another says. */
const mostRounds = 3;

export interface AlternativesInput extends Omit<DraftsInput, 'tasks' | 'asker'> {
  readonly prompt: readonly number[];
  readonly task: DraftTask;
  readonly first: RankedDraft;
  /** Drafts that are wanted beside the first. */
  readonly most: number;
  readonly held: Held;
}

/** A fork of a text that was decoded for a task. */
interface OpenFork extends Fork {
  readonly task: DraftTask;
  readonly tokens: readonly number[];
}

/**
 * Drafts that mean something else than the first and than each other, the most probable first.
 * @throws Cancelled
 */
export async function findAlternatives(
  session: Session,
  { prompt, task, first, most, held, ...input }: AlternativesInput,
  signal: AbortSignal,
  trace: Trace,
): Promise<readonly RankedDraft[]> {
  const others: RankedDraft[] = [];
  const open = forksOf(first, task, 0);
  const branches = new Branches(session, prompt, input.root, first.decoded.tokens, signal);
  try {
    for (let round = 0; round < mostRounds && others.length < most; round++) {
      open.sort((one, other) => other.logProb - one.logProb);
      const forks = open.splice(0, most - others.length);
      if (forks.length === 0) break;
      const tasks = forks.map(taskOf);
      const { drafts } = await decodeDrafts(session, { ...input, tasks, asker: branches }, signal, trace);
      for (const [at, decoded] of drafts.entries()) {
        const ranked = rank(session, decoded, held);
        if (ranked === undefined || isDoubtful(ranked, forks[at]!)) continue;
        open.push(...forksOf(ranked, tasks[at]!, forks[at]!.node.path.length + 1));
        if ([first, ...others].every(({ said }) => isElse(said, ranked.said))) others.push(ranked);
      }
    }
  } catch (error) {
    if (!(error instanceof OutOfRoom)) throw error;
  } finally {
    branches.close();
  }
  return others.sort((one, other) => other.draft.logProb - one.draft.logProb);
}

function isDoubtful({ draft }: RankedDraft, { node, logProb }: Fork): boolean {
  const tokens = Math.max(1, draft.tokens - node.path.length - 1);
  return draft.logProb - logProb < tokens * Math.log(leastMean);
}

/** Where a draft could have gone another way, behind `from` tokens at the earliest. */
function forksOf({ decoded, said }: RankedDraft, task: DraftTask, from: number): OpenFork[] {
  return decoded
    .forks(said.length)
    .filter(({ node, logProb }) => node.path.length >= from && logProb >= Math.log(leastProbability))
    .map((fork) => ({ ...fork, task, tokens: decoded.tokens }));
}

/** The task of the text that goes the other way. */
function taskOf({ node, before, task, tokens }: OpenFork): DraftTask {
  const taken: TakenTokens = new Map([...(task.taken ?? []), [node, new Set(before)]]);
  return { ...task, taken, guide: { tokens, shared: node.path.length } };
}
