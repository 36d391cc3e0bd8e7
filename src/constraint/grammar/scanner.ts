// The part of a lexer that a grammar writes by hand: a scanner sees the text from the end of the last token and answers with a
// token, with nothing, or that it cannot say before more text has come.

/** What a scanner remembers between tokens, in a form that equals itself: two states with the same string are the same. */
export type ScannerState = string;

export interface Found {
  readonly kind: 'found';
  /** Index of the external token. */
  readonly token: number;
  /** Where the token ends in the text, in UTF-16 units. */
  readonly end: number;
  readonly state: ScannerState;
}

/** The answer depends on text to come. */
export interface Pending {
  readonly kind: 'pending';
  /** Bit set of the external tokens that may still be found; a superset is allowed. */
  readonly mayFind: number;
  /** Whether the answer may still be that there is none. */
  readonly mayFail: boolean;
  /** Where to go on instead of at `start`, given back to `scan` with a longer text; offsets in it count from `start`. */
  readonly resume: unknown;
}

/** There is no external token here; with `strict`, also that no text may stand here. */
export type Verdict = Found | Pending | 'none' | 'rejected';

export interface ScanRequest {
  /** Text that holds the token; it may go on behind it. */
  readonly text: string;
  /** End of the last token in `text`, in UTF-16 units. */
  readonly start: number;
  /** Whether the end of `text` is the end of the file. */
  readonly ended: boolean;
  /** Bit set of the external tokens that are valid here. */
  readonly valid: number;
  /** The scanner's state after the last external token on this path. */
  readonly state: ScannerState;
  /** From the pending answer to a shorter text with the same start. */
  readonly resume: unknown;
  /** Whether to reject what the grammar lets pass and the language does not (indentation). */
  readonly strict: boolean;
}

/** A scanner has no state of its own: the same request has the same answer. */
export interface ExternalScanner {
  /** The state at the start of a file. */
  readonly initial: ScannerState;
  /** Bit set of the external tokens that hold no characters and leave the state as it is, wherever they are found. */
  readonly emptyTokens?: number;
  scan(request: ScanRequest): Verdict;
  /**
   * Waiting scans with the same key, if they were asked the same, go on alike with any text to come, except that a token which ends
   * before what `resume` has still to read may end elsewhere. `text` is what was read since the start. Without it: those of the
   * same text do.
   */
  keyOf?(pending: Pending, text: string): string;
}
