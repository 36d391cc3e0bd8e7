// Sets of terminals as bits, each made once: what an open token can become.
import type { Lexer } from '../lexer.ts';
import { type GrammarTables, none } from '../tables.ts';

export class SymbolSets {
  readonly #tables: GrammarTables;
  readonly #lexer: Lexer;
  readonly #keywords: Lexer | undefined;
  readonly #byStates = new Map<number, Uint32Array>();
  readonly #byContent = new Map<string, Uint32Array>();

  constructor(tables: GrammarTables, lexer: Lexer, keywords: Lexer | undefined) {
    this.#tables = tables;
    this.#lexer = lexer;
    this.#keywords = keywords;
  }

  /** Terminals that a token can become which has brought the automata to these states. */
  reachable(lexerState: number, keywordState: number): Uint32Array {
    const key = lexerState * 65536 + keywordState;
    let found = this.#byStates.get(key);
    if (found === undefined) {
      const terminals = [...this.#lexer.reachable(lexerState)];
      if (keywordState !== none && this.#keywords !== undefined && terminals.includes(this.#tables.keywordCapture))
        terminals.push(...this.#keywords.reachable(keywordState));
      found = this.of(terminals);
      this.#byStates.set(key, found);
    }
    return found;
  }

  /** The same of any of some states, behind a character that no keyword has. */
  reachableFromAny(lexerStates: readonly number[]): Uint32Array {
    return this.of(lexerStates.flatMap((state) => [...this.#lexer.reachable(state)]));
  }

  /** Sets of the same terminals are the same object. */
  of(terminals: readonly number[]): Uint32Array {
    const bits = new Uint32Array((this.#tables.terminalCount + 31) >>> 5);
    for (const terminal of terminals) bits[terminal >>> 5]! |= 1 << (terminal & 31);
    const key = bits.join();
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    this.#byContent.set(key, bits);
    return bits;
  }
}
