// The decoding of one draft: token by token the most probable one that the constraint admits, until the model ends, a stop rule
// or the cap; then the places where it may end, the last first.
import type { Trace } from '../base/trace.ts';
import { openedBy } from '../constraint/brackets.ts';
import type { ConstraintState } from '../constraint/constraint.ts';
import { type Choice, chooseGreedy } from '../decode/greedy.ts';
import { type StopContext, stopAt } from '../decode/stop.ts';
import type { RowLogits } from '../model/model.ts';
import { type Ending, endingAt, endingsOf, type Said } from './endings.ts';
import type { Fitted } from './overlap.ts';
import type { Session } from './session.ts';

/** The constraint is at odds with the model where less probability than this is legal, */
const leastLegalMass = 0.01;
/** or where what was passed over is so much more probable than the choice. */
const mostAgainst = 30;
/** Then the token before was the wrong one: so many are taken back. */
const mostTakenBack = 3;
/** At odds so many tokens in a row, the constraint gives way. */
const patience = 3;

/** Tokens that a completion may take to close what it has opened after the model would have ended. */
const closingTokens = 12;

/** Tokens that a block may take which the completion of a line has to close: whoever types waits for it. */
const blockTokens = 40;

/** Once the constraint has changed the model's course, an end among so many most probable tokens, so probable, is taken. */
const nearTop = 3;
const leastEndProbability = 0.05;

export interface DraftTask {
  /** Logits after the prompt. */
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
  readonly endings: Iterable<Ending>;
  readonly emitted: number;
  readonly passes: number;
  /** Tokens at which something more probable was not admitted. */
  readonly interventions: number;
  /** Whether the constraint gave way. */
  readonly relaxed: boolean;
}

/** @throws Cancelled */
export async function decodeDraft(
  session: Session,
  task: DraftTask,
  signal: AbortSignal,
  trace: Trace,
): Promise<DecodedDraft> {
  const decoding = new Decoding(session, task);
  let passes = 0;
  for (let next = decoding.take(task.first); next !== undefined; passes++) {
    const token = next;
    const logits = await trace.span('forward', () =>
      token === needsAll ? session.again(signal) : session.forward([token], signal, decoding.wantsAll),
    );
    next = decoding.take(logits);
  }
  return { endings: decoding.endings(), passes, ...decoding.summary };
}

/** In place of a token: the choice needs the logits of all tokens. */
const needsAll = -1;

/** Where decoding stands after a token. */
interface Step extends Said {
  /** The token that led here; -1 at the start. */
  readonly token: number;
  /** Logits of what follows, once they are known. */
  logits: RowLogits | undefined;
  /** Tokens that led to nothing from here. */
  readonly banned: Set<number>;
  /** What tokens would do here, as far as it was asked. */
  readonly effects: Map<number, Effect>;
}

/** What a token would do to the text. `opens`: it ends a line that cannot be the last, and opens a block. */
type Effect = 'illegal' | 'continues' | 'opens' | 'ends' | 'endsTooEarly';

function isAtOdds(choice: Choice | undefined): boolean {
  if (choice === undefined) return true;
  const { rejectedMass, logProb } = choice;
  return 1 - rejectedMass < leastLegalMass || rejectedMass > mostAgainst * Math.exp(logProb);
}

/** The choices of one draft. */
class Decoding {
  readonly #session: Session;
  readonly #task: DraftTask;
  readonly #steps: Step[];
  /** Tokens in the cache before the first of the draft. */
  readonly #promptLength: number;
  #stop: StopContext;
  /** Tokens said at most. */
  #lastStep = Number.POSITIVE_INFINITY;
  #interventions = 0;
  #takenBack = 0;
  #unlikely = 0;
  #relaxed = false;
  /** Tokens said when the model first would have ended and was not let. */
  #heldOpenAt: number | undefined;

  constructor(session: Session, task: DraftTask) {
    this.#session = session;
    this.#task = task;
    this.#stop = task.stop;
    this.#promptLength = session.length;
    const { constraint: state, first: logits } = task;
    this.#steps = [{ token: -1, text: '', state, logProb: 0, logits, banned: new Set(), effects: new Map() }];
  }

  get summary(): Pick<DecodedDraft, 'emitted' | 'interventions' | 'relaxed'> {
    return { emitted: this.#steps.length - 1, interventions: this.#interventions, relaxed: this.#relaxed };
  }

  /** Whether the next choice needs the logits of all tokens. */
  get wantsAll(): boolean {
    return this.#last.state.candidates !== undefined;
  }

  get #last(): Step {
    return this.#steps.at(-1)!;
  }

  /** Takes in the logits after the last token and chooses the next, or `needsAll`; undefined when the draft is complete. */
  take(given: RowLogits): number | undefined {
    this.#last.logits = given;
    for (;;) {
      const step = this.#last;
      const logits = step.logits!;
      if (this.#isComplete(step, logits)) return undefined;
      const choice = this.#choose(step, logits);
      if (isAtOdds(choice) && !this.#isHeldOpen(step, logits)) {
        if (this.#isOverfull(step, logits)) return undefined;
        if (this.#takeBack()) continue;
        this.#unlikely++;
        const isStuck = choice === undefined && !this.#relaxed;
        if (isStuck && logits.logits === undefined && step.state.listLegal() !== undefined) return needsAll;
        if (isStuck || (!this.#relaxed && this.#unlikely === patience)) {
          this.#relax();
          continue;
        }
      } else this.#unlikely = 0;
      if (choice === undefined) return undefined;
      if (choice.rejectedMass > 0) this.#interventions++;
      return this.#say(step, choice.token, choice.logProb) ? choice.token : undefined;
    }
  }

  /** Among all legal tokens where none of the most probable is legal and they can be listed. */
  #choose(step: Step, logits: RowLogits): Choice | undefined {
    const { state, banned } = step;
    const admits = (token: number): boolean => this.#admits(step, token);
    const choice = chooseGreedy(logits, 0, state.candidates, admits);
    if (choice !== undefined || state.candidates !== undefined || logits.logits === undefined) return choice;
    const legal = state.listLegal()?.filter((token) => !banned.has(token));
    const choiceOfAll = legal && chooseGreedy(logits, 0, legal, admits);
    return choiceOfAll && { ...choiceOfAll, rejectedMass: 1 };
  }

  endings(): Iterable<Ending> {
    const { healedLength } = this.#task;
    const said = this.#last.text;
    // a text that ended of itself has ended its last line too
    const length = stopAt(`${said.slice(healedLength)}\n`, this.#stop) ?? said.length - healedLength;
    return endingsOf(said.slice(0, healedLength + length), this.#steps, this.#task);
  }

  /** Whether the draft ends before another token, because the model would end it or may not. */
  #isComplete(step: Step, logits: RowLogits): boolean {
    if (this.#steps.length > Math.min(this.#task.maxTokens, this.#lastStep)) return true;
    if (this.#interventions > 0 && this.#nearlyEnds(step, logits)) return true;
    if (!this.#isHeldOpen(step, logits)) return false;
    this.#heldOpenAt ??= this.#steps.length;
    const hasTime = this.#steps.length - this.#heldOpenAt < closingTokens;
    return !hasTime || openedBy(step.text.slice(this.#task.healedLength)) === 0;
  }

  /** Whether the model would end here and is not let. */
  #isHeldOpen(step: Step, logits: RowLogits): boolean {
    return step.state.candidates === undefined && this.#effectOf(step, logits.topIds[0]!) === 'endsTooEarly';
  }

  /** Whether one of the most probable tokens ends the text, and is probable enough. */
  #nearlyEnds(step: Step, { topIds, topLogits, logSumExp }: RowLogits): boolean {
    for (let i = 0; i < nearTop; i++)
      if (topLogits[i]! - logSumExp[0]! >= Math.log(leastEndProbability) && this.#effectOf(step, topIds[i]!) === 'ends')
        return true;
    return false;
  }

  #admits(step: Step, token: number): boolean {
    if (step.banned.has(token)) return false;
    const effect = this.#effectOf(step, token);
    return effect !== 'illegal' && effect !== 'endsTooEarly';
  }

  #effectOf(step: Step, token: number): Effect {
    let effect = step.effects.get(token);
    if (effect === undefined) {
      effect = this.#findEffect(step, token);
      step.effects.set(token, effect);
    }
    return effect;
  }

  #findEffect({ text, state }: Step, token: number): Effect {
    const { texts, tokenizer } = this.#session;
    const { healedLength, opensBlock } = this.#task;
    if (tokenizer.vocabulary.isSpecial(token)) return this.#mayEnd(text) ? 'ends' : 'endsTooEarly';
    const more = texts.of(token);
    if (this.#stop.reach === 'line' && more?.includes('\n')) {
      const length = stopAt((text + more).slice(healedLength), this.#stop);
      if (length !== undefined) {
        const line = (text + more).slice(0, healedLength + length);
        if (this.#mayEnd(line)) return 'ends';
        return opensBlock(line) && state.legal(token) ? 'opens' : 'endsTooEarly';
      }
    }
    return state.legal(token) ? 'continues' : 'illegal';
  }

  /** Whether the text is right as it stands, and the model would close what is not open, or separate where nothing can follow. */
  #isOverfull({ text }: Step, { topIds }: RowLogits): boolean {
    const next = this.#session.texts.of(topIds[0]!) ?? '';
    return /^\s*[)\]}"'`;,]/.test(next) && text.slice(this.#task.healedLength).trim() !== '' && this.#mayEnd(text);
  }

  #mayEnd(text: string): boolean {
    return endingAt(text, this.#steps, this.#task) !== undefined;
  }

  /** Forgets the last token and bans it where it stood; false where that cannot be or was done often enough. */
  #takeBack(): boolean {
    if (this.#steps.length < 2 || this.#takenBack === mostTakenBack || this.#relaxed) return false;
    this.#takenBack++;
    const { token } = this.#steps.pop()!;
    this.#last.banned.add(token);
    this.#last.effects.clear();
    this.#session.rewind(this.#promptLength + this.#steps.length - 1);
    return true;
  }

  #relax(): void {
    this.#relaxed = true;
    const step = this.#steps.pop()!;
    this.#steps.push({ ...step, state: step.state.relax(), effects: new Map() });
  }

  /** Adds a token to the text; false if the text is complete with it, or without it where it only says so. */
  #say(step: Step, token: number, logProb: number): boolean {
    const { vocabulary } = this.#session.tokenizer;
    if (vocabulary.isSpecial(token)) return false;
    const effect = this.#effectOf(step, token);
    const tokens = [...this.#steps.slice(1).map((each) => each.token), token];
    const text = this.#session.texts.join(tokens);
    const state = effect === 'ends' ? step.state : step.state.advance(token);
    const at = { token, text, state, logProb: step.logProb + logProb };
    this.#steps.push({ ...at, logits: undefined, banned: new Set(), effects: new Map() });
    if (effect === 'opens') {
      this.#stop = { ...this.#stop, reach: 'block', opensBlock: true };
      this.#lastStep = this.#steps.length + blockTokens;
    }
    return effect !== 'ends' && stopAt(text.slice(this.#task.healedLength), this.#stop) === undefined;
  }
}
