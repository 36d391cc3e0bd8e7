// Which tokens of a vocabulary may come next, all at once: partitions of the vocabulary that hold for every stack, made when first
// asked for, and on them the stacks of a state (constraints of XGrammar and llguidance, for a lexer with context and a scanner).
import type { Vocabulary } from '../../../model/vocabulary.ts';
import { type ParserState, type Reading, stateKey } from '../parserState.ts';
import { Recogniser } from '../recogniser.ts';
import type { ExternalScanner } from '../scanner.ts';
import { StackTooShort } from '../stack.ts';
import { type CharacterTrie, characterTrie } from './characterTrie.ts';
import { MaskMemory } from './maskMemory.ts';
import { Partitions } from './partitions.ts';
import { ReadingMasks } from './readingMasks.ts';
import { StackCopies } from './stackCopies.ts';
import { addBits, wordsFor } from './tokenSet.ts';

/** Depths to which stacks are looked at, the least that does first. */
const depths = [8, 24, 72, Number.POSITIVE_INFINITY] as const;

/** Stack nodes after which the copies of stacks are made anew. */
const nodeLimit = 50_000;

export class GrammarMasks {
  /** Words of a mask: bit i of word w is token 32 w + i. */
  readonly words: number;
  readonly partitions: Partitions;
  readonly #recogniser: Recogniser;
  readonly #scanner: ExternalScanner | undefined;
  readonly #characters: CharacterTrie;
  readonly #vocabulary: Vocabulary;
  /** Parser state → place in `depths` of the first that may do. */
  readonly #depthOf: Uint8Array;
  readonly #states = new MaskMemory();
  #readings!: ReadingMasks;
  #copies!: StackCopies;

  /** `recogniser` is the one whose states are asked about, `scanner` that of its grammar. */
  constructor(recogniser: Recogniser, scanner: ExternalScanner | undefined, vocabulary: Vocabulary) {
    this.#recogniser = recogniser;
    this.#scanner = scanner;
    this.#vocabulary = vocabulary;
    this.words = wordsFor(vocabulary.size);
    this.#characters = characterTrie(vocabulary.trie);
    this.partitions = new Partitions(recogniser.tables, scanner, this.#characters, vocabulary.size);
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
      mask = state.partial.length > 0 ? this.#withinCharacter(state) : this.#union(state.readings);
      this.#states.set(key, mask);
    }
    bits.set(mask);
    if (bits.length > mask.length) bits.fill(0, mask.length);
  }

  #startAnew(): void {
    const { tables } = this.#recogniser;
    const copy = new Recogniser(tables, this.#scanner);
    this.#readings = new ReadingMasks(copy, this.#scanner, this.partitions, this.#vocabulary);
    this.#copies = new StackCopies(copy.stacks);
  }

  #union(readings: readonly Reading[]): Uint32Array {
    if (readings.length === 1) return this.#ofReading(readings[0]!);
    const mask = new Uint32Array(this.words);
    for (const reading of readings) addBits(this.#ofReading(reading), mask);
    return mask;
  }

  #ofReading(reading: Reading): Uint32Array {
    const { state } = reading.node;
    for (let level = this.#depthOf[state]!; ; level++) {
      try {
        const node = this.#copies.of(reading.node, depths[level]!);
        return this.#readings.of({ ...reading, node });
      } catch (error) {
        if (!(error instanceof StackTooShort)) throw error;
        this.#depthOf[state] = level + 1;
      }
    }
  }

  /** Tokens that go on with the character that the state ends in; they are few, and each is read by itself. */
  #withinCharacter(state: ParserState): Uint32Array {
    const mask = new Uint32Array(this.words);
    const { nodeByte, nodeEnd, firstRank, ids } = this.#characters.trie;
    const visit = (above: number, from: ParserState): void => {
      for (let node = above + 1; node < nodeEnd[above]!; node = nodeEnd[node]!) {
        const next = this.#recogniser.advance(from, nodeByte.subarray(node, node + 1));
        if (next === undefined) continue;
        for (let rank = firstRank[node]!; rank < firstRank[node + 1]!; rank++)
          mask[ids[rank]! >>> 5]! |= 1 << (ids[rank]! & 31);
        visit(node, next);
      }
    };
    visit(0, state);
    return mask;
  }
}
