// Guesses at several drafts of a place by superposed decoding: a row a step for all of them, and each held to its own grammar and
// names. What comes out is no text to show: the model is asked about it, and says what is right.
import type { ConstraintState } from '../constraint/constraint.ts';
import type { Monitor } from '../constraint/monitor/monitor.ts';
import { byProbability } from '../decode/choice.ts';
import { candidatesPerDraft, type SuperposedDraft, sharesOf, superpose } from '../decode/superposed.ts';
import type { PassCost } from '../draft/passCost.ts';
import type { RowLogits } from '../model/model.ts';
import type { DraftTask } from './draftTask.ts';
import type { Session } from './session.ts';

/** Mixtures drift from what they are a mixture of: the paper takes ten steps, at most. */
export const mostSteps = 8;

/** Where a draft stands; names are those behind its last token but one, until it is among the best. */
interface State {
  readonly constraint: ConstraintState;
  readonly monitor: Monitor;
  readonly text: string;
}

export interface SuperposeInput {
  readonly prompt: readonly number[];
  /** Logits behind the prompt. */
  readonly first: RowLogits;
  readonly task: Pick<DraftTask, 'constraint' | 'monitor' | 'stop'>;
  readonly width: number;
  /** The document's last tokens. */
  readonly context: readonly number[];
  /** Told each step's drafts, and the distribution that they share. */
  readonly onStep?: (drafts: readonly SuperposedDraft<unknown>[], shared: RowLogits) => void;
}

/** Whether superposed steps and a pass that verifies them cost less than a row for each draft. */
export function paysToSuperpose(cost: PassCost, width: number): boolean {
  return mostSteps + cost.of(width * mostSteps) < mostSteps * cost.of(width);
}

/**
 * Paths of tokens behind the prompt, the most probable first. The cache holds the prompt, and is left as it is.
 * @throws Cancelled
 */
export async function superposedPaths(
  session: Session,
  { prompt, first, task, width, context, onStep }: SuperposeInput,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const { model, tokenizer, texts, speculation } = session;
  const rules = {
    width,
    advance: ({ constraint, monitor, text }: State, token: number): State | undefined => {
      const more = texts.of(token);
      if (more === undefined || tokenizer.vocabulary.isSpecial(token)) return undefined;
      if (!constraint.legal(token) || !monitor.allows(more)) return undefined;
      return { constraint: constraint.advance(token), monitor, text: text + more };
    },
    ends: (token: number): boolean => task.stop.reach === 'line' && texts.of(token)?.includes('\n') === true,
    seenBehind: (tokens: readonly number[]) => {
      const counts = speculation.seenBehind([...context, ...tokens]);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return { total, count: (token: number): number => counts.get(token) ?? 0 };
    },
  };
  const found: SuperposedDraft<State>[] = [];
  let alive: readonly SuperposedDraft<State>[] = [
    { tokens: [], score: 0, state: { constraint: task.constraint, monitor: task.monitor, text: '' } },
  ];
  let shared = first;
  let slot = prompt.length - 1;
  try {
    for (let steps = 0; ; steps++) {
      const candidates = [...byProbability(shared, 0, steps === 0 ? task.constraint.candidates : undefined)];
      const step = superpose(alive, candidates.slice(0, candidatesPerDraft * width), rules);
      found.push(...step.finished);
      alive = step.alive.map(withNames);
      if (alive.length === 0 || steps === mostSteps || model.cache.length === model.cache.maxLength) break;
      const tokens = alive.map((draft) => draft.tokens.at(-1)!);
      const mixture = { width: tokens.length, weights: sharesOf(alive) };
      const [logits] = await session.runner.beside({ tokens, mixture, parents: [slot] }, signal);
      slot = model.cache.length - 1;
      shared = logits!;
      onStep?.(alive, shared);
    }
  } finally {
    session.runner.endBeside();
  }
  found.push(...alive);
  return found
    .sort((one, other) => other.score - one.score)
    .slice(0, width)
    .map(({ tokens }) => tokens);
}

/** Asks about the names that begin behind the last token of one of the best. */
function withNames({ tokens, score, state }: SuperposedDraft<State>): SuperposedDraft<State> {
  return { tokens, score, state: { ...state, monitor: state.monitor.advance(tokens.at(-1)!, state.text) } };
}
