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
  readonly judge: (token: number) => Verdict;
  readonly textOf: (token: number) => string | undefined;
}

/** The forks at one place, the most probable first. */
export function forksAt({ node, logProb, ranked, said, judge, textOf }: ForkPlace): readonly Fork[] {
  const forks: Fork[] = [];
  const before: number[] = [];
  for (const { token, logProb: own } of ranked) {
    if (own < Math.log(leastShare) || before.length === mostRanked) break;
    const text = textOf(token);
    const others = [said, ...forks];
    if (text !== undefined && others.every((other) => isElse(text, other.text)) && judge(token) === 'admitted')
      forks.push({ node, token, text, logProb: logProb + own, before: [...before, said.token] });
    before.push(token);
  }
  return forks;
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
