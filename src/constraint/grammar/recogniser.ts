// What may follow a text in a language: reads text a piece at a time on the language's own LR tables, lexers and scanner, and
// keeps every reading that some text to come can complete. Generalised LR recognition (Tomita) with the lexing rules of
// tree-sitter's runtime (parser.c: ts_parser__lex, ts_parser__advance).
import { type LineBreakRule, lineBreakRule } from './lineBreaks.ts';
import type { Lexeme, ParserState, Reading } from './parserState.ts';
import type { ExternalScanner, Pending, ScannerState, Verdict } from './scanner.ts';
import { type StackNode, Stacks } from './stack.ts';
import { type GrammarTables, none, skipFlag } from './tables.ts';
import { TokenLexer } from './tokenLexer.ts';
import { codePointRange, completeLength } from './utf8.ts';

/** Readings kept at once; what is more is dropped, those with the longest open token first. */
const readingLimit = 32;

/** Tokens of no characters in a row after which a reading is given up. */
const emptyTokenLimit = 200;

/** The end of a token, where the next has not been looked for: at `at` in `text`. */
interface Position {
  node: StackNode;
  readonly scanner: ScannerState;
  readonly text: string;
  readonly at: number;
  readonly emptyTokens: number;
}

/** A token found in a text. */
interface Token {
  readonly terminal: number;
  readonly end: number;
  readonly scanner: ScannerState;
}

/** How a text is read. */
interface Mode {
  /** Whether the end of the text is the end of the file. */
  readonly ended: boolean;
  readonly strict: boolean;
}

/** What a run has still to read, nearest to the start last, and what it has read to the end. */
interface Run {
  readonly open: Position[];
  readonly done: Reading[];
}

/** Not a part of the text where a file begins with it. */
const byteOrderMark = '\ufeff';

/** A line break that no backslash stands before. */
const bareLineBreak = /(^|[^\\])\n/;

const noBytes: readonly number[] = [];
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const lenient: Mode = { ended: false, strict: false };
const strictly: Mode = { ended: false, strict: true };
const toTheEnd: Mode = { ended: true, strict: false };

export class Recogniser {
  readonly tables: GrammarTables;
  /** The start of a file. */
  readonly initial: ParserState;
  /** Readings dropped because there were too many: where not 0, a text of the language may have been taken for dead. */
  dropped = 0;
  readonly #scanner: ExternalScanner | undefined;
  readonly #stacks: Stacks;
  readonly #lexer: TokenLexer;
  /** Made when first asked for. */
  #lineBreakRule: LineBreakRule | undefined;

  /** `scanner` is left out just for grammars without external tokens. */
  constructor(tables: GrammarTables, scanner: ExternalScanner | undefined) {
    this.tables = tables;
    this.#scanner = scanner;
    this.#stacks = new Stacks(tables);
    this.#lexer = new TokenLexer(tables);
    this.initial = { readings: [freshReading(this.#stacks.root, scanner?.initial ?? '')], partial: noBytes };
  }

  /**
   * The state after `text`, or undefined if no text of the language goes on like that.
   * @param strict whether to hold the text to what the scanner knows of the language beyond the grammar (indentation)
   */
  feed(state: ParserState, text: string, strict = false): ParserState | undefined {
    if (text === '') return state;
    if (state.partial.length > 0) return undefined;
    if (state.readings === this.initial.readings && text.startsWith(byteOrderMark))
      return this.feed(state, text.slice(1), strict);
    const mode = strict ? strictly : lenient;
    const readings = this.#run(state, text, mode).filter((reading) => this.#isViable(reading, mode));
    return readings.length === 0 ? undefined : { readings, partial: noBytes };
  }

  /** As `feed`, on UTF-8 bytes that may begin and end within a character. */
  advance(state: ParserState, bytes: Uint8Array, strict = false): ParserState | undefined {
    const all = state.partial.length === 0 ? bytes : Uint8Array.of(...state.partial, ...bytes);
    const length = completeLength(all);
    if (length === undefined) return undefined;
    const text = utf8.decode(all.subarray(0, length));
    const next = this.feed({ readings: state.readings, partial: noBytes }, text, strict);
    if (next === undefined || length === all.length) return next;
    const partial = Array.from(all.subarray(length));
    const { first, last } = codePointRange(partial)!;
    const readings = next.readings.filter((reading) => this.#takesBetween(reading, first, last));
    return readings.length === 0 ? undefined : { readings, partial };
  }

  /** Whether the file could end here. */
  mayEnd(state: ParserState): boolean {
    return state.partial.length === 0 && this.#run(state, '', toTheEnd).length > 0;
  }

  /** The terminals that can be shifted next; where a token is open, those it can still become. */
  terminals(state: ParserState): number[] {
    const found = new Set<number>();
    for (const reading of state.readings)
      for (const terminal of this.#possible(reading)) if (this.#stacks.can(reading.node, terminal)) found.add(terminal);
    return [...found].sort((a, b) => a - b);
  }

  /** The text that must come next, as far as it is the rest of one literal; empty where there is a choice. */
  forced(state: ParserState): string {
    if (state.partial.length > 0) return '';
    let forced: string | undefined;
    for (const reading of state.readings) {
      const begun = reading.text.slice(reading.lexeme?.start ?? 0).trimStart();
      for (const terminal of this.#possible(reading)) {
        const { node } = reading;
        if (!this.#stacks.can(node, terminal) || this.#stacks.isExtra(node.state, terminal)) continue;
        const name = this.tables.symbolNames[terminal]!;
        if (this.tables.literal[terminal] === 0 || !name.startsWith(begun)) return '';
        const rest = name.slice(begun.length);
        if (forced !== undefined && forced !== rest) return '';
        forced = rest;
      }
    }
    return forced ?? '';
  }

  get stacks(): Stacks {
    return this.#stacks;
  }

  /** The readings of `text` on `node` whose first token is the lexer's, and whether that token is complete. */
  lexed(node: StackNode, scanner: ScannerState, text: string): { readings: readonly Reading[]; isComplete: boolean } {
    const run: Run = { open: [], done: [] };
    this.#lex({ node, scanner, text, at: 0, emptyTokens: 0 }, undefined, 0, lenient, run);
    const isComplete = run.open.length > 0;
    this.#readOn(run, lenient);
    return { readings: run.done.filter((reading) => this.#isViable(reading, lenient)), isComplete };
  }

  /** Whether the open token is an extra in every reading: a comment. */
  isInExtra({ readings }: ParserState): boolean {
    return readings.every(({ node, text, lexeme }) => {
      if (lexeme === undefined || lexeme.start === text.length) return false;
      const { accept, acceptEnd } = lexeme;
      return accept !== none && acceptEnd === text.length && this.#stacks.isExtra(node.state, accept);
    });
  }

  /** Whether a token is open in every reading that a line break does not end: a template, a block comment, the text of JSX. */
  spansLines(state: ParserState): boolean {
    const next = this.feed(state, '\n');
    return (
      next?.readings.every(({ text, scan, lexeme }) => {
        const start = scan === undefined ? (lexeme?.start ?? text.length) : 0;
        // begun before the line break
        return text.length - start > 1 && scan?.mayFail !== true;
      }) ?? false
    );
  }

  /** Stack nodes made so far. */
  get nodesMade(): number {
    return this.#stacks.made;
  }

  /** Terminals that the open token of a reading can become, or the next one where none is open; the stack has still to be asked. */
  *#possible({ node, text, scan, lexeme }: Reading): Generator<number> {
    const { rowStart, rowSymbols, terminalCount, externalSymbols } = this.tables;
    if (scan !== undefined) {
      for (const [token, terminal] of externalSymbols.entries()) if ((scan.mayFind >>> token) & 1) yield terminal;
      if (scan.mayFail) for (const inner of this.#withoutScanner(node, text)) yield* this.#possible(inner);
    } else if (lexeme === undefined || lexeme.start === text.length) {
      for (let i = rowStart[node.state]!; i < rowStart[node.state + 1]! && rowSymbols[i]! < terminalCount; i++)
        yield rowSymbols[i]!;
    } else yield* this.#lexer.reachable(lexeme.state, lexeme.keywordState);
  }

  /** Readings of `text` on `node` in which the scanner found no token; a reading behind it that has read on is left out. */
  #withoutScanner(node: StackNode, text: string): readonly Reading[] {
    const run: Run = { open: [], done: [] };
    this.#lex({ node, scanner: '', text, at: 0, emptyTokens: 0 }, undefined, 0, lenient, run);
    return run.done;
  }

  #mayBreak(node: StackNode): boolean {
    this.#lineBreakRule ??= lineBreakRule(this.tables);
    return this.#lineBreakRule(node);
  }

  #isViable({ node, scanner, text, scan, lexeme }: Reading, mode: Mode): boolean {
    if (scan !== undefined) {
      const { externalSymbols } = this.tables;
      for (let token = 0; token < externalSymbols.length; token++)
        if ((scan.mayFind >>> token) & 1 && this.#canFind(token, node, scanner, text)) return true;
      if (!scan.mayFail || (mode.strict && bareLineBreak.test(text) && !this.#mayBreak(node))) return false;
      const run: Run = { open: [], done: [] };
      this.#lex({ node, scanner: '', text, at: 0, emptyTokens: 0 }, undefined, 0, lenient, run);
      return run.open.length > 0 || run.done.some((reading) => this.#isViable(reading, mode));
    }
    if (lexeme === undefined || this.#canBecome(node, lexeme.state, lexeme.keywordState)) return true;
    return this.#behindMatch({ node, text, lexeme }).length > 0;
  }

  /** Whether the scanner's `token` can be shifted; one without characters also has `text` behind it. */
  #canFind(token: number, node: StackNode, scanner: ScannerState, text: string): boolean {
    const terminal = this.tables.externalSymbols[token]!;
    if (!this.#stacks.can(node, terminal)) return false;
    if ((((this.#scanner?.emptyTokens ?? 0) >>> token) & 1) === 0) return true;
    const readings = this.#stacks.step(node, terminal).map((behind) => freshReading(behind, scanner));
    return this.feed({ readings, partial: noBytes }, text) !== undefined;
  }

  /** Whether a token that has brought the automata to these states can become one that can be shifted. */
  #canBecome(node: StackNode, lexerState: number, keywordState: number): boolean {
    const key = lexerState * 65536 + keywordState;
    const known = this.#stacks.fresh(node).viable?.get(key);
    if (known !== undefined) return known;
    let found = false;
    for (const terminal of this.#lexer.reachable(lexerState, keywordState)) {
      found = this.#stacks.can(node, terminal);
      if (found) break;
    }
    node.viable ??= new Map();
    node.viable.set(key, found);
    return found;
  }

  /** Readings in which an open token ends at its longest match so far, and the text behind that is read anew. */
  #behindMatch({ node, text, lexeme }: { node: StackNode; text: string; lexeme: Lexeme }): readonly Reading[] {
    if (lexeme.accept === none) return [];
    const terminal = this.#terminalOf(node, lexeme.accept, lexeme.keyword);
    const readings = this.#stacks.step(node, terminal).map((behind) => freshReading(behind, ''));
    const rest = text.slice(lexeme.acceptEnd);
    if (readings.length === 0 || rest === '') return readings;
    return this.feed({ readings, partial: noBytes }, rest)?.readings ?? [];
  }

  /** Whether a reading goes on with some code point of a range beyond ASCII; where the scanner decides, yes. */
  #takesBetween(reading: Reading, first: number, last: number): boolean {
    const { node, text, scan, lexeme } = reading;
    const isFresh = lexeme === undefined;
    if (scan !== undefined || (isFresh && this.tables.externalLexStates[node.state] !== 0)) return true;
    const state = isFresh ? this.tables.lexStates[node.state]! : lexeme.state;
    for (const target of this.#lexer.lexer.movesBetween(state, first, last))
      if (this.#canBecome(node, target & ~skipFlag, none)) return true;
    if (isFresh) return false;
    return this.#behindMatch({ node, text, lexeme }).some((behind) => this.#takesBetween(behind, first, last));
  }

  /** Reads on from every reading of `state`, all at the same pace. With `ended`, gives just the readings that the file may end with. */
  #run(state: ParserState, more: string, mode: Mode): Reading[] {
    const run: Run = { open: [], done: [] };
    for (const { node, scanner, text, lexeme, scan } of state.readings) {
      const position = { node, scanner, text: text === '' ? more : text + more, at: 0, emptyTokens: 0 };
      this.#read(position, lexeme, text.length, scan?.resume, mode, run);
    }
    this.#readOn(run, mode);
    if (run.done.length > readingLimit) {
      this.dropped += run.done.length - readingLimit;
      run.done.sort((a, b) => a.text.length - b.text.length);
      run.done.length = readingLimit;
    }
    return run.done;
  }

  /** Reads everything that is open to the end. */
  #readOn(run: Run, mode: Mode): void {
    while (run.open.length > 0) {
      const position = run.open.pop()!;
      if (position.at === position.text.length && !mode.ended)
        run.done.push(freshReading(position.node, position.scanner));
      else this.#read(position, undefined, position.at, undefined, mode, run);
    }
  }

  /** Reads one token from `position`, or goes on with one that was begun and read up to `next`. */
  #read(position: Position, begun: Lexeme | undefined, next: number, resume: unknown, mode: Mode, run: Run): void {
    const { node, scanner, text, at } = position;
    const external = this.tables.externalLexStates[node.state]!;
    if (begun !== undefined || external === 0 || this.#scanner === undefined) {
      this.#lex(position, begun, next, mode, run);
      return;
    }
    const valid = this.tables.externalStates[external]!;
    const { ended, strict } = mode;
    const verdict = this.#scanner.scan({ text, start: at, ended, valid, state: scanner, resume, strict });
    if (verdict === 'rejected') return;
    if (verdict !== 'none' && verdict.kind === 'pending') {
      if (!ended) run.done.push({ node, scanner, text: text.slice(at), scan: verdict, lexeme: undefined });
      return;
    }
    const token = this.#externalToken(position, verdict);
    if (token !== undefined) this.#shift(position, token, run);
    else this.#lex(position, undefined, at, mode, run);
  }

  /** The token of a scanner's verdict. An empty extra that leaves the scanner as it was is none: it could come forever. */
  #externalToken({ node, scanner, at }: Position, verdict: Exclude<Verdict, Pending>): Token | undefined {
    if (typeof verdict === 'string') return undefined;
    const terminal = this.tables.externalSymbols[verdict.token]!;
    const isEmpty = verdict.end <= at && verdict.state === scanner;
    if (isEmpty && this.#stacks.isExtra(node.state, terminal)) return undefined;
    return { terminal, end: verdict.end, scanner: verdict.state };
  }

  /** Reads a token of the lexer from `position`, or on from `begun`, which has read up to `next`. */
  #lex(position: Position, begun: Lexeme | undefined, next: number, mode: Mode, run: Run): void {
    const { node, scanner, text } = position;
    const start = this.tables.lexStates[node.state]!;
    if (start === none) return;
    const { lexeme, match, skippedLineBreak } = this.#lexer.read(text, begun ?? start, next, mode.ended);
    if (skippedLineBreak && mode.strict && !this.#mayBreak(node)) return;
    if (lexeme !== undefined) run.done.push(openReading(node, scanner, text, lexeme));
    if (match === undefined) return;
    const terminal = this.#terminalOf(node, match.accept, match.keyword);
    this.#shift(position, { terminal, end: match.end, scanner }, run);
  }

  /** A word is the keyword it spells where the parser has use for it or holds it reserved. */
  #terminalOf({ state }: StackNode, accept: number, keyword: number): number {
    if (keyword === none) return accept;
    return this.#stacks.hasActions(state, keyword) || this.#stacks.isReserved(state, keyword) ? keyword : accept;
  }

  #shift(position: Position, { terminal, end, scanner }: Token, { open, done }: Run): void {
    const { text, at } = position;
    const emptyTokens = end > at ? 0 : position.emptyTokens + 1;
    if (emptyTokens > emptyTokenLimit) return;
    const nodes = this.#stacks.step(position.node, terminal);
    if (terminal === 0) {
      for (const node of nodes) done.push(freshReading(node, scanner));
      return;
    }
    const left = text.length - end;
    for (const node of nodes) {
      let place = open.length;
      while (place > 0 && open[place - 1]!.text.length - open[place - 1]!.at > left) place--;
      let same = place - 1;
      while (same >= 0 && open[same]!.text.length - open[same]!.at === left) {
        if (open[same]!.node.state === node.state && open[same]!.scanner === scanner) break;
        same--;
      }
      const known = open[same];
      if (known !== undefined && known.text.length - known.at === left)
        known.node = this.#stacks.merge([known.node, node]);
      else open.splice(place, 0, { node, scanner, text, at: end, emptyTokens });
    }
  }
}

function freshReading(node: StackNode, scanner: ScannerState): Reading {
  return { node, scanner, text: '', scan: undefined, lexeme: undefined };
}

/** A reading whose token is open; text that was skipped is let go. */
function openReading(node: StackNode, scanner: ScannerState, text: string, lexeme: Lexeme): Reading {
  const { start, accept, acceptEnd } = lexeme;
  const base = accept === none ? start : Math.min(start, acceptEnd);
  const open = base === 0 ? lexeme : { ...lexeme, start: start - base, acceptEnd: acceptEnd - base };
  return { node, scanner, text: text.slice(base), scan: undefined, lexeme: open };
}
