// What a token would do to the text of a draft: go on, end it where it may end or too early, or say what may not be said.
import type { Monitor } from '../constraint/monitor/monitor.ts';
import { type StopContext, stopAt } from '../decode/stop.ts';
import type { DraftTask } from './draftTask.ts';
import { endingAt, type Said } from './endings.ts';
import type { Session } from './session.ts';

/** `opens`: it ends a line that cannot be the last, and opens a block. */
export type Effect = 'illegal' | 'unfounded' | 'continues' | 'opens' | 'ends' | 'endsTooEarly';

/** A draft as far as it was said. */
export interface SaidDraft {
  /** Token by token, from nothing on. */
  readonly steps: readonly Said[];
  readonly task: DraftTask;
  readonly stop: StopContext;
}

/** What `token` would do to `draft` behind one of its steps. */
export function effectOf(
  token: number,
  { text, state, monitor }: Said,
  draft: SaidDraft,
  { texts, tokenizer }: Session,
): Effect {
  const { task, stop } = draft;
  const { healed, opensBlock } = task;
  if (tokenizer.vocabulary.isSpecial(token)) return endAt(text, monitor, draft);
  const more = texts.of(token);
  if (stop.reach === 'line' && more?.includes('\n')) {
    const length = stopAt((text + more).slice(healed.length), stop);
    if (length !== undefined) {
      const line = (text + more).slice(0, healed.length + length);
      const end = endAt(line, monitor, draft, line.slice(text.length));
      return end === 'endsTooEarly' && opensBlock(line) && state.legal(token) ? 'opens' : end;
    }
  }
  if (!state.legal(token)) return 'illegal';
  return more === undefined || monitor.allows(more) ? 'continues' : 'unfounded';
}

/** Whether a draft may end with `text`. */
export function mayEnd(text: string, { steps, task }: Pick<SaidDraft, 'steps' | 'task'>): boolean {
  return endingAt(text, steps, task) !== undefined;
}

/** What it means to end with `text`, which is `more` than what `monitor` stands behind. */
function endAt(text: string, monitor: Monitor, draft: SaidDraft, more = ''): Effect {
  if (mayEnd(text, draft)) return 'ends';
  return monitor.mayEndWith(more, 0) ? 'endsTooEarly' : 'unfounded';
}
