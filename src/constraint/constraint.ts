// What may follow. A constraint only removes tokens; its states are immutable, so that fork and rollback are free.

/** A place in a constrained text. */
export interface ConstraintState {
  /** Whether the token with this id may come next. */
  legal(token: number): boolean;
  /** The state after a legal token. */
  advance(token: number): ConstraintState;
  /** Every legal token where they are few enough to list; undefined where nothing is known to be forbidden. */
  readonly candidates: Int32Array | undefined;
}
