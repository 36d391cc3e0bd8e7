// The choices of one draft: token by token the most probable one that the constraint and the monitor admit, or the first one drawn
// that they do, until the model ends, a stop rule or the cap; then the places where it may end, the last first. A function of logits
// and facts, and of a seed where tokens are drawn: made again, it comes to the same.
import { openedBy } from '../constraint/brackets.ts';
import { forcedRest } from '../constraint/monitor/drafts.ts';
import { byProbability, type Choice, choose, isAtOdds, type RankedToken, type Verdict } from '../decode/choice.ts';
import { logLegalMass } from '../decode/legalMass.ts';
import { endsInLoop } from '../decode/loop.ts';
import { drawnOrder, logShareOf } from '../decode/sampling.ts';
import { type StopContext, stopAt } from '../decode/stop.ts';
import type { Gate } from '../draft/drafter.ts';
import type { Guide } from '../draft/guide.ts';
import type { RowLogits } from '../model/model.ts';
import type { DecodingResult, DraftTask } from './draftTask.ts';
import { type Effect, effectOf, mayEnd, type SaidDraft } from './effects.ts';
import { type Ending, endingsOf, type Said } from './endings.ts';
import { type Fork, forksAt, headLength } from './forks.ts';
import type { LogitsNode } from './logitsTree.ts';
import { answerName, type ChoicePlace, isHopeless, leastFoundedShare, namesArgument, onlyName } from './nameChoice.ts';
import type { Session } from './session.ts';

/** Where the constraint is at odds with the model, the token before was the wrong one: so many are taken back. */
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

/** Logits that are wanted to go on. */
export interface Wanted {
  readonly node: LogitsNode;
  /** Whether of all tokens. */
  readonly all: boolean;
}

/** Where decoding stands after a token. */
interface Step extends Said {
  readonly node: LogitsNode;
  /** Tokens that led to nothing from here. */
  readonly banned: Set<number>;
  /** What tokens would do here, as far as it was asked. */
  readonly effects: Map<number, Effect>;
}

type GatedText = Pick<Step, 'state' | 'text'>;

/** A choice, and among which tokens it was made. */
interface PlacedChoice extends Choice {
  readonly place: ChoicePlace;
}

export class Decoding {
  readonly #session: Session;
  readonly #task: DraftTask;
  readonly #steps: Step[];
  #stop: StopContext;
  /** Tokens said at most. */
  #lastStep = Number.POSITIVE_INFINITY;
  #interventions = 0;
  #unfounded = 0;
  #released = 0;
  #takenBack = 0;
  #unlikely = 0;
  #relaxed = false;
  /** Whether the last line comes to a name that the draft has no word for, or repeats itself. */
  #isHushed = false;
  /** Tokens said when the model first would have ended and was not let. */
  #heldOpenAt: number | undefined;

  /** @param root of what the model was asked behind the prompt; with its logits */
  constructor(session: Session, task: DraftTask, root: LogitsNode) {
    this.#session = session;
    this.#task = task;
    this.#stop = task.stop;
    const { constraint: state, monitor } = task;
    this.#steps = [
      { node: root, text: '', state, monitor, logProb: 0, logLegalMass: 0, banned: new Set(), effects: new Map() },
    ];
  }

  get result(): DecodingResult {
    return {
      endings: this.#endings(),
      forks: (length) => this.#forks(length),
      tokens: this.path,
      interventions: this.#interventions,
      unfounded: this.#unfounded,
      released: this.#released,
      relaxed: this.#relaxed,
    };
  }

  /** What was chosen so far, as the model is asked about it. */
  get path(): readonly number[] {
    return this.node.path;
  }

  /** The place that the draft has come to. */
  get node(): LogitsNode {
    return this.#last.node;
  }

  get guide(): Guide | undefined {
    const { guide } = this.#task;
    return guide && { ...guide, said: this.path };
  }

  /** What is left of the text that the output begins with. */
  get typed(): string {
    return this.#task.healed.slice(this.#last.text.length);
  }

  /** Text that has to come next: what all names have in common that the last one can become. */
  get forced(): string {
    const { typed } = this;
    return forcedRest(this.#last.monitor.rests().filter((rest) => rest.startsWith(typed)));
  }

  /** What may be chosen next. */
  get gate(): Gate {
    const step = this.#last;
    return this.#gateAt(step, (token) => this.#judge(step, token) === 'admitted');
  }

  /** What may be chosen where a text stands; nothing behind its end. */
  #gateAt({ state, text }: GatedText, admits: (token: number) => boolean, isOver = false): Gate {
    const { texts, tokenizer } = this.#session;
    return {
      ends: (token) =>
        isOver ||
        tokenizer.vocabulary.isSpecial(token) ||
        (this.#stop.reach === 'line' && texts.of(token)?.includes('\n') === true),
      after: (token) => {
        if (!admits(token)) return undefined;
        const more = texts.of(token) ?? '';
        const next = { state: state.advance(token), text: text + more };
        const stops = more.includes('\n') && this.#stopsAt(next.text);
        return this.#gateAt(next, (other) => next.state.legal(other), stops);
      },
    };
  }

  /** Tokens that may still be said. */
  get room(): number {
    return Math.min(this.#task.maxTokens, this.#lastStep) + 1 - this.#steps.length;
  }

  /** Whether the draft spells names of which nothing is known yet. */
  get isUncertain(): boolean {
    return this.#steps.some(({ monitor }) => monitor.waits);
  }

  get #last(): Step {
    return this.#steps.at(-1)!;
  }

  get #draft(): SaidDraft {
    return { steps: this.#steps, task: this.#task, stop: this.#stop };
  }

  /** Chooses as far as the logits are known; undefined when the draft is complete. */
  goOn(): Wanted | undefined {
    for (;;) {
      const step = this.#last;
      const { logits } = step.node;
      if (step.logProb < (this.#task.leastLogProb?.(this.path.length) ?? Number.NEGATIVE_INFINITY)) return undefined;
      const wantsAll = step.state.candidates !== undefined;
      if (logits === undefined || (wantsAll && logits.logits === undefined)) return { node: step.node, all: wantsAll };
      const place = this.#placeAt(step, logits);
      if (this.#isComplete(step, place, logits)) return undefined;
      const choice = this.#choose(step, place, logits);
      if (choice.unfoundedMass > 0 && isHopeless(place, choice)) {
        if (this.#findsWay(step, place)) continue;
        this.#isHushed = true;
        return undefined;
      }
      if (this.#isAtOdds(step, place, choice, logits) && !this.#isHeldOpen(step, place.ranked)) {
        if (this.#isOverfull(step, logits)) return undefined;
        if (this.#takeBack()) continue;
        this.#unlikely++;
        const isStuck = choice.token < 0 && !this.#relaxed;
        if (isStuck && logits.logits === undefined && step.state.listLegal() !== undefined)
          return { node: step.node, all: true };
        if (isStuck || (!this.#relaxed && this.#unlikely === patience)) {
          this.#relax();
          continue;
        }
      } else this.#unlikely = 0;
      if (choice.token < 0) return undefined;
      if (choice.illegalMass > 0) this.#interventions++;
      if (choice.unfoundedMass > 0) this.#unfounded++;
      if (!this.#say(step, choice.token, choice.logProb, this.#logLegalMass(choice, logits))) return undefined;
    }
  }

  #placeAt(step: Step, logits: RowLogits, candidates = step.state.candidates): ChoicePlace {
    const { sampling } = this.#task;
    const ranked = byProbability(logits, 0, candidates);
    const drawn = sampling && drawnOrder(ranked, sampling, step.node.path);
    const order = drawn === undefined ? ranked : [...drawn.kept, ...drawn.rest];
    const judge = (token: number): Verdict => this.#judge(step, token);
    return { session: this.#session, monitor: step.monitor, candidates, ranked, order, drawn, judge };
  }

  /** Among all legal tokens where none of the most probable is legal and they can be listed. */
  #choose(step: Step, place: ChoicePlace, logits: RowLogits): PlacedChoice {
    const choice = choose(place.order, place.judge);
    if (choice.unfoundedMass > 0 && !place.monitor.name?.begun) return { ...answerName(place, choice), place };
    if (choice.token >= 0 || place.candidates !== undefined || logits.logits === undefined) return { ...choice, place };
    const legal = step.state.listLegal()?.filter((token) => !step.banned.has(token));
    if (legal === undefined) return { ...choice, place };
    const among = this.#placeAt(step, logits, legal);
    return { ...choose(among.order, among.judge), illegalMass: 1, place: among };
  }

  /** Whether the constraint is at odds with the model, which is a matter of the place and not of what is drawn there. */
  #isAtOdds(step: Step, place: ChoicePlace, choice: Choice, logits: RowLogits): boolean {
    if (place.drawn === undefined || choice.token < 0) return isAtOdds(choice);
    return isAtOdds(this.#choose(step, { ...place, order: place.ranked }, logits));
  }

  /** Logarithm of what could stand where `choice` was made: an estimate where it was drawn, else what was not passed over. */
  #logLegalMass({ place, logProb, illegalMass, unfoundedMass }: PlacedChoice, logits: RowLogits): number {
    const { drawn, candidates, judge } = place;
    const { sampling } = this.#task;
    if (sampling === undefined || drawn === undefined)
      return Math.log(Math.max(Math.exp(logProb), 1 - illegalMass - unfoundedMass));
    // nothing is admitted where a name had to be spelt
    const legal = logLegalMass(drawn, (token) => judge(token) === 'admitted') ?? logProb;
    return candidates === undefined ? legal : legal + logShareOf(candidates, logits, 0, sampling.temperature);
  }

  /**
   * Goes on all the same: with the only name there is, or with another beginning of a name, or of an argument that no parameter has
   * the name of; where a call would go on or end, facts give way. False where no name will do.
   */
  #findsWay(step: Step, place: ChoicePlace): boolean {
    const { name } = step.monitor;
    if (name === undefined) {
      if (!namesArgument(place) || !this.#takeBack()) this.#release();
      return true;
    }
    const only = onlyName(place);
    if (only !== undefined) {
      this.#unfounded++;
      const logShare = Math.log(leastFoundedShare);
      if (this.#say(step, only, logShare, logShare)) return true;
    }
    if (name.begun !== '' && this.#takeBack()) return true;
    this.#released++;
    return false;
  }

  #endings(): Iterable<Ending> {
    const { length: healedLength } = this.#task.healed;
    const said = this.#last.text;
    if (this.#isHushed) {
      const lines = said.slice(0, Math.max(healedLength, said.lastIndexOf('\n')));
      return endingsOf(lines, this.#steps, this.#task);
    }
    // a text that ended of itself has ended its last line too
    const length = stopAt(`${said.slice(healedLength)}\n`, this.#stop) ?? said.length - healedLength;
    return endingsOf(said.slice(0, healedLength + length), this.#steps, this.#task);
  }

  #forks(length: number): readonly Fork[] {
    const { texts } = this.#session;
    const head = headLength(this.#last.text);
    return this.#steps.slice(0, -1).flatMap((step, at) => {
      const { node, text, logProb, state } = step;
      if (text.length >= length || node.logits === undefined) return [];
      const said = { token: this.path[at]!, text: this.#last.text.slice(text.length) };
      const ranked = byProbability(node.logits, 0, state.candidates);
      const judge = (token: number): Verdict => this.#judge(step, token);
      const isInHead = text.length < head;
      return forksAt({ node, logProb, ranked, said, isInHead, judge, textOf: (token) => texts.of(token) });
    });
  }

  /** Whether the draft ends before another token, because the model would end it or may not. */
  #isComplete(step: Step, place: ChoicePlace, logits: RowLogits): boolean {
    if (this.room <= 0) return true;
    if (this.#interventions > 0 && this.#nearlyEnds(step, logits)) return true;
    if (!this.#isHeldOpen(step, place.order)) return false;
    this.#heldOpenAt ??= this.#steps.length;
    const hasTime = this.#steps.length - this.#heldOpenAt < closingTokens;
    return !hasTime || openedBy(step.text.slice(this.#task.healed.length)) === 0;
  }

  /** Whether the first of `tokens` would end the text and is not let. */
  #isHeldOpen(step: Step, tokens: Iterable<RankedToken>): boolean {
    if (step.state.candidates !== undefined) return false;
    const [first] = tokens;
    return first !== undefined && this.#effectOf(step, first.token) === 'endsTooEarly';
  }

  /** Whether one of the most probable tokens ends the text, and is probable enough. */
  #nearlyEnds(step: Step, { topIds, topLogits, logSumExp }: RowLogits): boolean {
    for (let i = 0; i < nearTop; i++)
      if (topLogits[i]! - logSumExp[0]! >= Math.log(leastEndProbability) && this.#effectOf(step, topIds[i]!) === 'ends')
        return true;
    return false;
  }

  #judge(step: Step, token: number): Verdict {
    if (this.#task.taken?.get(step.node)?.has(token)) return 'taken';
    if (step.banned.has(token)) return 'illegal';
    const effect = this.#effectOf(step, token);
    if (effect === 'unfounded') return effect;
    return effect === 'illegal' || effect === 'endsTooEarly' ? 'illegal' : 'admitted';
  }

  #effectOf(step: Step, token: number): Effect {
    let effect = step.effects.get(token);
    if (effect === undefined) {
      effect = effectOf(token, step, this.#draft, this.#session);
      step.effects.set(token, effect);
    }
    return effect;
  }

  /** Whether the text is right as it stands, and the model would close what is not open, or separate where nothing can follow. */
  #isOverfull({ text }: Step, { topIds }: RowLogits): boolean {
    const next = this.#session.texts.of(topIds[0]!) ?? '';
    return (
      /^\s*[)\]}"'`;,]/.test(next) && text.slice(this.#task.healed.length).trim() !== '' && mayEnd(text, this.#draft)
    );
  }

  /** Forgets the last token and bans it where it stood; false where that cannot be or was done often enough. */
  #takeBack(): boolean {
    if (this.#steps.length < 2 || this.#takenBack === mostTakenBack || this.#relaxed) return false;
    this.#takenBack++;
    const token = this.#steps.pop()!.node.path.at(-1)!;
    this.#last.banned.add(token);
    this.#last.effects.clear();
    return true;
  }

  /** Lets any name pass where the text stands. */
  #release(): void {
    this.#released++;
    const step = this.#steps.pop()!;
    this.#steps.push({ ...step, monitor: step.monitor.release(), effects: new Map() });
  }

  #relax(): void {
    this.#relaxed = true;
    const step = this.#steps.pop()!;
    this.#steps.push({ ...step, state: step.state.relax(), effects: new Map() });
  }

  /** Adds a token to the text; false if the text is complete with it, or without it where it only says so. */
  #say(step: Step, token: number, logProb: number, logMass: number): boolean {
    const { vocabulary } = this.#session.tokenizer;
    if (vocabulary.isSpecial(token)) return false;
    const effect = this.#effectOf(step, token);
    const node = step.node.child(token);
    const text = this.#session.texts.join(node.path);
    const state = effect === 'ends' ? step.state : step.state.advance(token);
    const monitor = step.monitor.advance(token, text);
    const sums = { logProb: step.logProb + logProb, logLegalMass: step.logLegalMass + logMass };
    this.#steps.push({ node, text, state, monitor, ...sums, banned: new Set(), effects: new Map() });
    if (effect === 'opens') {
      this.#stop = { ...this.#stop, reach: 'block', opensBlock: true };
      this.#lastStep = this.#steps.length + blockTokens;
    }
    if (effect === 'ends' || this.#stopsAt(text)) return false;
    this.#isHushed = endsInLoop(node.path);
    return !this.#isHushed;
  }

  #stopsAt(text: string): boolean {
    return stopAt(text.slice(this.#task.healed.length), this.#stop) !== undefined;
  }
}
