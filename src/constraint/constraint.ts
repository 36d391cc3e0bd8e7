// What may follow. A constraint only removes tokens; its states are immutable, so that fork and rollback are free.

/** A place in a constrained text. */
export interface ConstraintState {
  /** Whether the token with this id may come next. Never a special token. */
  legal(token: number): boolean;
  /** The state after a legal token. */
  advance(token: number): ConstraintState;
  /** The state after a text, whatever tokens spell it; undefined where the text is not legal. */
  afterText(text: string): ConstraintState | undefined;
  /** Whether the text may end here, in place of the first `replaces` UTF-16 units of what stands after the cursor. */
  mayStop(replaces: number): boolean;
  /** The same place without the rules that may be wrong: for when nothing legal is probable. */
  relax(): ConstraintState;
  /** Tokens among which every legal one is, where they are few enough to list. */
  readonly candidates: Int32Array | undefined;
  /** The same where they are many: for when none of the probable tokens is legal. Undefined where it would take too long. */
  listLegal(): Int32Array | undefined;
}

/** Allows everything. */
export const free: ConstraintState = {
  candidates: undefined,
  listLegal: () => undefined,
  legal: () => true,
  advance: () => free,
  afterText: () => free,
  mayStop: () => true,
  relax: () => free,
};

/** What both allow. */
export function both(one: ConstraintState, other: ConstraintState): ConstraintState {
  if (one === free) return other;
  if (other === free) return one;
  const legal = (token: number): boolean => one.legal(token) && other.legal(token);
  return {
    candidates: one.candidates ?? other.candidates,
    listLegal: () => one.listLegal() ?? other.listLegal(),
    legal,
    advance: (token) => both(one.advance(token), other.advance(token)),
    afterText: (text) => {
      const [a, b] = [one.afterText(text), other.afterText(text)];
      return a === undefined || b === undefined ? undefined : both(a, b);
    },
    mayStop: (replaces) => one.mayStop(replaces) && other.mayStop(replaces),
    relax: () => both(one.relax(), other.relax()),
  };
}
