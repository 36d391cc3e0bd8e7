// What the lexer makes of many texts at once: by the token that it is in at their end, or by the first token that it completes. Holds
// for every stack, as the lexer knows none (DOMINO, arXiv 2403.06988, and GreatGramma, arXiv 2502.05111, for lexers without context).
import type { Lexer } from '../lexer.ts';
import { none, skipFlag } from '../tables.ts';
import { codePointRange } from '../utf8.ts';
import { broken, type CharacterTrie, isOnlyCut, partialBytes, within } from './characterTrie.ts';
import type { InsideClass, LexerPartition, Remainders, TokenGroup } from './partitionTree.ts';
import { RemaindersBuilder } from './remainders.ts';
import { nodesPerStep, type Steps } from './steps.ts';
import type { SymbolSets } from './symbolSets.ts';
import { tokenSet } from './tokenSet.ts';
import { walkRemainders } from './walkRemainders.ts';

export interface LexerWalk {
  readonly characters: CharacterTrie;
  readonly size: number;
  readonly lexer: Lexer;
  readonly keywords: Lexer | undefined;
  readonly keywordCapture: number;
  readonly symbolSets: SymbolSets;
  /** Arrays that no partition in the making uses. */
  readonly spare: Tracks[];
}

/** By depth in the trie: how far the automata are, and the longest match. */
interface Tracks {
  readonly states: Uint16Array;
  readonly keywordStates: Uint16Array;
  readonly matches: Uint16Array;
  readonly matchKeywords: Uint16Array;
  readonly matchNodes: Int32Array;
}

const newTracks = (deepest: number): Tracks => ({
  states: new Uint16Array(deepest + 1),
  keywordStates: new Uint16Array(deepest + 1),
  matches: new Uint16Array(deepest + 1),
  matchKeywords: new Uint16Array(deepest + 1),
  matchNodes: new Int32Array(deepest + 1),
});

/**
 * Reads texts from a start state of the lexer, or from the middle of a token.
 * @param begun whether the states are those of an open token
 */
export function* lexerPartition(
  walk: LexerWalk,
  remainders: Remainders,
  lexerState: number,
  keywordState: number,
  begun: boolean,
): Steps<LexerPartition> {
  const { characters, size, lexer, keywords, keywordCapture, symbolSets } = walk;
  const { depth, code, deepest } = characters;
  const { firstRank, ids, nodeEnd } = characters.trie;
  const accepts = lexer.tables.accept;

  const tracks = walk.spare.pop() ?? newTracks(deepest);
  const { states, keywordStates, matches, matchKeywords, matchNodes } = tracks;

  const inside = new Map<number, number[]>();
  const insidePartial = new Map<Uint32Array, number[]>();
  const ended = new Map<number, RemaindersBuilder>();
  const open = new Map<number, RemaindersBuilder>();
  const insideOld: number[] = [];
  const endedOld: number[] = [];

  const group = (groups: Map<number, RemaindersBuilder>, at: number): RemaindersBuilder => {
    const key = matches[at]! * 65536 + matchKeywords[at]!;
    let found = groups.get(key);
    if (found === undefined) {
      found = new RemaindersBuilder(characters);
      groups.set(key, found);
    }
    return found;
  };
  const addRanks = (target: number[], first: number, end: number): void => {
    for (let rank = first; rank < end; rank++) if (characters.isText[rank] === 1) target.push(ids[rank]!);
  };

  /** The automata on the character that ends at `node`; false where the token ends, and texts through `through` are filed. */
  const move = (node: number, _anchor: number, through: number, whole: boolean): boolean => {
    const at = depth[node]!;
    const before = at - 1;
    const target = lexer.move(states[before]!, code[node]!);
    if (target === none) {
      if (matches[before] !== none) group(ended, before).add(matchNodes[before]!, through, whole);
      else if (begun) addRanks(endedOld, firstRank[through]!, firstRank[whole ? nodeEnd[through]! : through + 1]!);
      return false;
    }
    const state = target & ~skipFlag;
    let keywordState = keywordStates[before]!;
    if (target !== state) keywordState = 0;
    else if (keywordState !== none && keywords !== undefined) {
      keywordState = keywords.move(keywordState, code[node]!);
      if (keywordState >= skipFlag) keywordState = none;
    }
    states[at] = state;
    keywordStates[at] = keywordState;
    if (accepts[state] === none) {
      copyMatch(before, at);
      return true;
    }
    const isWord = accepts[state] === keywordCapture && keywordState !== none && keywords !== undefined;
    matches[at] = accepts[state]!;
    matchKeywords[at] = isWord ? keywords.tables.accept[keywordState]! : none;
    matchNodes[at] = node;
    if (lexer.isFinal[state] === 0) return true;
    group(ended, at).add(node, through, whole);
    return false;
  };
  const copyMatch = (from: number, to: number): void => {
    matches[to] = matches[from]!;
    matchKeywords[to] = matchKeywords[from]!;
    matchNodes[to] = matchNodes[from]!;
  };
  /** Passes a byte within a character. */
  const pass = (node: number): void => {
    const at = depth[node]!;
    states[at] = states[at - 1]!;
    keywordStates[at] = keywordStates[at - 1]!;
    copyMatch(at - 1, at);
  };
  /** Files the texts that end at `node`, within a token. */
  const file = (node: number, anchor: number): void => {
    const first = firstRank[node]!;
    const end = firstRank[node + 1]!;
    if (first === end) return;
    const at = depth[node]!;
    if (code[node] === within) {
      const bytes = partialBytes(characters, node);
      const symbols = symbolsBetween(walk, states[at]!, bytes);
      if (symbols !== undefined) entry(insidePartial, symbols).push(...ids.subarray(first, end));
      // where a text is no more than a part of a character, no match stands in for it
      if (!begun && isOnlyCut(characters, anchor, node)) return;
    } else entry(inside, states[at]! * 65536 + keywordStates[at]!).push(...ids.subarray(first, end));
    if (matches[at] !== none) {
      if (matchNodes[at] !== node) group(open, at).add(matchNodes[at]!, node, false);
    } else if (begun) insideOld.push(...ids.subarray(first, end));
  };

  yield* walkRemainders(characters, remainders, {
    begin: (anchor) => {
      const top = depth[anchor]!;
      states[top] = lexerState;
      keywordStates[top] = keywordState;
      matches[top] = begun ? none : accepts[lexerState]!;
      matchKeywords[top] = none;
      matchNodes[top] = anchor;
    },
    read: move,
    pass,
    file,
  });

  walk.spare.push(tracks);

  const classes = new Map<Uint32Array, number[]>(insidePartial);
  for (const [key, tokens] of inside) {
    const symbols = symbolSets.reachable(Math.floor(key / 65536), key % 65536);
    const known = classes.get(symbols);
    if (known === undefined) classes.set(symbols, tokens);
    else for (const token of tokens) known.push(token);
  }
  yield;
  const insideClasses: InsideClass[] = [];
  for (const [symbols, tokens] of classes) insideClasses.push({ symbols, tokens: tokenSet(tokens, size)! });
  yield;
  return {
    inside: insideClasses,
    ended: yield* finishGroups(ended, size),
    open: yield* finishGroups(open, size),
    insideOld: tokenSet(insideOld, size),
    endedOld: tokenSet(endedOld, size),
  };
}

/** The tokens that a keyword makes different, behind an open token that can still become one; undefined if there are none. */
export function keywordTokens(walk: LexerWalk, lexerState: number, keywordState: number): Remainders | undefined {
  const { characters, lexer, keywords } = walk;
  const { code } = characters;
  const { nodeEnd } = characters.trie;
  const found = new RemaindersBuilder(characters);
  const visit = (above: number, state: number, keyword: number): void => {
    const isKeyword = above > 0 && keywords!.tables.accept[keyword] !== none;
    for (let node = above + 1; node < nodeEnd[above]!; node = nodeEnd[node]!) {
      if (code[node]! < 0 || code[node]! >= 0x80) {
        if (isKeyword && code[node] !== broken) found.add(0, node, true);
        continue;
      }
      const target = lexer.move(state, code[node]!);
      if (target === none) {
        if (isKeyword) found.add(0, node, true);
      } else if (target < skipFlag) {
        const next = keywords!.move(keyword, code[node]!);
        if (next >= skipFlag) continue;
        found.add(0, node, false);
        visit(node, target, next);
      }
    }
  };
  if (keywords !== undefined) visit(0, lexerState, keywordState);
  return found.finish();
}

/** Terminals that can come of `state` by a character whose encoding begins with `bytes`; undefined where it takes none. */
function symbolsBetween(
  { lexer, symbolSets }: LexerWalk,
  state: number,
  bytes: readonly number[],
): Uint32Array | undefined {
  const { first, last } = codePointRange(bytes)!;
  const targets = [...lexer.movesBetween(state, first, last)];
  return targets.length === 0 ? undefined : symbolSets.reachableFromAny(targets.map((target) => target & ~skipFlag));
}

function* finishGroups(builders: ReadonlyMap<number, RemaindersBuilder>, size: number): Steps<TokenGroup[]> {
  const groups: TokenGroup[] = [];
  let passed = 0;
  for (const [key, builder] of builders) {
    const [accept, keyword] = [Math.floor(key / 65536), key % 65536];
    groups.push({ accept, keyword, ends: tokenSet(builder.ends, size), rest: builder.finish() });
    passed += builder.ends.length + builder.items;
    if (passed > 4 * nodesPerStep) {
      passed = 0;
      yield;
    }
  }
  return groups;
}

function entry<K>(map: Map<K, number[]>, key: K): number[] {
  let found = map.get(key);
  if (found === undefined) {
    found = [];
    map.set(key, found);
  }
  return found;
}
