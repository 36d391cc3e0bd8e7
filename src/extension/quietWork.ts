// Work that nobody waits for → done once nobody has wanted anything for a while, and called off when somebody does.
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import { IdleWatch } from './idleWatch.ts';

export interface QuietHost {
  /** Milliseconds without work for anybody until it begins. */
  readonly quietMs: number;
  /** Whether there is something to do now. */
  isDue(): boolean;
  /** Does it, unless it is called off. Never rejects. */
  work(token: CancellationToken): Promise<void>;
}

/** Called off so often, it is left for another day: somebody pays for every beginning. */
const mostBeginnings = 3;

export class QuietWork {
  readonly #host: QuietHost;
  readonly #idle: IdleWatch;
  #underway: CancellationTokenSource | undefined;
  #beginnings = 0;

  constructor(host: QuietHost) {
    this.#host = host;
    this.#idle = new IdleWatch(
      () => host.quietMs,
      () => void this.#begin(),
    );
  }

  /** Somebody waits for something, or nobody does any more. */
  working(isBusy: boolean): void {
    if (!isBusy) {
      if (this.#underway === undefined) this.#idle.watch();
      return;
    }
    this.#idle.stop();
    this.#underway?.cancel();
  }

  dispose(): void {
    this.working(true);
  }

  async #begin(): Promise<void> {
    if (this.#beginnings === mostBeginnings || !this.#host.isDue()) return;
    this.#beginnings++;
    const source = new CancellationTokenSource();
    this.#underway = source;
    await this.#host.work(source.token);
    this.#underway = undefined;
    source.dispose();
  }
}
