// Which token a stack ends with: what was shifted last, whatever it is to become.
import type { Recogniser } from './recogniser.ts';
import type { StackNode } from './stack.ts';

/** Stack nodes that are looked at for a bracket or a word further down. */
const depthLimit = 64;

export class TokenBefore {
  readonly #recogniser: Recogniser;
  /** Terminals by their name, which is a literal's text; a grammar may have several of the same. */
  readonly #terminals = new Map<string, readonly number[]>();

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser;
    const { symbolNames, terminalCount } = recogniser.tables;
    for (let terminal = 1; terminal < terminalCount; terminal++) {
      const text = symbolNames[terminal]!;
      this.#terminals.set(text, [...(this.#terminals.get(text) ?? []), terminal]);
    }
  }

  /** Whether the last token of a stack is `text`. */
  is(node: StackNode, text: string): boolean {
    const terminals = this.#terminals.get(text);
    return terminals?.some((terminal) => this.#recogniser.stacks.isShiftOf(node, terminal)) ?? false;
  }

  /** Whether a stack ends with a token, rather than with something made of tokens. */
  isAny(node: StackNode): boolean {
    const { rowStart, rowSymbols, terminalCount } = this.#recogniser.tables;
    return node.below.some(({ state }) => {
      for (let i = rowStart[state]!; i < rowStart[state + 1]! && rowSymbols[i]! < terminalCount; i++)
        if (this.#recogniser.stacks.isShiftOf(node, rowSymbols[i]!)) return true;
      return false;
    });
  }

  /** The topmost node of a stack that ends with one of `texts`, and which; undefined where there is none, or no one way down. */
  find(node: StackNode, texts: readonly string[]): { readonly node: StackNode; readonly text: string } | undefined {
    let at: StackNode | undefined = node;
    for (let depth = 0; at !== undefined && depth < depthLimit; depth++) {
      const here: StackNode = at;
      const text = texts.find((each) => this.is(here, each));
      if (text !== undefined) return { node: here, text };
      at = at.below.length === 1 ? at.below[0] : undefined;
    }
    return undefined;
  }
}
