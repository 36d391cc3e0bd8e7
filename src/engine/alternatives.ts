// Other texts for the place of a first draft: from where it could most probably have gone another way, decoded beside each other
// in rows of the same passes. The model itself says every token, so what is found needs no verification.
import type { Trace } from '../base/trace.ts';
import { chainOf } from '../draft/drafter.ts';
import { nodesOf, type Question } from './asker.ts';
import { Branches, OutOfRoom } from './branches.ts';
import { confidenceIn, isUnsure } from './confidence.ts';
import { type DraftsInput, decodeDrafts } from './decodeDrafts.ts';
import type { DraftTask } from './draftTask.ts';
import { type Fork, isElse, type TakenTokens, worthOf } from './forks.ts';
import type { LogitsNode } from './logitsTree.ts';
import { type Held, type RankedDraft, rank } from './rank.ts';
import type { Session } from './session.ts';
import { paysToSuperpose, superposedPaths } from './superpose.ts';

/** Less probable than this up to where it forks, a draft is not worth a look. */
const leastProbability = 0.01;
/** Nor is one whose tokens behind the fork are less probable than this, in the geometric mean; looked at while it is decoded, too. */
const leastMean = 0.4;
const leastTokens = 3;
/** Times that forks are followed, and how many more than drafts are wanted: a text may be no draft, or say what another says. */
const mostRounds = 2;
const spareForks = 1;

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
 * Drafts that mean something else than the first and than each other, the surest first.
 * @throws Cancelled
 */
export async function findAlternatives(
  session: Session,
  { prompt, task, first, most, held, ...input }: AlternativesInput,
  signal: AbortSignal,
  trace: Trace,
): Promise<readonly RankedDraft[]> {
  const found: RankedDraft[] = [];
  let others: readonly RankedDraft[] = [];
  const { reach } = task.stop;
  const open = forksOf(first, task, 0);
  if (open.length === 0) return [];
  const paths = await superposed(session, { prompt, task, most, ...input }, signal);
  const branches = new Branches(session, prompt, input.root, first.decoded.tokens, signal);
  try {
    const questions = questionsAbout(input.root, paths);
    if (questions.length > 0) input.tally.add(1, await branches.ask(questions));
    for (let round = 0; round < mostRounds && others.length < most; round++) {
      open.sort((one, other) => worthOf(other) - worthOf(one));
      const forks = open.splice(0, most - others.length + spareForks);
      if (forks.length === 0) break;
      const tasks = forks.map(taskOf);
      const { drafts } = await decodeDrafts(session, { ...input, tasks, asker: branches }, signal, trace);
      for (const [at, decoded] of drafts.entries()) {
        const ranked = rank(session, decoded, held);
        if (ranked === undefined || isUnsure(ranked.draft, reach) || isDoubtful(ranked, forks[at]!)) continue;
        open.push(...forksOf(ranked, tasks[at]!, forks[at]!.node.path.length + 1));
        found.push(ranked);
      }
      found.sort((one, other) => confidenceIn(other.draft, reach) - confidenceIn(one.draft, reach));
      others = partingFrom(first, found).slice(0, most);
    }
  } catch (error) {
    if (!(error instanceof OutOfRoom)) throw error;
  } finally {
    branches.close();
  }
  return others;
}

/** Those of `drafts` that mean something else than `first` and than those before them. */
function partingFrom(first: RankedDraft, drafts: readonly RankedDraft[]): readonly RankedDraft[] {
  const parting: RankedDraft[] = [];
  for (const ranked of drafts)
    if ([first, ...parting].every(({ said }) => isElse(said, ranked.said))) parting.push(ranked);
  return parting;
}

/** Guesses at what the drafts will say, where those cost less than they save. */
async function superposed(
  session: Session,
  { prompt, root, task, most, tally, context }: Omit<AlternativesInput, 'first' | 'held'>,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const width = most + 1;
  if (context === undefined || !(task.superposes ?? paysToSuperpose(session.speculation.cost, width))) return [];
  const onStep = (): void => tally.add(1, 1);
  return superposedPaths(session, { prompt, first: root.logits!, task, width, context, onStep }, signal);
}

/** Questions about all that is not known on some paths, each token once. */
function questionsAbout(root: LogitsNode, paths: readonly (readonly number[])[]): readonly Question[] {
  const asked = new Set<LogitsNode>();
  return paths.flatMap((path) => {
    let node = root;
    let at = 0;
    while (at < path.length && (node.logits !== undefined || asked.has(node))) node = node.child(path[at++]!);
    if (node.logits !== undefined || asked.has(node)) return [];
    const proposals = chainOf(path.slice(at));
    for (const place of [node, ...nodesOf(node, proposals)]) asked.add(place);
    return [{ node, all: false, proposals }];
  });
}

function isDoubtful({ draft }: RankedDraft, fork: Fork): boolean {
  return draft.logProb < leastLogProb(fork, Math.max(draft.tokens, fork.node.path.length + 2));
}

/** Of a text of so many tokens that goes on behind a fork. */
function leastLogProb({ node, logProb }: Fork, tokens: number): number {
  return logProb + (tokens - node.path.length - 1) * Math.log(leastMean);
}

/** Where a draft could have gone another way, behind `from` tokens at the earliest. */
function forksOf({ decoded, said }: RankedDraft, task: DraftTask, from: number): OpenFork[] {
  return decoded
    .forks(said.length)
    .filter(({ node, logProb }) => node.path.length >= from && logProb >= Math.log(leastProbability))
    .map((fork) => ({ ...fork, task, tokens: decoded.tokens }));
}

/** The task of the text that goes the other way. */
function taskOf(fork: OpenFork): DraftTask {
  const { node, before, task, tokens } = fork;
  const taken: TakenTokens = new Map([...(task.taken ?? []), [node, new Set(before)]]);
  const soon = node.path.length + 1 + leastTokens;
  const least = (length: number): number => (length < soon ? Number.NEGATIVE_INFINITY : leastLogProb(fork, length));
  return { ...task, taken, guide: { tokens, shared: node.path.length }, leastLogProb: least };
}
