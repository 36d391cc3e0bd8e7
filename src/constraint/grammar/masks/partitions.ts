// The partitions of one vocabulary under one grammar: a tree of what tokens hold, that grows where it is asked for, and ahead of that
// in steps.
import { Lexer } from '../lexer.ts';
import type { ExternalScanner, Pending, ScannerState } from '../scanner.ts';
import { actionKind, type GrammarTables, none } from '../tables.ts';
import type { CharacterTrie } from './characterTrie.ts';
import { keywordTokens, type LexerWalk, lexerPartition } from './lexerPartition.ts';
import type { LexerPartition, Remainders, ScannerPartition } from './partitionTree.ts';
import { tokensOf, wholeVocabulary } from './remainders.ts';
import { type ScannerWalk, scannerPartition } from './scannerPartition.ts';
import { finish, type Steps } from './steps.ts';
import { SymbolSets } from './symbolSets.ts';
import type { TokenSet } from './tokenSet.ts';

/** Remainders of which partitions are made ahead: fewer are read in no time. */
const remaindersAhead = 24;

/** Tokens within a text up to which partitions are made ahead. */
const tokensAhead = 4;

/** Characters that texts are made of to find out where a scanner can wait. */
const waitingAlphabet = [
  '\n',
  '\t',
  '\u2028',
  'é',
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
];

/** Places where a scanner can wait of which partitions are made ahead, for each set of tokens it can be asked for. */
const placesAhead = 64;

/** A partition behind a text at whose end the scanner waits, and the first such text. */
export interface WaitingPartition {
  readonly valid: number;
  readonly state: ScannerState;
  readonly text: string;
  readonly partition: ScannerPartition;
}

export class Partitions {
  readonly whole: Remainders;
  readonly size: number;
  readonly characters: CharacterTrie;
  /** By state of the lexer. */
  readonly byOpenState = new Map<number, LexerPartition>();
  readonly byWaitingKey = new Map<string, WaitingPartition>();
  /** Partitions made, and the time that took. */
  made = 0;
  ms = 0;
  readonly #tables: GrammarTables;
  readonly #lexerWalk: LexerWalk;
  readonly #scannerWalk: ScannerWalk | undefined;
  readonly #byKeyword = new Map<number, LexerPartition | undefined>();

  constructor(tables: GrammarTables, scanner: ExternalScanner | undefined, characters: CharacterTrie, size: number) {
    const lexer = new Lexer(tables.lexer);
    const keywords = tables.keywords === undefined ? undefined : new Lexer(tables.keywords);
    const symbolSets = new SymbolSets(tables, lexer, keywords);
    const { keywordCapture } = tables;
    this.size = size;
    this.characters = characters;
    this.#tables = tables;
    this.#lexerWalk = { characters, size, lexer, keywords, keywordCapture, symbolSets, spare: [] };
    this.#scannerWalk = scanner === undefined ? undefined : { characters, size, scanner, spare: [] };
    this.whole = wholeVocabulary(characters);
  }

  /** Of remainders that the lexer reads from one of its start states. */
  byLexer(remainders: Remainders, lexerState: number): LexerPartition {
    return remainders.byLexerState?.get(lexerState) ?? this.#timed(this.#lexerSteps(remainders, lexerState));
  }

  /** Of the vocabulary behind an open token that is not going to be a keyword. */
  byOpenToken(lexerState: number): LexerPartition {
    return this.byOpenState.get(lexerState) ?? this.#timed(this.#openSteps(lexerState));
  }

  /** Of the tokens that a keyword may make different behind an open token; undefined if there are none. */
  byKeyword(lexerState: number, keywordState: number): LexerPartition | undefined {
    if (keywordState === none) return undefined;
    const key = lexerState * 65536 + keywordState;
    if (!this.#byKeyword.has(key)) {
      const tokens = keywordTokens(this.#lexerWalk, lexerState, keywordState);
      const steps = tokens && lexerPartition(this.#lexerWalk, tokens, lexerState, keywordState, true);
      this.#byKeyword.set(key, steps && this.#timed(steps));
    }
    return this.#byKeyword.get(key);
  }

  /** Of remainders that the scanner is asked about. */
  byScanner(remainders: Remainders, valid: number, state: ScannerState): ScannerPartition {
    return remainders.byScan?.get(`${valid} ${state}`) ?? this.#timed(this.#scannerSteps(remainders, valid, state));
  }

  /** Of the vocabulary behind a text at whose end the scanner waits. */
  byWaiting(valid: number, state: ScannerState, text: string, pending: Pending): ScannerPartition {
    const { scanner } = this.#scannerWalk!;
    const key = `${valid} ${state} ${scanner.keyOf?.(pending, text) ?? text}`;
    let known = this.byWaitingKey.get(key);
    if (known === undefined) {
      const question = { valid, state, text, pending };
      const partition = this.#timed(scannerPartition(this.#scannerWalk!, this.whole, question));
      known = { valid, state, text, partition };
      this.byWaitingKey.set(key, known);
    }
    return known.partition;
  }

  /** Takes a partition that was kept; undefined where the scanner does not wait behind its text any more. */
  addWaiting(kept: WaitingPartition): void {
    const { valid, state, text } = kept;
    const scanner = this.#scannerWalk?.scanner;
    const verdict = scanner?.scan({ text, start: 0, ended: false, valid, state, resume: undefined, strict: false });
    if (typeof verdict !== 'object' || verdict.kind !== 'pending') return;
    this.byWaitingKey.set(`${valid} ${state} ${scanner?.keyOf?.(verdict, text) ?? text}`, kept);
  }

  tokensOf(remainders: Remainders): TokenSet | undefined {
    return tokensOf(remainders, this.characters, this.size);
  }

  /**
   * Makes what any text comes to need of partitions that take long: those behind every token, behind every open one, and wherever the
   * scanner waits.
   */
  *ahead(): Steps<void> {
    const modes = this.#modesBehind();
    const all = new Set([...modes.values()].flatMap((each) => [...each]));
    yield* this.#behind(this.whole, all, modes, 0);
    const { stateCount, ascii, rangeStart } = this.#tables.lexer;
    for (let state = 0; state < stateCount; state++) {
      const isOpen =
        rangeStart[state + 1]! > rangeStart[state]! ||
        ascii.subarray(state * 128, state * 128 + 128).some((each) => each !== none);
      if (!isOpen) continue;
      const partition = this.byOpenState.get(state) ?? (yield* this.#openSteps(state));
      yield* this.#behindGroups(partition, modes, 0);
    }
    for (const external of new Set([...all].map((mode) => Math.floor(mode / 65536))))
      if (external !== 0 && this.#scannerWalk?.scanner.keyOf !== undefined)
        yield* this.#wherever(this.#scannerWalk, this.#tables.externalStates[external]!);
  }

  /** Wherever the scanner waits for some tokens, as far as it tells its places apart by few texts. */
  *#wherever(walk: ScannerWalk, valid: number): Steps<void> {
    const { scanner } = walk;
    const state = scanner.initial;
    const places: { text: string; resume: unknown }[] = [{ text: '', resume: undefined }];
    const seen = new Set<string>();
    for (const { text: before, resume } of places) {
      for (const character of waitingAlphabet) {
        const text = before + character;
        const verdict = scanner.scan({ text, start: 0, ended: false, valid, state, resume, strict: false });
        if (typeof verdict === 'string' || verdict.kind !== 'pending') continue;
        const key = `${valid} ${state} ${scanner.keyOf?.(verdict, text) ?? text}`;
        if (seen.has(key) || seen.size >= placesAhead) continue;
        seen.add(key);
        places.push({ text, resume: verdict.resume });
        if (this.byWaitingKey.has(key)) continue;
        const question = { valid, state, text, pending: verdict };
        this.byWaitingKey.set(key, {
          valid,
          state,
          text,
          partition: yield* scannerPartition(walk, this.whole, question),
        });
      }
    }
  }

  /** Partitions of remainders that stand behind stacks of some modes. */
  *#behind(
    remainders: Remainders,
    modes: ReadonlySet<number>,
    all: ReadonlyMap<number, ReadonlySet<number>>,
    tokens: number,
  ): Steps<void> {
    if (tokens > tokensAhead) return;
    const { externalStates, externalSymbols } = this.#tables;
    for (const mode of modes) {
      const lexerState = mode & 0xffff;
      const external = Math.floor(mode / 65536);
      let lexed: Remainders | undefined = remainders;
      if (external !== 0 && this.#scannerWalk !== undefined) {
        const valid = externalStates[external]!;
        const partition = remainders.byScan?.get(`${valid} `) ?? (yield* this.#scannerSteps(remainders, valid, ''));
        lexed = partition.nothing;
        for (const { token, rest } of partition.found) {
          const next = all.get(externalSymbols[token]!);
          if (
            rest !== undefined &&
            rest.items.length >= 2 * remaindersAhead &&
            next !== undefined &&
            rest !== remainders
          )
            yield* this.#behind(rest, next, all, tokens + 1);
        }
      }
      if (lexed === undefined) continue;
      const partition = lexed.byLexerState?.get(lexerState) ?? (yield* this.#lexerSteps(lexed, lexerState));
      yield* this.#behindGroups(partition, all, tokens);
    }
  }

  *#behindGroups(
    { ended }: LexerPartition,
    modes: ReadonlyMap<number, ReadonlySet<number>>,
    tokens: number,
  ): Steps<void> {
    for (const { accept, keyword, rest } of ended) {
      const next = modes.get(keyword === none ? accept : keyword);
      if (rest !== undefined && next !== undefined && rest.items.length >= 2 * remaindersAhead)
        yield* this.#behind(rest, next, modes, tokens + 1);
    }
  }

  /** Terminal → modes of the states behind it: the lexer's start state, and 65536 times the row of the scanner. */
  #modesBehind(): Map<number, Set<number>> {
    const { stateCount, terminalCount, rowStart, rowSymbols, rowValues, actionStart, actionKinds, actionValues } =
      this.#tables;
    const { lexStates, externalLexStates } = this.#tables;
    const modes = new Map<number, Set<number>>();
    for (let state = 1; state < stateCount; state++) {
      for (let entry = rowStart[state]!; entry < rowStart[state + 1]!; entry++) {
        const terminal = rowSymbols[entry]!;
        if (terminal >= terminalCount) break;
        const list = rowValues[entry]!;
        for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++) {
          const kind = actionKinds[action];
          if (kind !== actionKind.shift && kind !== actionKind.shiftExtra) continue;
          const target = kind === actionKind.shift ? actionValues[action]! : state;
          if (lexStates[target] === none) continue;
          let known = modes.get(terminal);
          if (known === undefined) {
            known = new Set();
            modes.set(terminal, known);
          }
          known.add(externalLexStates[target]! * 65536 + lexStates[target]!);
        }
      }
    }
    return modes;
  }

  *#lexerSteps(remainders: Remainders, lexerState: number): Steps<LexerPartition> {
    const made = yield* lexerPartition(this.#lexerWalk, remainders, lexerState, 0, false);
    remainders.byLexerState ??= new Map();
    remainders.byLexerState.set(lexerState, made);
    return made;
  }

  *#openSteps(lexerState: number): Steps<LexerPartition> {
    const made = yield* lexerPartition(this.#lexerWalk, this.whole, lexerState, none, true);
    this.byOpenState.set(lexerState, made);
    return made;
  }

  *#scannerSteps(remainders: Remainders, valid: number, state: ScannerState): Steps<ScannerPartition> {
    const question = { valid, state, text: '', pending: undefined };
    const made = yield* scannerPartition(this.#scannerWalk!, remainders, question);
    remainders.byScan ??= new Map();
    remainders.byScan.set(`${valid} ${state}`, made);
    return made;
  }

  #timed<Made>(steps: Steps<Made>): Made {
    const startMs = performance.now();
    const made = finish(steps);
    this.made++;
    this.ms += performance.now() - startMs;
    return made;
  }
}
