// The names that a completion may spell, lexeme by lexeme: what stands behind a member operator, `new` or an import's brace is
// held to what the oracle says of exactly that place, wherever the model's tokens begin and end (after the monitors of Agrawal et
// al., NeurIPS 2023, whose triggers are ends of tokens). A place without an answer allows everything; states are immutable.
import type { NameSites } from '../grammar/nameSites.ts';
import type { ParserState } from '../grammar/parserState.ts';
import type { Recogniser } from '../grammar/recogniser.ts';
import type { TokenTexts } from '../tokenTexts.ts';
import { argumentsBefore, takes } from './arguments.ts';
import type { DocumentMembers } from './documentMembers.ts';
import type { CallPlace, Facts, NamePlace } from './facts.ts';

export interface MonitorRules {
  readonly recogniser: Recogniser;
  readonly sites: NameSites;
  readonly texts: TokenTexts;
  readonly facts: Facts;
  /** The document before the completion, and after the cursor. */
  readonly before: string;
  readonly after: string;
  /** The completion's first characters, which stand in the document already. */
  readonly typed: string;
  readonly members: DocumentMembers;
}

/** A name at the end of the text, as far as it was said. */
export interface OpenName extends NamePlace {
  readonly begun: string;
}

/** A place in a text whose names are held to facts. */
export interface Monitor {
  /** The name that the text ends in or that could begin at its end, where there are names to hold it to. */
  readonly name: OpenName | undefined;
  /** Whether the last token begins names of which nothing is known yet. */
  readonly waits: boolean;
  /** Whether no name that is not there would be spelt by `text`. */
  allows(text: string): boolean;
  /** What of `text` comes before the first name that is not there; all of it where there is none. */
  lead(text: string): string;
  /** The state behind a token, which makes the text `said`. Asks about the names that begin there. */
  advance(token: number, said: string): Monitor;
  /** Whether the completion may end behind `more`, in place of `replaces` units after the cursor: not within a name that is none. */
  mayEndWith(more: string, replaces: number): boolean;
  /** The rests of the names that the one at the end can be; empty where it may be any. */
  rests(): readonly string[];
  /** The same place, whatever the next token says. */
  release(): Monitor;
}

/** Lets all names pass. */
export const unmonitored: Monitor = {
  name: undefined,
  waits: false,
  allows: () => true,
  lead: (text) => text,
  advance: () => unmonitored,
  mayEndWith: () => true,
  rests: () => [],
  release: () => unmonitored,
};

/** Where a text leads. */
interface Course {
  readonly isAllowed: boolean;
  /** What comes before the first name that is not there. */
  readonly lead: string;
  readonly name: OpenName | undefined;
}

const wordGoesOn = /[\p{ID_Continue}$]*/uy;
const endsInWord = /[\p{ID_Continue}$]$/u;
const stringGoesOn = /[^'"`\n\\]*/y;

/** Beginning of an assignment in Python that makes the attribute it names, looked for in so much text before it. */
const makesName = /(?:^|[\n;])[ \t(]*(?:[\w.*]+[ \t]*,[ \t(]*)*(?:self|cls)\.$/;
const lineLength = 200;

/** The monitor at the start of a completion, where `parser` is; the names that are typed already are asked about at once. */
export function monitorAt(rules: MonitorRules, parser: ParserState): Monitor {
  const start = new MonitorState(rules, { parser, said: '', name: undefined, asked: [], isLenient: false });
  const { name } = start.follow('');
  start.follow(rules.typed, (place) => rules.facts.ask(place));
  return new MonitorState(rules, { parser, said: '', name, asked: [], isLenient: false });
}

interface At {
  /** Undefined where the parser is lost, and nothing is monitored. */
  readonly parser: ParserState | undefined;
  /** What the completion has said. */
  readonly said: string;
  readonly name: OpenName | undefined;
  /** Places that the last token has brought. */
  readonly asked: readonly (NamePlace | CallPlace)[];
  /** Whether nothing holds the next token. */
  readonly isLenient: boolean;
}

class MonitorState implements Monitor {
  readonly #rules: MonitorRules;
  readonly #at: At;
  readonly #places = new Map<string, NamePlace | undefined>();

  constructor(rules: MonitorRules, at: At) {
    this.#rules = rules;
    this.#at = at;
  }

  get name(): OpenName | undefined {
    return this.#at.name;
  }

  get waits(): boolean {
    return this.#at.asked.some((place) => !this.#rules.facts.isKnown(place));
  }

  allows(text: string): boolean {
    return this.#at.isLenient || this.follow(text).isAllowed;
  }

  lead(text: string): string {
    return this.#at.isLenient ? text : this.follow(text).lead;
  }

  advance(token: number, said: string): Monitor {
    const { recogniser, texts, facts } = this.#rules;
    const text = texts.of(token);
    const parser = this.#at.parser && recogniser.advance(this.#at.parser, texts.vocabulary.bytesOf(token), true);
    const asked: (NamePlace | CallPlace)[] = [];
    const { name } = text === undefined ? nameless('') : this.follow(text, (place) => asked.push(place));
    for (const place of asked) facts.ask(place);
    return new MonitorState(this.#rules, { parser, said, name: parser && name, asked, isLenient: false });
  }

  mayEndWith(more: string, replaces: number): boolean {
    if (this.#at.isLenient) return true;
    const { isAllowed, name } = this.follow(more);
    if (!isAllowed) return false;
    if (name === undefined || name.begun === '' || name.site === 'string') return true;
    return this.#fits(name, name.begun + runAt(wordGoesOn, this.#rules.after, replaces), true);
  }

  rests(): readonly string[] {
    const { name } = this.#at;
    const fact = name === undefined ? 'open' : this.#rules.facts.at(name);
    return typeof fact === 'string' ? [] : fact.restsOf(name!.begun);
  }

  release(): Monitor {
    return new MonitorState(this.#rules, { ...this.#at, isLenient: true });
  }

  /** Goes through the words of `text`, and the places of names among them, which are told to `found`. */
  follow(text: string, found: (place: NamePlace | CallPlace) => void = () => {}): Course {
    const { parser, said, name: before } = this.#at;
    if (parser === undefined) return nameless(text);
    const { words } = this.#rules.sites;
    let name = before;
    let at = 0;
    if (text === '' && name !== undefined) return { isAllowed: true, lead: text, name };
    const isInString = name?.site === 'string';
    if (isInString || (name === undefined ? endsInWord.test(said) : name.begun !== '')) {
      const run = runAt(isInString ? stringGoesOn : wordGoesOn, text, 0);
      at = run.length;
      name = name && { ...name, begun: name.begun + run };
      if (name !== undefined && !this.#fits(name, name.begun, at < text.length)) return forbidden('');
      if (at === text.length) return { isAllowed: true, lead: text, name };
    }
    words.lastIndex = at;
    for (let match = words.exec(text); match !== null; match = words.exec(text)) {
      if (isSeparator(match[0])) {
        name = undefined;
        if (!this.#isTaken(text, match.index, found)) return forbidden(text.slice(0, match.index));
        continue;
      }
      const isQuote = match[0] === "'" || match[0] === '"';
      const start = isQuote ? match.index + 1 : match.index;
      const place = this.#placeAt(text.slice(0, start));
      if (isQuote && place?.site !== 'string') {
        name = undefined;
        continue;
      }
      const run = isQuote ? runAt(stringGoesOn, text, start) : match[0];
      const end = start + run.length;
      name = place && { ...place, begun: run };
      if (place !== undefined) {
        found(place);
        if (!this.#fits(name!, run, end < text.length)) return forbidden(text.slice(0, start));
      }
      if (end === text.length) return { isAllowed: true, lead: text, name };
      words.lastIndex = end;
    }
    const place = this.#placeAt(text);
    if (place === undefined) return nameless(text);
    found(place);
    return { isAllowed: true, lead: text, name: { ...place, begun: '' } };
  }

  /** The place of a name that begins behind `text`. */
  #placeAt(text: string): NamePlace | undefined {
    if (this.#places.has(text)) return this.#places.get(text);
    const { recogniser, sites, before } = this.#rules;
    const parser = this.#at.parser && recogniser.feed(this.#at.parser, text, true);
    const site = parser && sites.at(parser);
    let place: NamePlace | undefined;
    if (site !== undefined) {
      const said = this.#at.said + text;
      const line = (before.slice(-lineLength) + said).slice(-lineLength);
      if (!isPython(recogniser) || !makesName.test(line)) place = { site, said };
    }
    this.#places.set(text, place);
    return place;
  }

  /** Whether the call whose arguments end, or go on, with the character at `index` can have it there. */
  #isTaken(text: string, index: number, found: (place: CallPlace) => void): boolean {
    const { recogniser, sites, facts, before } = this.#rules;
    const character = text[index]!;
    if (character === '=' && (!isPython(recogniser) || text[index + 1] === '=')) return true;
    const parser = this.#at.parser && recogniser.feed(this.#at.parser, text.slice(0, index), true);
    if (parser === undefined || !sites.isInArguments(parser)) return true;
    const place: CallPlace = { site: 'call', said: this.#at.said + text.slice(0, index) };
    const tail = before.slice(-callLength) + place.said;
    const word = tail.match(lastWord)?.[0] ?? '';
    if (character === '=' && word === '') return true;
    found(place);
    const call = facts.callAt(place);
    if (typeof call === 'string') return true;
    const so = argumentsBefore(tail);
    return so === undefined || takes(call, so, character, word, /^[ \t]*\n/.test(text.slice(index + 1)));
  }

  #fits(name: OpenName, text: string, isWhole: boolean): boolean {
    const { facts, typed, members } = this.#rules;
    const fact = facts.at(name);
    if (typeof fact === 'string') return true;
    // who types a name that is not there gives a new one
    if (name.said.length < typed.length && !fact.begins(runAt(wordGoesOn, typed, name.said.length))) return true;
    if (isWhole ? fact.has(text) : fact.begins(text)) return true;
    // private names of Python are left out of stubs
    if (!/^_(?!_)/.test(text) || !isPython(this.#rules.recogniser)) return false;
    return isWhole ? members.has(text) : members.begins(text);
  }
}

/** Text before a completion that is looked through for the beginning of a call. */
const callLength = 1000;

const lastWord = /[\p{ID_Start}_][\p{ID_Continue}]*$/u;

const isPython = ({ tables }: Recogniser): boolean => tables.name === 'python';

function isSeparator(text: string): boolean {
  return text === ',' || text === ')' || text === '=';
}

const nameless = (lead: string): Course => ({ isAllowed: true, lead, name: undefined });
const forbidden = (lead: string): Course => ({ isAllowed: false, lead, name: undefined });

/** What `pattern`, which is sticky, matches at `at`. */
function runAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
