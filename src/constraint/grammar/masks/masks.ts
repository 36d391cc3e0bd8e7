// Which tokens of a vocabulary may come next, all at once: partitions of the vocabulary that hold for every stack, made when first
// asked for, and on them the stacks of a state (constraints of XGrammar and llguidance, for a lexer with context and a scanner).
import type { TokenTrie } from '../../../model/tokenTrie.ts';
import type { Vocabulary } from '../../../model/vocabulary.ts';
import { type ParserState, type Reading, stateKey } from '../parserState.ts';
import { Recogniser } from '../recogniser.ts';
import type { ExternalScanner } from '../scanner.ts';
import { StackTooShort } from '../stack.ts';
import type { GrammarTables } from '../tables.ts';
import { characterTrie, continuations } from './characterTrie.ts';
import { MaskMemory } from './maskMemory.ts';
import { Partitions } from './partitions.ts';
import { ReadingMasks } from './readingMasks.ts';
import { StackCopies } from './stackCopies.ts';
import { addBits, wordsFor } from './tokenSet.ts';

/** Depths to which stacks are looked at, the least that does first. */
const depths = [8, 24, 72, Number.POSITIVE_INFINITY] as const;

/** Stack nodes after which the copies of stacks are made anew. */
const nodeLimit = 20_000;

/** Beginnings of characters whose partitions are kept. */
const leadLimit = 32;

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Whether masks are made for a grammar with this scanner: it has to tell its places apart by more than all the text before them. */
export const canMask = (scanner: ExternalScanner | undefined): boolean =>
  scanner === undefined || scanner.keyOf !== undefined;

export class GrammarMasks {
  /** Words of a mask: bit i of word w is token 32 w + i. */
  readonly words: number;
  readonly partitions: Partitions;
  readonly tables: GrammarTables;
  readonly vocabulary: Vocabulary;
  readonly #recogniser: Recogniser;
  readonly #scanner: ExternalScanner | undefined;
  readonly #continuations: TokenTrie;
  /** Parser state → place in `depths` of the first that may do. */
  readonly #depthOf: Uint8Array;
  readonly #states = new MaskMemory();
  readonly #readingsByLead = new Map<string, ReadingMasks>();
  #copy!: Recogniser;
  #copies!: StackCopies;
  #readings!: ReadingMasks;

  /** `recogniser` is the one whose states are asked about, `scanner` that of its grammar, one that `canMask`. */
  constructor(recogniser: Recogniser, scanner: ExternalScanner | undefined, vocabulary: Vocabulary) {
    this.#recogniser = recogniser;
    this.#scanner = scanner;
    this.tables = recogniser.tables;
    this.vocabulary = vocabulary;
    this.words = wordsFor(vocabulary.size);
    this.#continuations = continuations(vocabulary.trie);
    this.partitions = new Partitions(recogniser.tables, scanner, characterTrie(vocabulary.trie), vocabulary.size);
    this.#depthOf = new Uint8Array(recogniser.tables.stateCount);
    this.#startAnew();
  }

  /**
   * Sets the bits of exactly the tokens after which `state` goes on, none of a special token's, and clears all others.
   * @param bits at least `words` words
   */
  fillMask(state: ParserState, bits: Uint32Array): void {
    if (this.#readings.nodesMade > nodeLimit) this.#startAnew();
    const key = stateKey(state);
    let mask = this.#states.get(key);
    if (mask === undefined) {
      mask = this.#union(state);
      this.#states.set(key, mask);
    }
    bits.set(mask);
    if (bits.length > mask.length) bits.fill(0, mask.length);
    if (state.readings === this.#recogniser.initial.readings) this.#afterByteOrderMark(state, bits);
  }

  /** A file may begin with a byte order mark, which is not part of the text. */
  #afterByteOrderMark(state: ParserState, bits: Uint32Array): void {
    for (const token of this.vocabulary.withPrefix(byteOrderMark.subarray(state.partial.length))) {
      const bytes = this.vocabulary.bytesOf(token);
      if (this.#recogniser.advance(state, bytes) !== undefined) bits[token >>> 5]! |= 1 << (token & 31);
    }
  }

  #startAnew(): void {
    this.#copy = new Recogniser(this.tables, this.#scanner);
    this.#copies = new StackCopies(this.#copy.stacks);
    this.#readings = new ReadingMasks(this.#copy, this.#scanner, this.partitions, this.vocabulary);
    this.#readingsByLead.clear();
  }

  #union(state: ParserState): Uint32Array {
    const masks = state.partial.length === 0 ? this.#readings : this.#behindLead(state.partial);
    const { readings } = state;
    if (readings.length === 1) return this.#ofReading(masks, readings[0]!);
    const mask = new Uint32Array(this.words);
    for (const reading of readings) addBits(this.#ofReading(masks, reading), mask);
    return mask;
  }

  #ofReading(masks: ReadingMasks, reading: Reading): Uint32Array {
    const { state } = reading.node;
    for (let level = this.#depthOf[state]!; ; level++) {
      try {
        const node = this.#copies.of(reading.node, depths[level]!);
        return masks.of({ ...reading, node });
      } catch (error) {
        if (!(error instanceof StackTooShort)) throw error;
        this.#depthOf[state] = level + 1;
      }
    }
  }

  /** For states that end within a character: the tokens that go on with it are few, and have partitions of their own. */
  #behindLead(lead: readonly number[]): ReadingMasks {
    const key = lead.join();
    let masks = this.#readingsByLead.get(key);
    if (masks === undefined) {
      const characters = characterTrie(this.#continuations, lead);
      const { tables } = this;
      const partitions = new Partitions(tables, this.#scanner, characters, this.vocabulary.size);
      masks = new ReadingMasks(this.#copy, this.#scanner, partitions, this.vocabulary);
      if (this.#readingsByLead.size === leadLimit) this.#readingsByLead.clear();
      this.#readingsByLead.set(key, masks);
    }
    return masks;
  }
}
