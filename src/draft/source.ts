// Where proposals come from. A source follows one path of tokens and guesses, at each place, how it goes on.

export const sourceNames = ['suffix', 'recycled', 'forced', 'guide'] as const;
export type SourceName = (typeof sourceNames)[number];

/** What a source guesses comes next. */
export interface Guess {
  readonly token: number;
  /** Which of the source's guesses it is like, below 256: what became of those says how good it is. */
  readonly kind: number;
  /** How probable it is, as far as the source can tell before guesses of its kind were verified. */
  readonly prior: number;
}

/** A source on one path. */
export interface Follower {
  readonly source: SourceName;
  /** Undefined where the source has nothing to say. */
  guess(): Guess | undefined;
  /** The path goes on with `token`, guessed or not. */
  advance(token: number): void;
}
