// An oracle over given servers, asked about documents that are written with ‸ at the place, and everything it said of problems.
import { pathToFileURL } from 'node:url';
import { LanguageServerOracle, type OracleOptions } from '../../src/language/languageServerOracle.ts';
import type { Call, NameSite, Names, Place } from '../../src/language/oracle.ts';
import type { TextChange } from '../../src/protocol/messages.ts';

export interface Question {
  /** Below 0 for a place behind the cursor. */
  readonly typed?: number;
  readonly site?: NameSite;
  readonly language?: string;
  /** File of the project, by default one that is not there. */
  readonly path?: string;
  readonly isTrusted?: boolean;
  readonly signal?: AbortSignal;
}

export class OracleBench {
  readonly problems: string[] = [];
  readonly oracle: LanguageServerOracle;
  readonly #folder: string;

  constructor(folder: string, options: OracleOptions = {}) {
    this.#folder = folder;
    this.oracle = new LanguageServerOracle({ ...options, onProblem: (text) => this.problems.push(text) });
  }

  place(source: string, question: Question = {}): Place {
    const {
      language = 'typescript',
      path = language === 'python' ? 'asked.py' : 'asked.ts',
      isTrusted = true,
      typed = 0,
    } = question;
    const folder = pathToFileURL(this.#folder).href;
    const [before = '', after = ''] = source.split('‸');
    return {
      document: { uri: `${folder}/${path}`, folders: [folder], isTrusted },
      language,
      before,
      after,
      typed,
      isWhole: true,
    };
  }

  names(source: string, question: Question = {}): Promise<Names | undefined> {
    const { site = 'member', signal = AbortSignal.timeout(30_000) } = question;
    return this.oracle.names(this.place(source, question), site, signal);
  }

  /** The names as words in alphabetical order, with a `…` behind them where others can stand there too. */
  async words(source: string, question: Question = {}): Promise<string | undefined> {
    const names = await this.names(source, question);
    return names && [...names.names.map(({ text }) => text).sort(), ...(names.isClosed ? [] : ['…'])].join(' ');
  }

  call(source: string, question: Question = {}): Promise<Call | undefined> {
    return this.oracle.call(this.place(source, question), AbortSignal.timeout(30_000));
  }

  /** Signatures as `least-most`, their keywords, and the argument: `1-2 a b; 0-0 @ 1`. */
  async counts(source: string, question: Question = {}): Promise<string | undefined> {
    const call = await this.call(source, question);
    const signatures = call?.signatures.map(({ least, most, keywords }) =>
      [`${least}-${most === Number.POSITIVE_INFINITY ? '' : most}`, ...(keywords ?? [])].join(' '),
    );
    return call && `${signatures?.join('; ')} @ ${call.argument}`;
  }

  /** The document with `name` at the place and imported; `undefined` where there is nothing to import. */
  async imported(source: string, name: string, question: Question = {}): Promise<string | undefined> {
    const place = this.place(source, question);
    const changes = await this.oracle.importOf(place, name, AbortSignal.timeout(30_000));
    return changes && applied(place.before + name + place.after, changes);
  }
}

function applied(text: string, changes: readonly TextChange[]): string {
  const lines = text.split('\n');
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((total, { length }) => total + length + 1, character);
  return changes.reduceRight(
    (result, change) =>
      result.slice(0, offset(change.startLine, change.startCharacter)) +
      change.text +
      result.slice(offset(change.endLine, change.endCharacter)),
    text,
  );
}
