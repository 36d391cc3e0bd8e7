// What a draft is decoded by, and what comes of it.
import type { ConstraintState } from '../constraint/constraint.ts';
import type { Monitor } from '../constraint/monitor/monitor.ts';
import type { StopContext } from '../decode/stop.ts';
import type { Guide } from '../draft/guide.ts';
import type { Sampling } from '../protocol/messages.ts';
import type { Ending } from './endings.ts';
import type { Fork, TakenTokens } from './forks.ts';
import type { Fitted } from './overlap.ts';

export interface DraftTask {
  readonly constraint: ConstraintState;
  readonly monitor: Monitor;
  /** Text that the output begins with and that stands in the document already. */
  readonly healed: string;
  readonly stop: StopContext;
  /** Fits a text to what stands after the cursor. */
  readonly fitText: (text: string) => Fitted;
  /** Whether a completion that reaches a line's end, and cannot end there, may go on with the block that line opens. */
  readonly opensBlock: (said: string) => boolean;
  readonly maxTokens: number;
  /** How tokens are drawn; undefined where the most probable are said. */
  readonly sampling: Sampling | undefined;
  /** Less probable than this after so many tokens, a draft goes on no more. */
  readonly leastLogProb?: (tokens: number) => number;
  /** Whether other drafts are guessed at by superposed decoding; undefined where what passes cost decides. */
  readonly superposes?: boolean | undefined;
  /** What other drafts say at places that this one comes by. */
  readonly taken?: TakenTokens;
  /** The draft that this one parts from, and behind how many tokens. */
  readonly guide?: Omit<Guide, 'said'>;
}

export interface DecodingResult {
  /** Where it could have gone another way, up to a length of its text. */
  readonly forks: (length: number) => readonly Fork[];

  /** What the draft may be cut to, fitted, the longest first. */
  readonly endings: Iterable<Ending>;
  /** All that was said. */
  readonly tokens: readonly number[];
  /** Tokens at which something more probable was not admitted. */
  readonly interventions: number;
  /** Tokens at which something more probable would have spelt a name that is not there. */
  readonly unfounded: number;
  /** Places where nothing known was probable: a call was let go on, or the draft ends before the line of a name. */
  readonly released: number;
  /** Whether the constraint gave way. */
  readonly relaxed: boolean;
}
