// Where a draft could have gone another way: the tokens that were probable in place of one it says, and mean something else.
import type { RankedToken, Verdict } from '../decode/choice.ts';
import type { LogitsNode } from './logitsTree.ts';

/** Tokens that drafts say behind a node. */
export type TakenTokens = ReadonlyMap<LogitsNode, ReadonlySet<number>>;

/** Another token behind `node`. */
export interface Fork {
  readonly node: LogitsNode;
  readonly token: number;
  readonly text: string;
  /** Natural logarithm of the probability of all up to this token. */
  readonly logProb: number;
  /** Whether it is within the draft's head, so that another statement, name or call comes of it. */
  readonly isInHead: boolean;
  /** What the draft says there and all that is more probable: with these out of the way, it is what is said. */
  readonly before: readonly number[];
}

/** Less probable than this in its place, a token leads nowhere. */
const leastShare = 0.01;
/** Tokens that are looked at in one place. */
const mostRanked = 6;

export interface ForkPlace {
  readonly node: LogitsNode;
  /** Of what was said before. */
  readonly logProb: number;
  readonly ranked: Iterable<RankedToken>;
  /** The token that the draft says there, and its text from there on. */
  readonly said: { readonly token: number; readonly text: string };
  readonly isInHead: boolean;
  readonly judge: (token: number) => Verdict;
  readonly textOf: (token: number) => string | undefined;
}

/** The forks at one place, the most probable first. */
export function forksAt({ node, logProb, ranked, said, isInHead, judge, textOf }: ForkPlace): readonly Fork[] {
  const forks: Fork[] = [];
  const before: number[] = [];
  for (const { token, logProb: own } of ranked) {
    if (own < Math.log(leastShare) || before.length === mostRanked) break;
    const text = textOf(token);
    const others = [said, ...forks];
    if (text !== undefined && others.every((other) => isElse(text, other.text)) && judge(token) === 'admitted')
      forks.push({ node, token, text, logProb: logProb + own, isInHead, before: [...before, said.token] });
    before.push(token);
  }
  return forks;
}

/** A fork in a head is followed before one that leaves the head as it is and is up to so many times as probable. */
const headWeight = 4;

/** What comes first among forks: the more probable, and what makes more of a difference among those of similar probability. */
export function worthOf({ logProb, isInHead }: Pick<Fork, 'logProb' | 'isInHead'>): number {
  return isInHead ? logProb + Math.log(headWeight) : logProb;
}

/** The first word that a line calls, and all before it. */
const firstCall = /^\s*[^\n]*?[\p{ID_Continue}$](?=[ \t]*\()/u;
/** The first word and those that follow it without anything between, as a name does a keyword. */
const firstWords = /^[^\p{ID_Continue}$]*[\p{ID_Continue}$]+(?:[ \t]+[\p{ID_Start}_$][\p{ID_Continue}$]*)*/u;

/**
 * Length of the beginning of a text that says what it does: up to the end of what its first line calls first; where it calls
 * nothing, of its first words, which are the kind of its statement and its first name.
 */
export function headLength(text: string): number {
  return (firstCall.exec(text) ?? firstWords.exec(text))?.[0].length ?? 0;
}

/** Whether two texts part, however they are laid out and quoted: neither begins with the other. */
export function isElse(one: string, other: string): boolean {
  const [a, b] = [meaning(one), meaning(other)];
  return !a.startsWith(b) && !b.startsWith(a);
}

/** A text without what makes no difference: blanks, and which quotes. */
function meaning(text: string): string {
  return text.replaceAll(/\s+/g, '').replaceAll(/['`]/g, '"');
}
