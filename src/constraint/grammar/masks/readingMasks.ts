// The tokens that may follow one reading: its stack on the partitions of the vocabulary.
import type { Vocabulary } from '../../../model/vocabulary.ts';
import type { Reading } from '../parserState.ts';
import type { Recogniser } from '../recogniser.ts';
import type { ExternalScanner, Pending, ScannerState } from '../scanner.ts';
import type { StackNode } from '../stack.ts';
import { type GrammarTables, none } from '../tables.ts';
import { MaskMemory } from './maskMemory.ts';
import type { Partitions } from './partitions.ts';
import type {
  FoundBefore,
  LexerPartition,
  Remainders,
  ScannerPartition,
  TokenGroup,
  WaitingClass,
} from './partitionTree.ts';
import { addCommon, addTokens, removeTokens, type TokenSet, wordsFor } from './tokenSet.ts';

/** Tokens in one text after which it is given up: empty ones could come forever. */
const tokenLimit = 300;

/** `first`: the text need not be read behind its first token. */
type Extent = 'all' | 'first';

/** Terminals as bits: those of which it is known whether a stack can shift them, and of these the ones that it can. */
interface ShiftFacts {
  readonly asked: Uint32Array;
  readonly shiftable: Uint32Array;
}

const noBytes: readonly number[] = [];

export class ReadingMasks {
  readonly #recogniser: Recogniser;
  readonly #scanner: ExternalScanner | undefined;
  readonly #partitions: Partitions;
  readonly #vocabulary: Vocabulary;
  readonly #tables: GrammarTables;
  readonly #words: number;
  /** Bit set of the scanner's tokens that hold no characters: what they stand before is read behind them. */
  readonly #emptyTokens: number;
  readonly #masks = new MaskMemory();
  /** By id of a stack. */
  readonly #facts = new Map<number, ShiftFacts>();

  /** `recogniser` has the stacks of the readings that are asked about. */
  constructor(
    recogniser: Recogniser,
    scanner: ExternalScanner | undefined,
    partitions: Partitions,
    vocabulary: Vocabulary,
  ) {
    this.#recogniser = recogniser;
    this.#scanner = scanner;
    this.#partitions = partitions;
    this.#vocabulary = vocabulary;
    this.#tables = recogniser.tables;
    this.#emptyTokens = scanner?.emptyTokens ?? 0;
    this.#words = wordsFor(vocabulary.size);
  }

  get nodesMade(): number {
    return this.#recogniser.nodesMade;
  }

  /** The mask of a reading, not to be written to. Throws `StackTooShort` where its stack is cut off too high. */
  of(reading: Reading, extent: Extent = 'all'): Uint32Array {
    const key = keyOf(reading, extent);
    let mask = this.#masks.get(key);
    if (mask === undefined) {
      mask = new Uint32Array(this.#words);
      const { node, scanner, scan, lexeme } = reading;
      if (scan !== undefined) this.#addWaiting(reading, scan, mask);
      else if (lexeme !== undefined) this.#addOpen(reading, extent, mask);
      else this.#addBehind(node, scanner, this.#partitions.whole, 0, mask);
      this.#masks.set(key, mask);
    }
    return mask;
  }

  /** Adds the tokens whose remainders can follow a stack. */
  #addBehind(node: StackNode, scanner: ScannerState, remainders: Remainders, tokens: number, mask: Uint32Array): void {
    const external = this.#tables.externalLexStates[node.state]!;
    if (external === 0) {
      this.#addLexed(node, scanner, remainders, 'all', tokens, mask);
      return;
    }
    const valid = this.#tables.externalStates[external]!;
    const partition = this.#partitions.byScanner(remainders, valid, scanner);
    if (partition.cut !== undefined) addTokens(partition.cut, mask);
    for (const each of partition.waiting) this.#addWhereWaiting(node, scanner, each, tokens, mask);
    this.#addFound(node, scanner, partition, tokens, mask);
    if (partition.nothing !== undefined) this.#addLexed(node, scanner, partition.nothing, 'all', tokens, mask);
  }

  #addWhereWaiting(
    node: StackNode,
    scanner: ScannerState,
    { mayFind, mayFail, tokens, rest, cut }: WaitingClass,
    tokensRead: number,
    mask: Uint32Array,
  ): void {
    if (this.#canFind(node, mayFind & ~this.#emptyTokens)) {
      if (tokens !== undefined) addTokens(tokens, mask);
      if (cut !== undefined) addTokens(this.#partitions.tokensOf(cut)!, mask);
      return;
    }
    if (cut !== undefined)
      this.#addOneByOne({ node, scanner, text: '', scan: undefined, lexeme: undefined }, cut, mask);
    if (rest === undefined) return;
    for (const terminal of this.#terminalsOf(mayFind & this.#emptyTokens))
      this.#addShifted(node, terminal, scanner, undefined, rest, tokensRead, mask);
    if (mayFail) this.#addLexed(node, '', rest, 'first', tokensRead, mask);
  }

  #addFound(
    node: StackNode,
    scanner: ScannerState,
    { found }: ScannerPartition,
    tokens: number,
    mask: Uint32Array,
  ): void {
    for (const { token, state, isNothing, ends, rest } of found) {
      const terminal = this.#tables.externalSymbols[token]!;
      if (isNothing && this.#recogniser.stacks.isExtra(node.state, terminal)) {
        if (rest !== undefined) this.#addLexed(node, scanner, rest, 'all', tokens, mask);
      } else this.#addShifted(node, terminal, state, ends, rest, tokens, mask);
    }
  }

  /** Adds tokens that are read as `terminal` and a remainder. */
  #addShifted(
    node: StackNode,
    terminal: number,
    scanner: ScannerState,
    ends: TokenSet | undefined,
    rest: Remainders | undefined,
    tokens: number,
    mask: Uint32Array,
  ): void {
    if (!this.#recogniser.stacks.can(node, terminal)) return;
    if (ends !== undefined) addTokens(ends, mask);
    if (rest === undefined || tokens > tokenLimit) return;
    for (const next of this.#recogniser.stacks.step(node, terminal))
      this.#addBehind(next, scanner, rest, tokens + 1, mask);
  }

  /** The same as `addBehind` where the scanner finds nothing. */
  #addLexed(
    node: StackNode,
    scanner: ScannerState,
    remainders: Remainders,
    extent: Extent,
    tokens: number,
    mask: Uint32Array,
  ): void {
    const start = this.#tables.lexStates[node.state]!;
    if (start === none) return;
    this.#addPartition(node, scanner, this.#partitions.byLexer(remainders, start), extent, tokens, mask);
  }

  #addPartition(
    node: StackNode,
    scanner: ScannerState,
    partition: LexerPartition,
    extent: Extent,
    tokens: number,
    mask: Uint32Array,
  ): void {
    for (const { symbols, tokens: inside } of partition.inside)
      if (this.#canAny(node, symbols)) addTokens(inside, mask);
    for (const group of partition.ended) {
      const terminal = this.#terminalOf(node, group);
      if (extent === 'all') this.#addShifted(node, terminal, scanner, group.ends, group.rest, tokens, mask);
      else if (this.#recogniser.stacks.can(node, terminal)) {
        if (group.ends !== undefined) addTokens(group.ends, mask);
        const rest = group.rest === undefined ? undefined : this.#partitions.tokensOf(group.rest);
        if (rest !== undefined) addTokens(rest, mask);
      }
    }
    for (const group of partition.open)
      this.#addShifted(node, this.#terminalOf(node, group), '', group.ends, group.rest, tokens, mask);
  }

  /** Adds what can follow an open token. */
  #addOpen(reading: Reading, extent: Extent, mask: Uint32Array): void {
    const { node, scanner, text } = reading;
    const lexeme = reading.lexeme!;
    const partition = this.#partitions.byOpenToken(lexeme.state);
    this.#addPartition(node, scanner, partition, extent, 0, mask);
    const words = this.#partitions.byKeyword(lexeme.state, lexeme.keywordState);
    if (words !== undefined) {
      for (const group of [...words.ended, ...words.open]) {
        if (group.rest === undefined || group.keyword === none || this.#terminalOf(node, group) !== group.keyword)
          continue;
        removeTokens(this.#partitions.tokensOf(group.rest)!, mask);
      }
      this.#addPartition(node, scanner, words, extent, 0, mask);
    }
    if (lexeme.accept === none) return;
    const nodes = this.#recogniser.stacks.step(node, this.#terminalOf(node, lexeme));
    if (nodes.length === 0) return;
    const behind = text.slice(lexeme.acceptEnd);
    if (partition.endedOld !== undefined) {
      if (extent === 'first') addTokens(partition.endedOld, mask);
      else this.#addRead(nodes, scanner, behind, partition.endedOld, mask);
    }
    if (partition.insideOld !== undefined) this.#addRead(nodes, '', behind, partition.insideOld, mask);
  }

  /** Adds those of `tokens` that can follow `text` on one of some stacks. */
  #addRead(
    nodes: readonly StackNode[],
    scanner: ScannerState,
    text: string,
    tokens: TokenSet,
    mask: Uint32Array,
  ): void {
    const fresh = nodes.map((node) => ({ node, scanner, text: '', scan: undefined, lexeme: undefined }));
    const readings =
      text === '' ? fresh : (this.#recogniser.feed({ readings: fresh, partial: noBytes }, text)?.readings ?? []);
    for (const reading of readings) addCommon(tokens, this.of(reading), mask);
  }

  /** Adds what can follow a text behind which the scanner waits. */
  #addWaiting(reading: Reading, pending: Pending, mask: Uint32Array): void {
    const { node, scanner, text } = reading;
    const valid = this.#tables.externalStates[this.#tables.externalLexStates[node.state]!]!;
    const partition = this.#partitions.byWaiting(valid, scanner, text, pending);
    if (partition.cut !== undefined) addTokens(partition.cut, mask);
    for (const { mayFind, mayFail, tokens, cut } of partition.waiting) {
      if (this.#canFind(node, mayFind & ~this.#emptyTokens)) {
        if (tokens !== undefined) addTokens(tokens, mask);
        if (cut !== undefined) addTokens(this.#partitions.tokensOf(cut)!, mask);
        continue;
      }
      if (cut !== undefined) this.#addOneByOne(reading, cut, mask);
      if (tokens === undefined) continue;
      for (const terminal of this.#terminalsOf(mayFind & this.#emptyTokens))
        this.#addRead(this.#recogniser.stacks.step(node, terminal), scanner, text, tokens, mask);
      if (mayFail) this.#addFirst(node, text, tokens, mask);
    }
    this.#addFound(node, scanner, partition, 0, mask);
    for (const each of partition.foundBefore) this.#addFoundBefore(reading, pending, valid, each, mask);
    const nothing = partition.nothing === undefined ? undefined : this.#partitions.tokensOf(partition.nothing);
    if (nothing !== undefined) this.#addUnscanned(node, scanner, text, nothing, mask);
  }

  /** Adds those of `tokens` with which the first token of `text`, if it is the lexer's, can go on or is complete. */
  #addFirst(node: StackNode, text: string, tokens: TokenSet, mask: Uint32Array): void {
    const { readings, isComplete } = this.#recogniser.lexed(node, '', text);
    if (isComplete) addTokens(tokens, mask);
    else for (const reading of readings) addCommon(tokens, this.of(reading, 'first'), mask);
  }

  #addUnscanned(node: StackNode, scanner: ScannerState, text: string, tokens: TokenSet, mask: Uint32Array): void {
    const { readings } = this.#recogniser.lexed(node, scanner, text);
    for (const reading of readings) addCommon(tokens, this.of(reading), mask);
  }

  #addFoundBefore(
    { node, scanner, text }: Reading,
    { resume }: Pending,
    valid: number,
    { token, sample, tokens }: FoundBefore,
    mask: Uint32Array,
  ): void {
    const request = { text: text + sample, start: 0, ended: false, valid, state: scanner, resume, strict: false };
    const verdict = this.#scanner!.scan(request);
    if (typeof verdict === 'string' || verdict.kind !== 'found' || verdict.token !== token)
      throw new Error(`a scanner of ${this.#tables.name} does not answer as before`);
    const terminal = this.#tables.externalSymbols[token]!;
    const isNothing = verdict.end <= 0 && verdict.state === scanner;
    if (isNothing && this.#recogniser.stacks.isExtra(node.state, terminal))
      this.#addUnscanned(node, scanner, text, tokens, mask);
    else
      this.#addRead(this.#recogniser.stacks.step(node, terminal), verdict.state, text.slice(verdict.end), tokens, mask);
  }

  /** Adds tokens that the recogniser takes when each is read by itself. */
  #addOneByOne(reading: Reading, remainders: Remainders, mask: Uint32Array): void {
    const { trie, depth, lead } = this.#partitions.characters;
    const readings = [reading];
    const { items } = remainders;
    for (let item = 0; item < items.length; item += 2) {
      const anchor = items[item]!;
      const node = items[item + 1]! >>> 1;
      const from = { readings, partial: anchor === 0 ? lead : noBytes };
      for (let rank = trie.firstRank[node]!; rank < trie.firstRank[node + 1]!; rank++) {
        const token = trie.ids[rank]!;
        const bytes = this.#vocabulary.bytesOf(token).subarray(depth[anchor]!);
        if (this.#recogniser.advance(from, bytes) !== undefined) mask[token >>> 5]! |= 1 << (token & 31);
      }
    }
  }

  #canFind(node: StackNode, mayFind: number): boolean {
    for (const terminal of this.#terminalsOf(mayFind)) if (this.#recogniser.stacks.can(node, terminal)) return true;
    return false;
  }

  *#terminalsOf(externalTokens: number): Generator<number> {
    for (const [token, terminal] of this.#tables.externalSymbols.entries())
      if ((externalTokens >>> token) & 1) yield terminal;
  }

  #terminalOf({ state }: StackNode, { accept, keyword }: Pick<TokenGroup, 'accept' | 'keyword'>): number {
    if (keyword === none) return accept;
    const { stacks } = this.#recogniser;
    return stacks.hasActions(state, keyword) || stacks.isReserved(state, keyword) ? keyword : accept;
  }

  /** Whether a stack can shift any of some terminals. */
  #canAny(node: StackNode, symbols: Uint32Array): boolean {
    let facts = this.#facts.get(node.id);
    if (facts === undefined) {
      facts = { asked: new Uint32Array(symbols.length), shiftable: new Uint32Array(symbols.length) };
      this.#facts.set(node.id, facts);
    }
    const { asked, shiftable } = facts;
    for (let word = 0; word < symbols.length; word++) if ((symbols[word]! & shiftable[word]!) !== 0) return true;
    for (let word = 0; word < symbols.length; word++) {
      for (let rest = symbols[word]! & ~asked[word]!; rest !== 0; rest &= rest - 1) {
        const bit = rest & -rest;
        const can = this.#recogniser.stacks.can(node, word * 32 + 31 - Math.clz32(bit));
        asked[word]! |= bit;
        if (!can) continue;
        shiftable[word]! |= bit;
        return true;
      }
    }
    return false;
  }
}

function keyOf({ node, scanner, text, scan, lexeme }: Reading, extent: Extent): string {
  const place = `${extent} ${node.id} ${scanner}`;
  if (scan !== undefined) return `${place} scan ${text}`;
  if (lexeme === undefined) return place;
  const behind = lexeme.accept === none ? '' : `${lexeme.accept} ${lexeme.keyword} ${text.slice(lexeme.acceptEnd)}`;
  return `${place} ${lexeme.state} ${lexeme.keywordState} ${behind}`;
}
