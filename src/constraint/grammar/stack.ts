// The stacks of a generalised LR parser as one graph of immutable nodes: `step` makes every reduction a terminal asks for and
// shifts it. Nodes are made once for the same content and remember their steps, so texts that parse alike end in the same node.
// Rules of tree-sitter's runtime (parser.c, stack.c) for recognition: extras leave the stack as it is, a keyword that a state
// does not take is read as the word it is spelt like, a nonterminal extra ends on symbol 0.
import { actionKind, type GrammarTables, none } from './tables.ts';

/** A stack: a parser state over the stacks it may stand on. The root stands on nothing. */
export interface StackNode {
  readonly state: number;
  readonly below: readonly StackNode[];
  /** Differs between nodes of one `Stacks`. */
  readonly id: number;
  /** Memories of the node, dropped when they belong to an earlier generation. */
  generation: number;
  above: Map<number, StackNode> | undefined;
  steps: Map<number, readonly StackNode[]> | undefined;
  viable: Map<number, boolean> | undefined;
}

const nothing: readonly StackNode[] = [];

/** Nodes after whose making the memories of all are dropped, so that only what is in use stays in memory. */
const generationSize = 100_000;

/** Thrown where a reduction reaches the floor. */
export class StackTooShort extends Error {}

const tooShort = new StackTooShort('the lower part of the stack is not known');

export class Stacks {
  readonly root: StackNode;
  /** Stands for the lower part of a stack that is left out: what would take it off throws `StackTooShort`. */
  readonly floor: StackNode;
  readonly #tables: GrammarTables;
  readonly #isKeyword: Uint8Array;
  readonly #merged = new Map<string, StackNode>();
  #made = 0;
  #generation = 0;
  #bornInGeneration = 0;

  constructor(tables: GrammarTables) {
    this.#tables = tables;
    this.#isKeyword = new Uint8Array(tables.terminalCount);
    for (const symbol of tables.keywords?.accept ?? []) if (symbol !== none) this.#isKeyword[symbol] = 1;
    this.root = this.#make(1, nothing);
    this.floor = this.#make(none, nothing);
  }

  /** Nodes made since the start. */
  get made(): number {
    return this.#made;
  }

  /** The same node with the memories it may use now. */
  fresh(node: StackNode): StackNode {
    if (node.generation !== this.#generation) {
      node.generation = this.#generation;
      node.above = undefined;
      node.steps = undefined;
      node.viable = undefined;
    }
    return node;
  }

  /** Whether the row of `state` has an action on `terminal`. */
  hasActions(state: number, terminal: number): boolean {
    return this.#entry(state, terminal) !== none;
  }

  /** Whether the last action of `state` on `terminal` shifts it as an extra. */
  isExtra(state: number, terminal: number): boolean {
    const list = this.#entry(state, terminal);
    if (list === none) return false;
    const { actionStart, actionKinds } = this.#tables;
    return (
      actionKinds[actionStart[list + 1]! - 1] === actionKind.shiftExtra && actionStart[list + 1]! > actionStart[list]!
    );
  }

  /** Whether `node` is what shifting `terminal` leaves, on every stack below it. */
  isShiftOf({ state, below }: StackNode, terminal: number): boolean {
    const { actionStart, actionKinds, actionValues } = this.#tables;
    return (
      below.length > 0 &&
      below.every((base) => {
        const list = this.#entry(base.state, terminal);
        if (list === none) return false;
        for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++)
          if (actionKinds[action] === actionKind.shift && actionValues[action] === state) return true;
        return false;
      })
    );
  }

  isReserved(state: number, terminal: number): boolean {
    const { reserved, reservedSets } = this.#tables;
    return reserved[reservedSets[state]!]?.includes(terminal) ?? false;
  }

  /**
   * The stacks after `terminal`, at most one for each parser state; none if it cannot be shifted. For terminal 0, the end of
   * the input, the stacks that accept.
   */
  step(node: StackNode, terminal: number): readonly StackNode[] {
    const known = this.fresh(node).steps?.get(terminal);
    if (known !== undefined) return known;
    const found = this.#step(node, terminal);
    node.steps ??= new Map();
    node.steps.set(terminal, found);
    return found;
  }

  /** Whether `terminal` can be shifted (0: whether the input may end). */
  can(node: StackNode, terminal: number): boolean {
    const list = this.#entry(node.state, terminal);
    if (list !== none) {
      const { actionStart, actionKinds } = this.#tables;
      const last = actionStart[list + 1]! - 1;
      if (last >= actionStart[list]! && actionKinds[last]! <= actionKind.shiftExtra) return true;
    } else if (this.#isKeyword[terminal] === 0) return false;
    return this.step(node, terminal).length > 0;
  }

  /** One stack for several of the same state. */
  merge(nodes: readonly StackNode[]): StackNode {
    const [first] = nodes;
    if (nodes.length === 1) return first!;
    const below = nodes.flatMap((node) => node.below);
    return this.over(first!.state, below);
  }

  /** Follows single actions on a single stack, which most are, and leaves the rest to `#stepAll`. */
  #step(node: StackNode, terminal: number): readonly StackNode[] {
    const { actionStart, actionKinds, actionValues, actionCounts } = this.#tables;
    for (let head = node; ; ) {
      const list = this.#entry(head.state, terminal);
      if (list === none || actionStart[list + 1]! - actionStart[list]! !== 1) return this.#stepAll(head, terminal);
      const action = actionStart[list]!;
      const value = actionValues[action]!;
      if (actionKinds[action] === actionKind.shift) return this.#settle(this.over(value, [head]));
      if (actionKinds[action] !== actionKind.reduce) return [head];
      let base = head;
      for (let count = actionCounts[action]!; count > 0; count--) {
        if (base.below.length !== 1) return this.#stepAll(head, terminal);
        base = base.below[0]!;
      }
      if (base === this.floor) throw tooShort;
      const target = this.#entry(base.state, value);
      if (target === none) return nothing;
      head = this.over(target, [base]);
    }
  }

  #stepAll(node: StackNode, terminal: number): readonly StackNode[] {
    const { actionStart, actionKinds, actionValues, actionCounts, keywordCapture } = this.#tables;
    const work: StackNode[] = [node];
    const symbols: number[] = [terminal];
    const shifted = new Map<number, StackNode[]>();
    const unmoved: StackNode[] = [];
    for (let i = 0; i < work.length; i++) {
      const head = work[i]!;
      let symbol = symbols[i]!;
      let list = this.#entry(head.state, symbol);
      if (list === none && this.#isKeyword[symbol] === 1 && !this.isReserved(head.state, symbol)) {
        symbol = keywordCapture;
        list = this.#entry(head.state, symbol);
      }
      if (list === none) continue;
      for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++) {
        const value = actionValues[action]!;
        switch (actionKinds[action]) {
          case actionKind.shift: {
            const heads = shifted.get(value);
            if (heads === undefined) shifted.set(value, [head]);
            else if (!heads.includes(head)) heads.push(head);
            break;
          }
          case actionKind.reduce:
            for (const reduced of this.#reduce(head, value, actionCounts[action]!)) {
              let known = false;
              for (let j = 0; j < work.length && !known; j++) known = work[j] === reduced && symbols[j] === symbol;
              if (known) continue;
              work.push(reduced);
              symbols.push(symbol);
            }
            break;
          default: // an extra, or the end of an accepted input
            if (!unmoved.includes(head)) unmoved.push(head);
        }
      }
    }
    const found: StackNode[] = unmoved;
    for (const [state, heads] of shifted) found.push(...this.#settle(this.over(state, heads)));
    return found.length === 0 ? nothing : this.mergeByState(found);
  }

  /** At most one stack for each parser state. */
  mergeByState(nodes: readonly StackNode[]): readonly StackNode[] {
    if (nodes.length < 2) return nodes;
    const groups = new Map<number, StackNode[]>();
    for (const node of nodes) {
      const group = groups.get(node.state);
      if (group === undefined) groups.set(node.state, [node]);
      else if (!group.includes(node)) group.push(node);
    }
    return [...groups.values()].map((group) => this.merge(group));
  }

  #reduce(head: StackNode, nonterminal: number, count: number): StackNode[] {
    const reduced: StackNode[] = [];
    const visit = (base: StackNode, depth: number): void => {
      if (base === this.floor) throw tooShort;
      if (depth > 0) for (const below of base.below) visit(below, depth - 1);
      else {
        const target = this.#entry(base.state, nonterminal);
        if (target !== none) reduced.push(this.over(target, [base]));
      }
    };
    visit(head, count);
    return reduced;
  }

  /** Ends nonterminal extras: states without a lexer reduce on symbol 0, and an extra leaves the stack below it as it was. */
  #settle(node: StackNode): readonly StackNode[] {
    const { lexStates, actionStart, actionKinds, actionValues, actionCounts } = this.#tables;
    if (lexStates[node.state] !== none) return [node];
    const list = this.#entry(node.state, 0);
    if (list === none) return nothing;
    const settled: StackNode[] = [];
    for (let action = actionStart[list]!; action < actionStart[list + 1]!; action++) {
      if (actionKinds[action] !== actionKind.reduce) continue;
      const nonterminal = actionValues[action]!;
      for (const reduced of this.#reduce(node, nonterminal, actionCounts[action]!)) {
        const [base] = reduced.below;
        settled.push(...(base!.state === reduced.state ? [base!] : this.#settle(reduced)));
      }
    }
    return settled;
  }

  /** The stack of `state` on `below`, of which there is at least one. */
  over(state: number, below: readonly StackNode[]): StackNode {
    if (below.length === 1) {
      const base = this.fresh(below[0]!);
      const known = base.above?.get(state);
      if (known !== undefined) return known;
      const node = this.#make(state, [base]);
      base.above ??= new Map();
      base.above.set(state, node);
      return node;
    }
    const distinct = [...new Set(below)].sort((a, b) => a.id - b.id);
    if (distinct.length === 1) return this.over(state, distinct);
    const key = `${state}:${distinct.map((node) => node.id).join()}`;
    let node = this.#merged.get(key);
    if (node === undefined) {
      node = this.#make(state, distinct);
      this.#merged.set(key, node);
    }
    return node;
  }

  #make(state: number, below: readonly StackNode[]): StackNode {
    this.#made++;
    if (++this.#bornInGeneration > generationSize) {
      this.#bornInGeneration = 0;
      this.#generation++;
      this.#merged.clear();
    }
    const id = this.#made;
    return { state, below, id, generation: this.#generation, above: undefined, steps: undefined, viable: undefined };
  }

  /** Value of `symbol` in the row of `state`, `none` where there is none. */
  #entry(state: number, symbol: number): number {
    const { rowStart, rowSymbols, rowValues } = this.#tables;
    let low = rowStart[state]!;
    let high = rowStart[state + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rowSymbols[middle]! < symbol) low = middle + 1;
      else high = middle;
    }
    return low < rowStart[state + 1]! && rowSymbols[low] === symbol ? rowValues[low]! : none;
  }
}
