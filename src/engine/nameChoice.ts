// What names do to a choice: where the model would spell one that is not there, what is said in its place, and whether anything
// that is there is probable enough to be said.
import type { Monitor } from '../constraint/monitor/monitor.ts';
import { type Choice, choose, foundedShare, type RankedToken, type Verdict } from '../decode/choice.ts';
import type { DrawnOrder } from '../decode/sampling.ts';
import type { Session } from './session.ts';

/** Where names that are there have less probability than this, none of them is what the model means. */
export const leastFoundedShare = 0.0001;
/** The same for how a call goes on; there, facts give way: an argument that the model does not see is not made up. */
const leastFoundedEnd = 0.05;

/** Where a token is chosen. */
export interface ChoicePlace {
  readonly session: Pick<Session, 'texts' | 'tokenizer'>;
  readonly monitor: Monitor;
  /** Tokens among which every legal one is, where they are few enough to list. */
  readonly candidates: Int32Array | undefined;
  /** The most probable tokens, the most probable first. */
  readonly ranked: Iterable<RankedToken>;
  /** The same in the order in which they are tried. */
  readonly order: Iterable<RankedToken>;
  /** That order, where it is drawn. */
  readonly drawn: DrawnOrder | undefined;
  readonly judge: (token: number) => Verdict;
}

/** What is said where no name is begun, in place of `choice`, which passed over names that are not there. */
export function answerName(place: ChoicePlace, choice: Choice): Choice {
  if (place.monitor.name === undefined) return chooseAgreeing(place, choice);
  // a line break or a comment is no answer to a wrong name
  const { token, logProb } = choose(place.order, judgeName(place));
  return { ...choice, token, logProb };
}

/** Whether what can stand here is next to impossible to the model, so that a choice among it is not made. */
export function isHopeless(place: ChoicePlace, { token }: Choice): boolean {
  const { name } = place.monitor;
  // the token that crosses into a name is wrong, not the name
  if (name === undefined && token >= 0 && wrong(place).lead !== '') return false;
  const judge = name?.begun === '' ? judgeName(place) : place.judge;
  const least = name === undefined ? leastFoundedEnd : leastFoundedShare;
  return foundedShare(place.ranked, judge) < least;
}

/** Whether the model would give an argument the name of no parameter. */
export function namesArgument(place: ChoicePlace): boolean {
  return wrong(place).text.startsWith('=');
}

/** The first token of the only name that there is; undefined where there are others, or it is not admitted. */
export function onlyName({ session, candidates, monitor, judge }: ChoicePlace): number | undefined {
  const [rest, ...others] = monitor.rests();
  if (!rest || others.length > 0) return undefined;
  const [token] = session.tokenizer.encode(rest);
  if (token === undefined || candidates?.includes(token) === false) return undefined;
  return judge(token) === 'admitted' ? token : undefined;
}

/**
 * In place of a token that goes on into a name that is not there, one that begins as it does before that name: what is wrong is
 * the name, not that there is one.
 */
function chooseAgreeing(place: ChoicePlace, choice: Choice): Choice {
  const { session, order, judge } = place;
  const { lead } = wrong(place);
  if (lead === '') return choice;
  const agrees = (token: number): boolean => session.texts.of(token)?.startsWith(lead) ?? false;
  const agreeing = choose(order, (token) => (agrees(token) ? judge(token) : 'illegal'));
  const { illegalMass, unfoundedMass } = choice;
  if (agreeing.token >= 0) return { ...agreeing, illegalMass, unfoundedMass };
  const [spelt, ...more] = session.tokenizer.encode(lead);
  if (spelt === undefined || more.length > 0 || judge(spelt) !== 'admitted') return choice;
  return { token: spelt, logProb: Math.log(unfoundedMass), illegalMass, unfoundedMass };
}

/** Verdicts on tokens as names: what spells none is illegal. */
function judgeName({ session, monitor, judge }: ChoicePlace): (token: number) => Verdict {
  const spellsName = (token: number): boolean => /^[\p{ID_Continue}$#]/u.test(session.texts.of(token) ?? '');
  const isString = monitor.name?.site === 'string';
  return (token) => (isString || spellsName(token) ? judge(token) : 'illegal');
}

/** The text of the first unfounded token, and what it says before it goes wrong. */
function wrong({ session, order, monitor, judge }: ChoicePlace): {
  readonly text: string;
  readonly lead: string;
} {
  const isUnfounded = (token: number): Verdict => (judge(token) === 'unfounded' ? 'admitted' : 'illegal');
  const { token } = choose(order, isUnfounded);
  const text = session.texts.of(token) ?? '';
  return { text, lead: monitor.lead(text) };
}
