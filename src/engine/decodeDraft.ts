// The decoding of one draft: token by token the most probable one that the constraint admits, until the model ends, a stop rule
// or the cap; then the places where it may end, the last first.
import type { Trace } from '../base/trace.ts';
import type { ConstraintState } from '../constraint/constraint.ts';
import { chooseGreedy } from '../decode/greedy.ts';
import { type StopContext, stopAt } from '../decode/stop.ts';
import { type RowLogits, topCount } from '../model/model.ts';
import type { Fitted } from './overlap.ts';
import type { Session } from './session.ts';

/** Below this much legal probability, so many tokens in a row, the constraint is at odds with the model and gives way. */
const leastLegalMass = 0.01;
const patience = 3;

/** Once the constraint has changed the model's course, an end among so many most probable tokens, so probable, is taken. */
const nearTop = 3;
const leastEndProbability = 0.05;

export interface DraftTask {
  readonly first: RowLogits;
  readonly constraint: ConstraintState;
  /** Length of the text that the output begins with and that stands in the document already. */
  readonly healedLength: number;
  readonly stop: StopContext;
  /** Fits a text to what stands after the cursor. */
  readonly fitText: (text: string) => Fitted;
  /** Whether a completion that reaches a line's end, and cannot end there, may go on with the block that line opens. */
  readonly opensBlock: (said: string) => boolean;
  readonly maxTokens: number;
}

export interface DecodedDraft {
  /** What the draft may be cut to, fitted, the longest first. */
  readonly endings: () => Iterable<Ending>;
  readonly emitted: number;
  readonly passes: number;
  /** Tokens at which something more probable was not admitted. */
  readonly interventions: number;
  /** Whether the constraint gave way. */
  readonly relaxed: boolean;
}

export interface Ending extends Fitted {
  readonly logProb: number;
}

/** Where decoding stood after a token. */
interface Step {
  readonly length: number;
  readonly state: ConstraintState;
  readonly logProb: number;
}

/** What a token would do to the text. `opens`: it ends a line that cannot be the last, and opens a block. */
type Effect = 'illegal' | 'continues' | 'opens' | 'ends';

/** @throws Cancelled */
export async function decodeDraft(
  session: Session,
  task: DraftTask,
  signal: AbortSignal,
  trace: Trace,
): Promise<DecodedDraft> {
  const { texts } = session;
  const { vocabulary } = session.tokenizer;
  const { healedLength, maxTokens } = task;
  const stream = vocabulary.decoder();
  const steps: Step[] = [{ length: 0, state: task.constraint, logProb: 0 }];
  let { stop, first: logits } = task;
  let state = task.constraint;
  let said = '';
  let interventions = 0;
  let unlikely = 0;
  let passes = 0;
  let relaxed = false;

  const mayEnd = (text: string): boolean => endingAt(text, steps, task) !== undefined;
  const effectOf = (token: number): Effect => {
    if (vocabulary.isSpecial(token)) return mayEnd(said) ? 'ends' : 'illegal';
    const text = texts.of(token);
    if (stop.reach === 'line' && text?.includes('\n')) {
      const length = stopAt((said + text).slice(healedLength), stop);
      if (length !== undefined) {
        const line = (said + text).slice(0, healedLength + length);
        if (mayEnd(line)) return 'ends';
        return task.opensBlock(line) && state.legal(token) ? 'opens' : 'illegal';
      }
    }
    return state.legal(token) ? 'continues' : 'illegal';
  };

  while (steps.length <= maxTokens) {
    if (interventions > 0 && nearlyEnds(logits, (token) => effectOf(token) === 'ends')) break;
    const choice = chooseGreedy(logits, 0, state.candidates, (token) => effectOf(token) !== 'illegal');
    unlikely = choice !== undefined && 1 - choice.rejectedMass > leastLegalMass ? 0 : unlikely + 1;
    if (!relaxed && (choice === undefined || unlikely === patience)) {
      relaxed = true;
      state = state.relax();
      continue;
    }
    if (choice === undefined || vocabulary.isSpecial(choice.token)) break;
    const { token } = choice;
    if (choice.rejectedMass > 0) interventions++;
    const effect = effectOf(token);
    said += stream.push(token);
    if (effect === 'opens') stop = { ...stop, reach: 'block', opensBlock: true };
    if (effect !== 'ends') state = state.advance(token);
    steps.push({ length: said.length, state, logProb: steps.at(-1)!.logProb + choice.logProb });
    if (effect === 'ends' || stopAt(said.slice(healedLength), stop) !== undefined || steps.length > maxTokens) break;
    passes++;
    logits = await trace.span('forward', () => session.forward([token], signal, state.candidates !== undefined));
  }

  // a text that ended of itself has ended its last line too
  const length = stopAt(`${said.slice(healedLength)}\n`, stop) ?? said.length - healedLength;
  const endings = (): Iterable<Ending> => endingsOf(said.slice(0, healedLength + length), steps, task);
  return { endings, emitted: steps.length - 1, passes, interventions, relaxed };
}

/** Whether one of the most probable tokens ends the text, and is probable enough. */
function nearlyEnds(logits: RowLogits, ends: (token: number) => boolean): boolean {
  for (let i = 0; i < Math.min(nearTop, topCount); i++) {
    const probability = Math.exp(logits.topLogits[i]! - logits.logSumExp[0]!);
    if (probability >= leastEndProbability && ends(logits.topIds[i]!)) return true;
  }
  return false;
}

/** The whole text and its beginnings at token ends, as far as they may end there and say something. */
function* endingsOf(said: string, steps: readonly Step[], task: DraftTask): Generator<Ending> {
  const lengths = new Set([said.length]);
  for (const { length } of steps.toReversed())
    if (length < said.length && !splitsWord(said, length)) lengths.add(length);
  for (const length of lengths) {
    const ending = length > task.healedLength ? endingAt(said.slice(0, length), steps, task) : undefined;
    if (ending !== undefined) yield ending;
  }
}

/** The ending that `said`, the text of some steps or less, makes; undefined where the constraint does not let it end. */
function endingAt(said: string, steps: readonly Step[], { healedLength, fitText }: DraftTask): Ending | undefined {
  const fitted = fitText(said.slice(healedLength).trimEnd());
  const length = healedLength + fitted.text.length;
  const step = steps.findLast((each) => each.length <= length);
  if (said.length < healedLength || step === undefined) return undefined;
  const ended = step.state.afterText(said.slice(step.length, length))?.mayStop(fitted.replaces) === true;
  return ended ? { ...fitted, logProb: step.logProb } : undefined;
}

const wordCharacter = /[\p{L}\p{N}_$]/u;

function splitsWord(text: string, at: number): boolean {
  return wordCharacter.test(text[at - 1]!) && wordCharacter.test(text[at]!);
}
