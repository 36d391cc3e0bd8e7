// Work that can be put aside: a generator that yields every so often and returns what it made.

export type Steps<Made> = Generator<undefined, Made>;

/** Nodes of a trie between two steps: well under a millisecond's work. */
export const nodesPerStep = 1024;

/** Everything at once. */
export function finish<Made>(steps: Steps<Made>): Made {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
