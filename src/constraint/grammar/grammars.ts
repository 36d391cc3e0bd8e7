// The grammars in use: one recogniser and one parser for each language that was asked for, and the states of the documents last
// worked on.
import { readFile } from 'node:fs/promises';
import { startOfLine } from '../../context/gather.ts';
import { bracketBalance } from '../brackets.ts';
import { both, type ConstraintState, free } from '../constraint.ts';
import { indentationOf, indentedAs } from '../indentation.ts';
import type { TokenTexts } from '../tokenTexts.ts';
import { GrammarDocument, type Reach } from './document.ts';
import { type EndingTest, endingsAt } from './endings.ts';
import { type CheckMeter, grammarConstraint } from './grammarConstraint.ts';
import { openGrammar } from './languages.ts';
import { canMask, GrammarMasks } from './masks/masks.ts';
import { OnDemandMasks } from './masks/onDemandMasks.ts';
import { NameSites } from './nameSites.ts';
import type { ParserState } from './parserState.ts';
import { Recogniser } from './recogniser.ts';
import { loadGrammarModule } from './scanners/grammarModule.ts';
import { scannerFor } from './scanners/scannerFor.ts';
import { openSyntax, type Syntax } from './syntaxTree.ts';

/** Documents of a language whose states are kept. */
const keptDocuments = 4;

/** Where a completion begins and what stands around it. */
export interface GrammarRequest {
  readonly path: string;
  /** The editor's name of the language. */
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Whether they go to the start and the end of the file. */
  readonly prefixIsWhole: boolean;
  readonly suffixIsWhole: boolean;
  /** End of `prefix` that is decoded again. */
  readonly healed: string;
}

/** How much is known of a place: the whole file before it, from an item after some damage on, brackets alone, nothing. */
export type Coverage = Reach | 'none';

export interface GrammarPlace {
  readonly constraint: ConstraintState;
  readonly coverage: Coverage;
  /** Whether a completion may go on with a block that the cursor's line opens: nothing after the cursor closes it. */
  readonly mayOpen: boolean;
  /** Whether an ending that the constraint lets pass leaves the whole file without errors. */
  readonly vouches: boolean;
  readonly meter: CheckMeter;
  /** What the constraint was made of; undefined where nothing or brackets alone are known. */
  readonly parser: PlaceParser | undefined;
  /** Whether the document with `text` in place of `replaces` units after the cursor has no more errors than before. */
  accepts(text: string, replaces: number): boolean;
}

/** The parser at a place, for those who look into it. */
export interface PlaceParser {
  readonly recogniser: Recogniser;
  readonly sites: NameSites;
  /** Before the text that is decoded again. */
  readonly start: ParserState;
  readonly cursor: ParserState;
  /** Undefined where the text after the cursor cannot tell. */
  readonly mayEnd: EndingTest | undefined;
}

const unknown = { mayOpen: false, vouches: false, parser: undefined } as const;

interface OpenGrammar {
  readonly recogniser: Recogniser;
  readonly sites: NameSites;
  readonly syntax: Syntax;
  /** Where the scanner's places can be told apart. */
  readonly masks: OnDemandMasks | undefined;
  /** By path, the last used last. */
  readonly documents: Map<string, GrammarDocument>;
}

export class Grammars {
  readonly #folder: string;
  readonly #maskFolder: string;
  readonly #texts: TokenTexts;
  readonly #onProblem: (text: string) => void;
  readonly #open = new Map<string, Promise<OpenGrammar | undefined>>();

  /** `folder`: the one with the manifest of grammars; `maskFolder`: where what is made of them for masks is kept. */
  constructor(folder: string, maskFolder: string, texts: TokenTexts, onProblem: (text: string) => void) {
    this.#folder = folder;
    this.#maskFolder = maskFolder;
    this.#texts = texts;
    this.#onProblem = onProblem;
  }

  /** The constraint on a completion. A language without tables, or whose tables cannot be read, is not constrained. */
  async constrain(request: GrammarRequest): Promise<GrammarPlace> {
    const meter: CheckMeter = { checks: 0, ms: 0 };
    const grammar = await this.#grammarOf(request.language);
    const lineStart = startOfLine(request.prefix);
    if (grammar === undefined) return { ...unknown, constraint: free, coverage: 'none', meter, accepts: () => true };
    const { recogniser, syntax } = grammar;
    const { prefix, suffix, healed, suffixIsWhole } = request;
    const document = this.#documentOf(grammar, request);
    syntax.prepare(prefix + suffix);
    const { state: cursor, lineStart: atLine, reach } = document.at(prefix);
    const start =
      healed.length <= lineStart.length
        ? atLine && recogniser.feed(atLine, lineStart.slice(0, lineStart.length - healed.length))
        : document.at(prefix.slice(0, prefix.length - healed.length)).state;
    const style = indentedAs(indentationOf(prefix), this.#texts, lineStart.slice(0, lineStart.length - healed.length));
    const relaxed = bracketBalance(this.#texts.vocabulary);
    const accepts = (text: string, replaces: number): boolean => {
      const edit = { start: prefix.length, end: prefix.length + replaces, text };
      const after = syntax.errorsAfter(prefix + suffix, edit);
      // counting is dear where there is something to count
      if (after === undefined || after === 0) return true;
      const before = syntax.errors(prefix + suffix);
      return before === undefined || after <= before;
    };
    if (start === undefined || cursor === undefined || atLine === undefined)
      return { ...unknown, constraint: both(relaxed, style), coverage: 'soft', meter, accepts };
    const place = { lineStart: atLine, cursor, suffix: { text: suffix, isWhole: suffixIsWhole } };
    const { mayEnd, isWhole, wholeWithoutLine } = endingsAt(recogniser, place);
    const rules = { recogniser, texts: this.#texts, mayEnd, masks: grammar.masks, meter };
    grammar.masks?.postpone();
    return {
      constraint: both(grammarConstraint(rules, start, relaxed), style),
      coverage: reach,
      mayOpen: wholeWithoutLine,
      vouches: isWhole && reach === 'whole',
      meter,
      parser: { recogniser, sites: grammar.sites, start, cursor, mayEnd },
      accepts,
    };
  }

  #documentOf(
    { recogniser, syntax, documents }: OpenGrammar,
    { path, prefixIsWhole }: GrammarRequest,
  ): GrammarDocument {
    const key = `${prefixIsWhole} ${path}`;
    const document =
      documents.get(key) ??
      new GrammarDocument(recogniser, prefixIsWhole, (text, from) => syntax.items(text, from - 1) ?? []);
    documents.delete(key);
    documents.set(key, document);
    for (const oldest of documents.keys()) if (documents.size > keptDocuments) documents.delete(oldest);
    return document;
  }

  #grammarOf(language: string): Promise<OpenGrammar | undefined> {
    let opening = this.#open.get(language);
    if (opening === undefined) {
      opening = this.#openLanguage(language).catch((error: unknown) => {
        this.#onProblem(`${language} is not constrained: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      });
      this.#open.set(language, opening);
    }
    return opening;
  }

  async #openLanguage(language: string): Promise<OpenGrammar | undefined> {
    const grammar = await openGrammar(this.#folder, language);
    if (grammar === undefined) return undefined;
    const scanner = await scannerFor(grammar.name, async () => loadGrammarModule(await readFile(grammar.wasmPath)));
    const syntax = await openSyntax(grammar.wasmPath);
    const recogniser = new Recogniser(grammar.tables, scanner);
    const masks = canMask(scanner)
      ? new OnDemandMasks(
          () => new GrammarMasks(recogniser, scanner, this.#texts.vocabulary),
          this.#maskFolder,
          this.#onProblem,
        )
      : undefined;
    return { recogniser, sites: new NameSites(recogniser), syntax, masks, documents: new Map() };
  }
}
