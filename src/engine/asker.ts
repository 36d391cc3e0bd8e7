// Asking the model about places behind the prompt: of one text, which the cache then holds, or of texts beside it (branches.ts).
import type { Proposed } from '../draft/drafter.ts';
import type { RowLogits } from '../model/model.ts';
import type { LogitsNode } from './logitsTree.ts';
import type { Session } from './session.ts';

export interface Question {
  readonly node: LogitsNode;
  /** Whether logits of all tokens are wanted. */
  readonly all: boolean;
  /** Tokens behind it to be asked about, too. */
  readonly proposals: readonly Proposed[];
}

export interface Asker {
  /** Rows that still fit behind a place. */
  room(node: LogitsNode): number;
  /** Rows that it takes to come to a place before its own. */
  missing(node: LogitsNode): number;
  /**
   * Finds the logits at each question's node and behind its proposals, in one pass; resolves with the number of rows.
   * @throws Cancelled
   */
  ask(questions: readonly Question[]): Promise<number>;
}

/** Asks about one text at a time. */
export class TrunkAsker implements Asker {
  readonly #session: Session;
  readonly #prompt: readonly number[];
  readonly #signal: AbortSignal;

  constructor(session: Session, prompt: readonly number[], signal: AbortSignal) {
    this.#session = session;
    this.#prompt = prompt;
    this.#signal = signal;
  }

  room({ path }: LogitsNode): number {
    return this.#session.model.cache.maxLength - this.#prompt.length - path.length;
  }

  missing({ path }: LogitsNode): number {
    const tokens = [...this.#prompt, ...path];
    return tokens.length - 1 - this.#session.runner.reusable(tokens);
  }

  async ask([question]: readonly Question[]): Promise<number> {
    if (question === undefined) return 0;
    const { node, all, proposals } = question;
    const tokens = [...this.#prompt, ...node.path];
    const rows = await this.#session.runner.verify(tokens, proposals, this.#signal, all);
    keepAnswer(this.#session, question, rows, this.#prompt);
    return rows.length;
  }
}

/** Puts the answer to a question where it is looked for, and learns from it. */
export function keepAnswer(
  { speculation }: Session,
  { node, proposals }: Question,
  rows: readonly RowLogits[],
  prompt: readonly number[],
): void {
  for (const [row, at] of [node, ...nodesOf(node, proposals)].entries()) at.logits = rows[row];
  speculation.learnPass([...prompt.slice(-2), ...node.path], proposals, rows);
}

/** The places behind each of `proposals`, which are behind `node`. */
export function nodesOf(node: LogitsNode, proposals: readonly Proposed[]): readonly LogitsNode[] {
  const nodes: LogitsNode[] = [];
  for (const { token, parent } of proposals) nodes.push((nodes[parent] ?? node).child(token));
  return nodes;
}
