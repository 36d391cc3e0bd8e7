// A model, the tokens whose keys and values its cache holds, and how fast it is: brings the cache to texts, a pass after another.
import { type Proposed, trunkLength } from '../draft/drafter.ts';
import { mostRows, PassCost } from '../draft/passCost.ts';
import { type Model, type RowLogits, type Rows, topCount } from '../model/model.ts';

/** A pass should take no longer than this, since it cannot be interrupted. */
const passMs = 40;
const leastChunk = 16;
const mostChunk = 256;
/** Aimed at below `passMs`, since passes vary. */
const aimMs = 0.9 * passMs;

/** Allowances move in steps of this many tokens, and only when speed has changed by a third. */
const allowanceStep = 128;
const leastAllowance = 256;
/**
 * Passes whose cost is measured at the first start, and later on at every other: their numbers of rows, and how many of each. On a
 * GPU the largest is, too; on a CPU it is too dear to be of use.
 */
const measured = { rows: [1, 2, 3, 4, 8, 16], passes: 3 } as const;
const measuredAgain = { rows: [1, 4, 8, 16], passes: 1 } as const;
/** Numbers of rows for which a GPU has programs of their own, made at the first pass in every process. */
const compiled = [1, 3, 16, mostRows];

interface MeasuredPasses {
  readonly rows: readonly number[];
  readonly passes: number;
}

/** Weight of the newest pass in the running mean of speed. */
const newestShare = 0.2;

/** A request was superseded or cancelled. Its work so far stays in the cache. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export class ModelRunner {
  readonly model: Model;
  /** What passes cost here. */
  readonly cost = new PassCost();
  /** Length of the last prompt: of the cache, what the next keystroke builds on. */
  promptLength = 0;
  /** The tokens whose keys and values the cache holds. */
  #cached: number[] = [];
  /** Rows per prefill pass, from measured speed. */
  #chunk = 32;
  /** Milliseconds that a token of a prompt takes; 0 where none was measured. */
  readonly #tokenMs = new Float64Array(1);
  #allowance = Number.POSITIVE_INFINITY;

  constructor(model: Model) {
    this.model = model;
  }

  /** All that was learnt of speed, to be kept over a restart. */
  get memory(): readonly Float64Array[] {
    return [...this.cost.memory, this.#tokenMs];
  }

  /** Whether it is known how fast prompts are read and what passes cost. */
  get isMeasured(): boolean {
    return this.#tokenMs[0]! > 0 && this.cost.isKnown;
  }

  /** Tokens that a prompt may have. */
  get promptTokens(): number {
    return this.#allowance;
  }

  /**
   * Lets prompts have as many tokens as can be computed from nothing in `ms` milliseconds, as far as is known by now; at least 256.
   * Whether that is another number than before.
   */
  allowPrompt(ms: number): boolean {
    const [tokenMs = 0] = this.#tokenMs;
    const possible = ms / tokenMs;
    if (tokenMs === 0 || (possible >= 0.75 * this.#allowance && possible <= 1.33 * this.#allowance)) return false;
    const before = this.#allowance;
    this.#allowance = Math.max(leastAllowance, Math.floor(possible / allowanceStep) * allowanceStep);
    return this.#allowance !== before;
  }

  /** Touches all weights once, so that the first request finds a warm engine, and measures what is not known of its speed. */
  async warmUp(signal: AbortSignal): Promise<void> {
    await this.prefill(this.#anyTokens(3 * this.#chunk), signal, false);
    if (!this.cost.isKnown) await this.#measurePasses(measured, signal);
    else if (this.model.device === 'webgpu')
      for (const rows of compiled) await this.forward(this.#anyTokens(rows), signal);
    this.rewind(0);
  }

  /** Puts right what passes are known to cost, in a second or less; leaves the cache as it is. Stops when it is aborted. */
  async measureAgain(signal: AbortSignal): Promise<void> {
    if (this.#cached.length + mostRows <= this.model.cache.maxLength) await this.#measurePasses(measuredAgain, signal);
  }

  /** Measures what passes over several rows cost, behind what is cached: the best of a few, since others may be busy. */
  async #measurePasses({ rows: counts, passes }: MeasuredPasses, signal: AbortSignal): Promise<void> {
    const { length } = this.#cached;
    for (const rows of this.model.device === 'cpu' ? counts : [...counts, mostRows]) {
      let leastMs = Number.POSITIVE_INFINITY;
      for (let pass = 0; pass < passes; pass++) {
        if (signal.aborted) return;
        const startMs = performance.now();
        await this.model.forward({
          tokens: this.#anyTokens(rows),
          wanted: Array.from({ length: rows }, (_, row) => row),
        });
        leastMs = Math.min(leastMs, performance.now() - startMs);
        this.model.cache.truncate(length);
      }
      this.cost.measure(rows, leastMs);
    }
  }

  #anyTokens(length: number): number[] {
    return Array.from({ length }, (_, i) => i % this.model.config.vocabulary);
  }

  /** How many of `tokens` need not be computed: the common prefix with the cache, less the last, whose logits are wanted. */
  reusable(tokens: readonly number[]): number {
    const most = Math.min(this.#cached.length, tokens.length - 1);
    let length = 0;
    while (length < most && this.#cached[length] === tokens[length]) length++;
    return length;
  }

  /** How many tokens of the last prompt would be lost to the cache by computing `tokens`. */
  losing(tokens: readonly number[]): number {
    return Math.max(0, Math.min(this.promptLength, this.#cached.length) - this.reusable(tokens));
  }

  /**
   * Brings the cache to where a single pass is left to `tokens`, and resolves with the rows of that. Cancellation is
   * looked at between passes.
   * @throws Cancelled
   */
  async approach(tokens: readonly number[], signal: AbortSignal): Promise<number> {
    this.rewind(this.reusable(tokens));
    for (;;) {
      const start = this.#cached.length;
      if (tokens.length - start <= this.#chunk) return tokens.length - start;
      await this.forward(tokens.slice(start, start + this.#chunk), signal);
    }
  }

  /**
   * Brings the cache to exactly `tokens`, as `approach` does, and returns the logits after the last of them.
   * @throws Cancelled
   */
  async prefill(tokens: readonly number[], signal: AbortSignal, wantsAll: boolean): Promise<RowLogits> {
    const [logits] = await this.verify(tokens, [], signal, wantsAll);
    return logits!;
  }

  /** @throws Cancelled if the request was given up */
  check(signal: AbortSignal): void {
    if (signal.aborted) throw new Cancelled();
  }

  /**
   * Brings the cache to `tokens` as `prefill` does, with `proposals` behind them in the last pass; logits after `tokens` and after
   * each of the proposals. The cache then holds those of them, too, that follow each other from the first on.
   * @throws Cancelled
   */
  async verify(
    tokens: readonly number[],
    proposals: readonly Proposed[],
    signal: AbortSignal,
    wantsAll = false,
  ): Promise<RowLogits[]> {
    await this.approach(tokens, signal);
    this.check(signal);
    const start = this.#cached.length;
    const rows = [...tokens.slice(start), ...proposals.map(({ token }) => token)];
    const first = rows.length - proposals.length - 1;
    const wanted = Array.from({ length: proposals.length + 1 }, (_, row) => first + row);
    const trunk = trunkLength(proposals);
    const parentOf = (row: number): number =>
      start + (row <= first ? row - 1 : first + 1 + proposals[row - first - 1]!.parent);
    const tree = trunk < proposals.length && { parents: rows.map((_, row) => parentOf(row)) };
    const startMs = performance.now();
    const logits = await this.model.forward({ tokens: rows, ...tree, wanted, fetch: { logits: wantsAll } });
    const ms = performance.now() - startMs;
    // rows without logits are cheaper
    if (first === 0 && !wantsAll) this.cost.learn(rows.length, ms);
    if (proposals.length === 0 && rows.length === this.#chunk) this.#learn(ms);
    this.#cached.push(...rows.slice(0, first + 1 + trunk));
    this.endBeside();
    return wanted.map((_, row) => rowOf(logits, row));
  }

  /**
   * One pass over rows beside what the cache holds, which stay until `endBeside`.
   * @throws Cancelled before the pass
   */
  async beside(rows: Rows, signal: AbortSignal): Promise<RowLogits[]> {
    this.check(signal);
    const startMs = performance.now();
    const logits = await this.model.forward(rows);
    this.cost.learn(logits.logSumExp.length, performance.now() - startMs);
    return Array.from(logits.logSumExp, (_, row) => rowOf(logits, row));
  }

  endBeside(): void {
    this.model.cache.truncate(this.#cached.length);
  }

  /**
   * One pass over a chain of tokens; logits of the last.
   * @throws Cancelled before the pass
   */
  async forward(tokens: readonly number[], signal: AbortSignal, wantsAll = false): Promise<RowLogits> {
    this.check(signal);
    const start = performance.now();
    const logits = await this.model.forward({ tokens, wanted: [tokens.length - 1], fetch: { logits: wantsAll } });
    this.#cached.push(...tokens);
    if (tokens.length === this.#chunk) this.#learn(performance.now() - start);
    return logits;
  }

  /** Forgets all but the first `length` cached tokens. */
  rewind(length: number): void {
    this.model.cache.truncate(length);
    this.#cached.length = length;
  }

  async close(): Promise<void> {
    await this.model.close();
  }

  /** Speed and the next chunk's size from a full prefill pass. */
  #learn(elapsedMs: number): void {
    const tokenMs = elapsedMs / this.#chunk;
    const [known = 0] = this.#tokenMs;
    this.#tokenMs[0] = known === 0 ? tokenMs : known + newestShare * (tokenMs - known);
    const aimed = Math.round((this.#chunk * aimMs) / elapsedMs);
    const next = Math.min(2 * this.#chunk, Math.max(leastChunk, Math.min(mostChunk, aimed)));
    // small differences are noise
    if (Math.abs(next - this.#chunk) > this.#chunk / 8) this.#chunk = next;
  }
}

function rowOf({ topIds, topLogits, logSumExp, logits }: RowLogits, row: number): RowLogits {
  const start = row * topCount;
  const size = (logits?.length ?? 0) / logSumExp.length;
  return {
    topIds: topIds.subarray(start, start + topCount),
    topLogits: topLogits.subarray(start, start + topCount),
    logSumExp: logSumExp.subarray(row, row + 1),
    ...(logits && { logits: logits.subarray(row * size, (row + 1) * size) }),
  };
}
