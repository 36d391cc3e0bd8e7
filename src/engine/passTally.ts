// What came of the passes of one request: how far each led, and which proposals came true.
import type { Proposal } from '../draft/drafter.ts';
import type { SourceName } from '../draft/source.ts';
import type { Counters, ProposalCount } from '../protocol/messages.ts';
import type { Question } from './asker.ts';
import type { Speculation } from './speculation.ts';

export type PassCounts = Pick<Counters, 'passes' | 'rows' | 'accepted' | 'proposals' | 'proposeMs'>;

/** What a pass asks for the draft of a number. */
export interface Asked {
  readonly draft: number;
  readonly question: Omit<Question, 'proposals'> & { readonly proposals: readonly Proposal[] };
}

export class PassTally {
  readonly #speculation: Speculation;
  readonly #textOf: (token: number) => string | undefined;
  #passes = 0;
  #rows = 0;
  #proposeMs = 0;
  readonly #accepted: number[] = [];
  readonly #proposals = new Map<SourceName, ProposalCount>();
  #open: readonly Asked[] = [];
  /** Whether the open pass is one of decoding. */
  #isDecoding = false;

  constructor(speculation: Speculation, textOf: (token: number) => string | undefined) {
    this.#speculation = speculation;
    this.#textOf = textOf;
  }

  get counts(): PassCounts {
    const proposals = Object.fromEntries(this.#proposals);
    return { passes: this.#passes, rows: this.#rows, accepted: this.#accepted, proposals, proposeMs: this.#proposeMs };
  }

  /** A pass over `rows` rows begins; its proposals were found in `ms` milliseconds. */
  open(asked: readonly Asked[], rows: number, ms: number): void {
    this.#begin(asked, ms);
    this.add(1, rows);
    this.#isDecoding = true;
  }

  /** The same of the prompt's last pass, which is none of decoding: only the rows of its proposals count. */
  openPrompt(asked: Asked, ms: number): void {
    this.#begin([asked], ms);
    this.add(0, asked.question.proposals.length);
    this.#isDecoding = false;
  }

  #begin(asked: readonly Asked[], ms: number): void {
    this.#open = asked;
    this.#proposeMs += ms;
  }

  /** Passes that were made for guesses. */
  add(passes: number, rows: number): void {
    this.#passes += passes;
    this.#rows += rows;
  }

  /** The choices that the last pass allowed were made, and led to `paths`, draft by draft. Says what came of the proposals. */
  close(paths: readonly (readonly number[])[]): readonly string[] {
    const asked = this.#open;
    if (asked.length === 0) return [];
    this.#open = [];
    let accepted = 0;
    const notes = asked.flatMap(({ draft, question }) => {
      accepted += Math.max(0, paths[draft]!.length - question.node.path.length);
      return this.#settle(question, paths[draft]!);
    });
    if (this.#isDecoding) this.#accepted.push(accepted);
    return notes;
  }

  #settle({ node, proposals }: Asked['question'], path: readonly number[]): readonly string[] {
    const from = node.path.length;
    const right = new Set(this.#speculation.learnOutcome(proposals, path.slice(from)));
    for (const [number, { source }] of proposals.entries()) {
      const { proposed, accepted } = this.#proposals.get(source) ?? { proposed: 0, accepted: 0 };
      this.#proposals.set(source, { proposed: proposed + 1, accepted: accepted + Number(right.has(number)) });
    }
    if (proposals.length === 0) return [];
    const quoted = (token: number | undefined): string =>
      token === undefined ? 'the end' : JSON.stringify(this.#textOf(token) ?? `token ${token}`);
    // a line for the first way on, and for each that branches off
    const ways: string[] = [];
    for (const [number, { token, parent, source, probability, isShared }] of proposals.entries()) {
      const by = isShared ? `${source} and others` : source;
      const drawn = `${right.has(number) ? '✓' : '✗'} ${quoted(token)} ${probability.toFixed(2)} ${by}`;
      const before = proposals[parent];
      if (number === 0) ways.push(drawn);
      else if (parent === number - 1) ways.push(`${ways.pop()}, ${drawn}`);
      else ways.push(`  or ${before ? `behind ${quoted(before.token)}` : 'first'}: ${drawn}`);
    }
    const cost = this.#speculation.cost.of(1 + proposals.length).toFixed(2);
    const [trunk, ...branches] = ways;
    const then = `then ${quoted(path[from + right.size])}`;
    return [`token ${from}, ${1 + proposals.length} rows for ${cost}: ${trunk}, ${then}`, ...branches];
  }
}
