// What a session proposes to the model: sources over what it has seen, and how good their guesses were.
import { setImmediate } from 'node:timers/promises';
import { Calibration } from '../draft/calibration.ts';
import { DocumentTokens } from '../draft/documentTokens.ts';
import { draftTree, type Proposal, type Proposed, settle, type TreeLimits } from '../draft/drafter.ts';
import { forcedFollower } from '../draft/forced.ts';
import { type Guide, guideFollower } from '../draft/guide.ts';
import { PassCost } from '../draft/passCost.ts';
import { Recycling } from '../draft/recycling.ts';
import { removedTokens } from '../draft/removed.ts';
import { type Follower, type SourceName, sourceNames } from '../draft/source.ts';
import { seenNext, suffixFollower } from '../draft/suffix.ts';
import { SuffixIndex } from '../draft/suffixIndex.ts';
import { typedFollower } from '../draft/typed.ts';
import { typedText } from '../draft/typedPlaces.ts';
import type { RowLogits } from '../model/model.ts';
import type { Tokenizer } from '../model/tokenizer.ts';

/** Tokens that are remembered of documents that are or were open, and of files of the workspace. */
const openTokens = 200_000;
export const workspaceTokens = 1_000_000;
/** Pieces of text that were removed last. */
const mostRemovals = 8;
/** Of a document, UTF-16 units on either side of the cursor. */
const windowLength = 32_768;

/** Sides of a document's cursor. */
export interface DocumentText {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** A place to propose at. */
export interface ProposalPlace extends Omit<TreeLimits, 'width'> {
  /** The document's last tokens, and what was said. */
  readonly context: readonly number[];
  /** Text that what comes begins with, since it is typed already; none by default. */
  readonly typed?: string;
  /** Text that has to come. */
  readonly forced: string;
  /** Another text for the same place, as far as there is one. */
  readonly guide?: Guide | undefined;
}

export class Speculation {
  readonly cost: PassCost;
  readonly #tokenizer: Tokenizer;
  readonly #documents: DocumentTokens;
  readonly #open = new SuffixIndex(openTokens);
  /** Files that were not opened. */
  workspace = new SuffixIndex(workspaceTokens);
  readonly #recycling: Recycling;
  readonly #calibration = new Calibration();
  /** Tokens that are proposed for the same place at most. */
  readonly width: number;
  /** All of them unless a benchmark chooses. */
  sources: ReadonlySet<SourceName> = new Set(sourceNames);
  /** Number of the newest text to learn. */
  #newest = 0;
  /** The document that was learnt last. */
  #last: { readonly key: string; readonly tokens: readonly number[] } | undefined;
  #removals = 0;

  constructor(tokenizer: Tokenizer, vocabulary: number, cost = new PassCost(), width = 1) {
    this.cost = cost;
    this.#tokenizer = tokenizer;
    this.#documents = new DocumentTokens(tokenizer);
    this.#recycling = new Recycling(vocabulary, width);
    this.width = width;
  }

  /** What was learnt of guesses. */
  get guesses(): readonly (Float64Array | Int32Array | Uint8Array)[] {
    return [...this.#calibration.memory, ...this.#recycling.memory];
  }

  knows(key: string): boolean {
    return this.#open.has(key);
  }

  /** Whether `tokens` stand like this somewhere, with something behind them. */
  hasSeen(tokens: readonly number[]): boolean {
    return [this.#open, this.workspace].some((index) =>
      index.find(tokens).some(({ length }) => length === tokens.length),
    );
  }

  /** How often tokens were seen behind `tokens`, by token. */
  seenBehind(tokens: readonly number[]): ReadonlyMap<number, number> {
    return seenNext([this.#open, this.workspace], tokens);
  }

  /** Learns a document, a slice of time after another, unless another comes first. */
  async learnDocument({ key, before, after }: DocumentText): Promise<void> {
    const mine = ++this.#newest;
    const isWanted = (): boolean => mine === this.#newest;
    const turn = (): Promise<boolean> => setImmediate().then(isWanted);
    const above = await this.#documents.of(before.slice(-windowLength), turn);
    const below = await this.#documents.of(after.slice(0, windowLength), turn);
    if (!above || !below || !isWanted()) return;
    this.#learnRemoved(key, [...above, ...below]);
    this.#open.put(key, [above, below]);
    this.workspace.remove(key);
  }

  /** Keeps what the document that was learnt last has no more. */
  #learnRemoved(key: string, tokens: readonly number[]): void {
    const removed = this.#last?.key === key ? removedTokens(this.#last.tokens, tokens) : undefined;
    if (removed) this.#open.put(`removed ${this.#removals++ % mostRemovals}`, [removed]);
    this.#last = { key, tokens };
  }

  /** Learns a file of the workspace as it is on disk; of one that is open, more is known already. */
  learnFile(key: string, tokens: ArrayLike<number>): void {
    if (!this.knows(key)) this.workspace.put(key, [tokens]);
  }

  /** Tokens that the model is worth asking about in the same pass. */
  propose({ context, typed = '', forced, guide, ...limits }: ProposalPlace): readonly Proposal[] {
    const make: Readonly<Record<SourceName, () => Follower>> = {
      forced: () => forcedFollower(forced === '' ? [] : this.#tokenizer.encode(forced)),
      suffix: () => {
        const text = typed === '' ? undefined : typedText(context, typed, this.#tokenizer);
        return suffixFollower(this.#open, this.workspace, context, text);
      },
      recycled: () => this.#recycling.follow(context.at(-2), context.at(-1)),
      guide: () => guideFollower(guide),
    };
    const used = sourceNames.filter((name) => this.sources.has(name)).map((name) => make[name]());
    const { vocabulary } = this.#tokenizer;
    const agreeing = typed === '' ? used : used.map((follower) => typedFollower(follower, typed, vocabulary));
    return draftTree(agreeing, this.#calibration, this.cost, { ...limits, width: this.width });
  }

  /** A pass has said what comes behind `tokens`, and behind each of the tokens proposed. */
  learnPass(tokens: readonly number[], proposed: readonly Proposed[], rows: readonly RowLogits[]): void {
    const last = tokens.at(-1)!;
    for (const [row, logits] of rows.entries()) {
      const proposal = proposed[row - 1];
      const before = proposal ? (proposed[proposal.parent]?.token ?? last) : tokens.at(-2);
      this.#recycling.learn(before, proposal?.token ?? last, logits);
    }
  }

  /** Numbers of those of `proposals` that came true, now that `said` was chosen in their place. */
  learnOutcome(proposals: readonly Proposal[], said: readonly number[]): readonly number[] {
    return settle(proposals, said, this.#calibration);
  }
}
