// The place that an identifier takes, told by the parser: behind a member operator, behind `new`, in an import's list of names, in
// a string that stands where just some strings can. What counts is the token before it on every reading's stack, so blanks,
// comments, strings and the borders of the model's tokens make no difference.
import type { NameSite } from '../../language/oracle.ts';
import type { ParserState } from './parserState.ts';
import type { Recogniser } from './recogniser.ts';
import type { StackNode } from './stack.ts';
import { TokenBefore } from './tokenBefore.ts';

/** Operators before a member, by grammar and as it names them. `->` and `.` have other uses in other languages. */
const memberOperators: Readonly<Record<string, readonly string[]>> = {
  typescript: ['.', '?.'],
  tsx: ['.', '?.'],
  javascript: ['.', 'optional_chain'],
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

const openers = ['(', '[', '{', '${'];

/** Stack nodes that are looked at for the word that begins an import. */
const importDepth = 8;

export class NameSites {
  /**
   * Finds the identifiers of a text, each as a match, the characters that an argument ends with, and quotes. Private names begin with `#`
   * where the language has them.
   */
  readonly words: RegExp;
  readonly #recogniser: Recogniser;
  readonly #last: TokenBefore;
  readonly #grammar: string;

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser;
    this.#last = new TokenBefore(recogniser);
    const { name } = recogniser.tables;
    this.#grammar = name;
    this.words = withPrivateNames.has(name)
      ? /#[\p{ID_Continue}$]*|[\p{ID_Start}$_][\p{ID_Continue}$]*|[,)='"]/gu
      : /[\p{ID_Start}$_][\p{ID_Continue}$]*|[,)='"]/gu;
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

  /** Whether the innermost bracket that is open at `state` is one that a call's arguments stand in. */
  isInArguments(state: ParserState): boolean {
    return state.readings.every(({ node }) => {
      const opener = this.#last.find(node, openers);
      return opener?.text === '(' && opener.node.below.every((callee) => !this.#last.isAny(callee));
    });
  }

  #siteOn(node: StackNode): NameSite | undefined {
    const operators = memberOperators[this.#grammar] ?? [];
    if (operators.some((operator) => this.#last.is(node, operator))) return 'member';
    if (constructors.has(this.#grammar) && this.#last.is(node, 'new')) return 'constructed';
    if (this.#last.is(node, "'") || this.#last.is(node, '"'))
      return node.below.every((below) => this.#last.is(below, 'case')) ? 'string' : undefined;
    return this.#isInImport(node) ? 'imported' : undefined;
  }

  /** Whether a name behind `node` is one that an import takes from a module. */
  #isInImport(node: StackNode): boolean {
    const word = importWords[this.#grammar];
    if (word === undefined) return false;
    const begins = ['{', ',', '(', 'import', 'type'].some((text) => this.#last.is(node, text));
    if (!begins) return false;
    const lists = word === 'import' ? '{' : 'import';
    let isListed = false;
    let at: StackNode | undefined = node;
    for (let depth = 0; at !== undefined && depth < importDepth; depth++) {
      isListed ||= this.#last.is(at, lists);
      if (this.#last.is(at, word)) return isListed;
      at = at.below.length === 1 ? at.below[0] : undefined;
    }
    return false;
  }
}
