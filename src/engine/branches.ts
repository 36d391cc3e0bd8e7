// Texts beside the one in the cache, asked about together: they share its beginning, each token is a row once, and what they add to
// the cache goes when they are done. So the cache stays what the next keystroke builds on.
import { chainOf } from '../draft/drafter.ts';
import { type Asker, keepAnswer, nodesOf, type Question } from './asker.ts';
import type { LogitsNode } from './logitsTree.ts';
import type { Session } from './session.ts';

/** The context has no room for more. */
export class OutOfRoom extends Error {
  override readonly name = 'OutOfRoom';
}

export class Branches implements Asker {
  readonly #session: Session;
  readonly #prompt: readonly number[];
  readonly #root: LogitsNode;
  readonly #signal: AbortSignal;
  /** Where the cache has a node's token. */
  readonly #slots = new Map<LogitsNode, number>();

  /** @param path the text that the cache holds, or begins to hold, behind `prompt`, from `root` on */
  constructor(
    session: Session,
    prompt: readonly number[],
    root: LogitsNode,
    path: readonly number[],
    signal: AbortSignal,
  ) {
    this.#session = session;
    this.#prompt = prompt;
    this.#root = root;
    this.#signal = signal;
    const cached = session.runner.reusable([...prompt, ...path]);
    session.runner.rewind(cached);
    this.#slots.set(root, prompt.length - 1);
    let node = root;
    for (const [at, token] of path.slice(0, Math.max(0, cached - prompt.length)).entries()) {
      node = node.child(token);
      this.#slots.set(node, prompt.length + at);
    }
  }

  room(): number {
    const { length, maxLength } = this.#session.model.cache;
    return maxLength - length;
  }

  missing({ path }: LogitsNode): number {
    const before = nodesOf(this.#root, chainOf(path.slice(0, -1)));
    return before.filter((node) => !this.#slots.has(node)).length;
  }

  /** @throws OutOfRoom, Cancelled */
  async ask(questions: readonly Question[]): Promise<number> {
    const { model } = this.#session;
    const tokens: number[] = [];
    const parents: number[] = [];
    const wanted: number[] = [];
    const add = (token: number, parent: number): number => {
      tokens.push(token);
      parents.push(parent);
      return model.cache.length + tokens.length - 1;
    };
    for (const { node, proposals } of questions) {
      const last = node.path.at(-1)!;
      // what is there already is asked again, for want of its logits
      const slot = this.#slots.has(node)
        ? add(last, this.#slotOf(node.path.slice(0, -1), add))
        : this.#slotOf(node.path, add);
      wanted.push(slot - model.cache.length);
      const nodes = nodesOf(node, proposals);
      for (const [number, { token, parent }] of proposals.entries()) {
        const own = add(token, parent < 0 ? slot : this.#slots.get(nodes[parent]!)!);
        this.#slots.set(nodes[number]!, own);
        wanted.push(own - model.cache.length);
      }
    }
    if (tokens.length > this.room()) throw new OutOfRoom();
    const fetch = { logits: questions.some(({ all }) => all) };
    const rows = await this.#session.runner.beside({ tokens, parents, wanted, fetch }, this.#signal);
    for (const question of questions)
      keepAnswer(this.#session, question, rows.splice(0, 1 + question.proposals.length), this.#prompt);
    return tokens.length;
  }

  /** Forgets all but the text that the cache held before. */
  close(): void {
    this.#session.runner.endBeside();
  }

  /** The slot of the last token of `path`, with rows for those on it that have none. */
  #slotOf(path: readonly number[], add: (token: number, parent: number) => number): number {
    let node = this.#root;
    let slot = this.#slots.get(node)!;
    for (const token of path) {
      node = node.child(token);
      slot = this.#slots.get(node) ?? add(token, slot);
      this.#slots.set(node, slot);
    }
    return slot;
  }
}
