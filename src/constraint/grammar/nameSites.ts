// The place that an identifier takes, told by the parser: behind a member operator, behind `new`, in an import's list of names, in
// a string that stands where just some strings can. What counts is the token before it on every reading's stack, so blanks,
// comments, strings and the borders of the model's tokens make no difference.
import type { NameSite } from '../../language/oracle.ts';
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';
import type { StackNode } from './stack.ts';

/** Operators before a member, by grammar. `->` and `.` have other uses in other languages. */
const memberOperators: Readonly<Record<string, readonly string[]>> = {
  typescript: ['.', '?.'],
  tsx: ['.', '?.'],
  javascript: ['.', '?.'],
  python: ['.'],
  go: ['.'],
  rust: ['.', '::'],
  c: ['.', '->'],
  cpp: ['.', '->', '::'],
  java: ['.', '::'],
  c_sharp: ['.', '->', '::'],
  php: ['->', '?->', '::'],
  ruby: ['.', '&.', '::'],
};

const constructors = new Set(['typescript', 'tsx', 'javascript', 'java', 'c_sharp', 'php']);

/** Grammars whose imports list names behind `import`, braces around them or not, and the word that begins such an import. */
const importWords: Readonly<Record<string, string>> = {
  typescript: 'import',
  tsx: 'import',
  javascript: 'import',
  python: 'from',
};

const withPrivateNames = new Set(['typescript', 'tsx', 'javascript']);

/** Stack nodes that are looked at for the word that begins an import. */
const importDepth = 8;

export class NameSites {
  /** Finds the identifiers of a text, each as a match. Private names begin with `#` where the language has them. */
  readonly words: RegExp;
  readonly #recogniser: Recogniser;
  readonly #terminals = new Map<string, readonly number[]>();
  readonly #grammar: string;

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser;
    const { name, symbolNames, terminalCount, literal } = recogniser.tables;
    this.#grammar = name;
    this.words = withPrivateNames.has(name)
      ? /#[\p{ID_Continue}$]*|[\p{ID_Start}$_][\p{ID_Continue}$]*/gu
      : /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
    for (let terminal = 1; terminal < terminalCount; terminal++) {
      const text = symbolNames[terminal]!;
      if (literal[terminal] === 1) this.#terminals.set(text, [...(this.#terminals.get(text) ?? []), terminal]);
    }
  }

  /** What a name would be that began behind `state`; undefined where none can begin, or where any may. */
  at(state: ParserState): NameSite | undefined {
    const begun = this.#recogniser.feed(state, 'x', true);
    if (begun === undefined) return undefined;
    let found: NameSite | undefined;
    for (const { node, text, scan, lexeme } of begun.readings) {
      if (scan !== undefined || lexeme === undefined || text.slice(lexeme.start) !== 'x') return undefined;
      const site = this.#siteOn(node);
      if (site === undefined || (found !== undefined && site !== found)) return undefined;
      found = site;
    }
    return found;
  }

  #siteOn(node: StackNode): NameSite | undefined {
    const operators = memberOperators[this.#grammar] ?? [];
    if (operators.some((operator) => this.#isBehind(node, operator))) return 'member';
    if (constructors.has(this.#grammar) && this.#isBehind(node, 'new')) return 'constructed';
    if (this.#isBehind(node, "'") || this.#isBehind(node, '"'))
      return node.below.every((below) => this.#isBehind(below, 'case')) ? 'string' : undefined;
    return this.#isInImport(node) ? 'imported' : undefined;
  }

  /** Whether the last token of a stack is `text`. */
  #isBehind(node: StackNode, text: string): boolean {
    const terminals = this.#terminals.get(text);
    return terminals?.some((terminal) => this.#recogniser.stacks.isShiftOf(node, terminal)) ?? false;
  }

  /** Whether a name behind `node` is one that an import takes from a module. */
  #isInImport(node: StackNode): boolean {
    const word = importWords[this.#grammar];
    if (word === undefined) return false;
    const begins = ['{', ',', '(', 'import', 'type'].some((text) => this.#isBehind(node, text));
    if (!begins) return false;
    const lists = word === 'import' ? '{' : 'import';
    let isListed = false;
    let at: StackNode | undefined = node;
    for (let depth = 0; at !== undefined && depth < importDepth; depth++) {
      isListed ||= this.#isBehind(at, lists);
      if (this.#isBehind(at, word)) return isListed;
      at = at.below.length === 1 ? at.below[0] : undefined;
    }
    return false;
  }
}
