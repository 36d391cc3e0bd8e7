// What came of the passes of one draft: how far each led, and which proposals came true.
import type { Proposal } from '../draft/drafter.ts';
import type { SourceName } from '../draft/source.ts';
import type { Counters, ProposalCount } from '../protocol/messages.ts';
import type { Speculation } from './speculation.ts';

export type PassCounts = Pick<Counters, 'passes' | 'rows' | 'accepted' | 'proposals' | 'proposeMs'>;

export class PassTally {
  readonly #speculation: Speculation;
  #rows = 0;
  #proposeMs = 0;
  readonly #accepted: number[] = [];
  readonly #proposals = new Map<SourceName, ProposalCount>();
  #open: { readonly from: number; readonly proposals: readonly Proposal[] } | undefined;

  constructor(speculation: Speculation) {
    this.#speculation = speculation;
  }

  get counts(): PassCounts {
    const proposals = Object.fromEntries(this.#proposals);
    const passes = this.#accepted.length;
    return { passes, rows: this.#rows, accepted: this.#accepted, proposals, proposeMs: this.#proposeMs };
  }

  /** A pass begins, `from` tokens after the prompt; its proposals were found in `ms` milliseconds. */
  open(from: number, proposals: readonly Proposal[], ms: number): void {
    this.#rows += 1 + proposals.length;
    this.#proposeMs += ms;
    this.#open = { from, proposals };
  }

  /** The choices that the last pass allowed were made, and led to `path`. Says what came of the proposals. */
  close(path: readonly number[], textOf: (token: number) => string | undefined): string | undefined {
    if (this.#open === undefined) return undefined;
    const { from, proposals } = this.#open;
    this.#open = undefined;
    this.#accepted.push(Math.max(0, path.length - from));
    const right = this.#speculation.learnOutcome(proposals, path.slice(from));
    for (const [at, { source }] of proposals.entries()) {
      const { proposed, accepted } = this.#proposals.get(source) ?? { proposed: 0, accepted: 0 };
      this.#proposals.set(source, { proposed: proposed + 1, accepted: accepted + Number(at < right) });
    }
    if (proposals.length === 0) return undefined;
    const quoted = (token: number | undefined): string =>
      token === undefined ? 'the end' : JSON.stringify(textOf(token) ?? `token ${token}`);
    const marked = proposals.map(({ token, source, probability, isShared }, at) => {
      const by = isShared ? `${source} and others` : source;
      return `${at < right ? '✓' : '✗'} ${quoted(token)} ${probability.toFixed(2)} ${by}`;
    });
    const cost = this.#speculation.cost.of(1 + proposals.length).toFixed(2);
    return `token ${from}, ${1 + proposals.length} rows for ${cost}: ${marked.join(', ')}, then ${quoted(path[from + right])}`;
  }
}
