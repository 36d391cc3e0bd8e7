// What an external scanner makes of many texts at once: by the token it finds in them, by what it may still find behind them, and
// those in which it finds nothing and leaves them to the lexer. Holds for every stack on which the scanner is asked the same.
import type { ExternalScanner, Pending, ScannerState } from '../scanner.ts';
import { type CharacterTrie, isOnlyCut, within } from './characterTrie.ts';
import type { Remainders, ScannerPartition } from './partitionTree.ts';
import { RemaindersBuilder } from './remainders.ts';
import type { Steps } from './steps.ts';
import { tokenSet } from './tokenSet.ts';
import { walkRemainders } from './walkRemainders.ts';

export interface ScannerWalk {
  readonly characters: CharacterTrie;
  readonly size: number;
  readonly scanner: ExternalScanner;
  /** Arrays that no partition in the making uses. */
  readonly spare: { readonly texts: string[]; readonly pendings: (Pending | undefined)[] }[];
}

/** What the scanner is asked, and where it waits: for the texts at their start, or behind `text`. */
export interface Question {
  readonly valid: number;
  readonly state: ScannerState;
  readonly text: string;
  readonly pending: Pending | undefined;
}

interface WaitingBuilder {
  readonly mayFind: number;
  readonly mayFail: boolean;
  readonly tokens: number[];
  readonly rest: RemaindersBuilder;
  readonly cut: RemaindersBuilder;
}

export function* scannerPartition(
  walk: ScannerWalk,
  remainders: Remainders,
  question: Question,
): Steps<ScannerPartition> {
  const { characters, size, scanner } = walk;
  const { parent, depth, code } = characters;
  const { firstRank, ids, nodeEnd } = characters.trie;
  const { valid, state } = question;
  const before = question.text.length;

  // by depth in the trie: the text, and the scanner's answer to it, undefined before the first character
  const { texts, pendings } = walk.spare.pop() ?? { texts: [], pendings: [] };

  const onlyCut: number[] = [];
  const waiting = new Map<number, WaitingBuilder>();
  const found = new Map<string, { token: number; state: ScannerState; isNothing: boolean; rest: RemaindersBuilder }>();
  const foundBefore = new Map<string, { token: number; state: ScannerState; sample: string; tokens: number[] }>();
  const nothing = new RemaindersBuilder(characters);

  const waitingFor = ({ mayFind, mayFail }: Pending): WaitingBuilder => {
    const key = mayFind * 2 + Number(mayFail);
    let known = waiting.get(key);
    if (known === undefined) {
      const rest = new RemaindersBuilder(characters);
      known = { mayFind, mayFail, tokens: [], rest, cut: new RemaindersBuilder(characters) };
      waiting.set(key, known);
    }
    return known;
  };

  /** Asks with the character that ends at `node`; false if the answer is there, and texts through `through` are filed. */
  const ask = (node: number, anchor: number, through: number, whole: boolean): boolean => {
    const at = depth[node]!;
    const text = textBefore(node) + String.fromCodePoint(code[node]!);
    texts[at] = text;
    const resume = pendingBefore(node)?.resume;
    const verdict = scanner.scan({ text, start: 0, ended: false, valid, state, resume, strict: false });
    if (verdict === 'rejected') return false;
    if (verdict === 'none') {
      nothing.add(anchor, through, whole);
      return false;
    }
    if (verdict.kind === 'pending') {
      pendings[at] = verdict;
      return true;
    }
    const { token, end } = verdict;
    if (before > 0 && end <= before) {
      const key = `${token} ${end} ${verdict.state}`;
      let known = foundBefore.get(key);
      if (known === undefined) {
        known = { token, state: verdict.state, sample: text.slice(before), tokens: [] };
        foundBefore.set(key, known);
      }
      const last = firstRank[whole ? nodeEnd[through]! : through + 1]!;
      for (let rank = firstRank[through]!; rank < last; rank++)
        if (characters.isText[rank] === 1) known.tokens.push(ids[rank]!);
      return false;
    }
    let behind = node;
    while (behind !== anchor && (code[behind] === within || texts[depth[behind]!]!.length > end))
      behind = parent[behind]!;
    const isNothing = end <= 0 && verdict.state === state;
    const key = `${token} ${Number(isNothing)} ${verdict.state}`;
    let group = found.get(key);
    if (group === undefined) {
      group = { token, state: verdict.state, isNothing, rest: new RemaindersBuilder(characters) };
      found.set(key, group);
    }
    group.rest.add(behind, through, whole);
    return false;
  };
  const textBefore = (node: number): string => texts[depth[node]! - 1]!;
  const pendingBefore = (node: number): Pending | undefined => pendings[depth[node]! - 1];
  const pass = (node: number): void => {
    const at = depth[node]!;
    texts[at] = texts[at - 1]!;
    pendings[at] = pendings[at - 1];
  };
  /** Files the texts that end at `node`, where the scanner waits. */
  const file = (node: number, anchor: number): void => {
    const first = firstRank[node]!;
    const end = firstRank[node + 1]!;
    if (first === end) return;
    const at = depth[node]!;
    if (code[node] === within) {
      if (isOnlyCut(characters, anchor, node)) onlyCut.push(...ids.subarray(first, end));
      else waitingFor(pendings[at]!).cut.add(anchor, node, false);
      return;
    }
    const known = waitingFor(pendings[at]!);
    known.tokens.push(...ids.subarray(first, end));
    if (before === 0) known.rest.add(anchor, node, false);
  };

  yield* walkRemainders(characters, remainders, {
    begin: (anchor) => {
      texts[depth[anchor]!] = question.text;
      pendings[depth[anchor]!] = question.pending;
    },
    read: ask,
    pass,
    file,
  });

  walk.spare.push({ texts, pendings });
  return {
    cut: tokenSet(onlyCut, size),
    waiting: [...waiting.values()].map(({ mayFind, mayFail, tokens, rest, cut }) => {
      return { mayFind, mayFail, tokens: tokenSet(tokens, size), rest: rest.finish(), cut: cut.finish() };
    }),
    found: [...found.values()].map(({ token, state: next, isNothing, rest }) => {
      return { token, state: next, isNothing, ends: tokenSet(rest.ends, size), rest: rest.finish() };
    }),
    nothing: nothing.finish(),
    foundBefore: [...foundBefore.values()].flatMap(({ token, state: next, sample, tokens }) => {
      const set = tokenSet(tokens, size);
      return set === undefined ? [] : [{ token, state: next, sample, tokens: set }];
    }),
  };
}
