// What the model was asked in one request: logits by the tokens said so far. Choices that are made again find them here.
import type { RowLogits } from '../model/model.ts';

export class LogitsNode {
  /** Tokens said since the prompt. */
  readonly path: readonly number[];
  /** Of what follows; undefined before the model was asked. */
  logits: RowLogits | undefined;
  readonly #children = new Map<number, LogitsNode>();

  constructor(path: readonly number[] = [], logits?: RowLogits) {
    this.path = path;
    this.logits = logits;
  }

  /** The node behind one token more. */
  child(token: number): LogitsNode {
    let child = this.#children.get(token);
    if (child === undefined) {
      child = new LogitsNode([...this.path, token]);
      this.#children.set(token, child);
    }
    return child;
  }
}
