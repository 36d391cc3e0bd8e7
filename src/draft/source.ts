// Where proposals come from. A source stands at a place of a text and guesses how it goes on; it is another source a token further on,
// so that several ways to go on can be looked at.

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

/** A source at a place. */
export interface Follower {
  readonly source: SourceName;
  /** What may come next, the likeliest first, `most` at most; none where the source has nothing to say. */
  guesses(most: number): readonly Guess[];
  /** The source where the text has gone on with `token`, guessed or not. */
  after(token: number): Follower;
}
