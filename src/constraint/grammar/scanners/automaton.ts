// A scanner as an automaton that can stop anywhere: its phases read characters ahead of a position, and where the text ends before
// they can tell they wait, leaving everything they know in the scan, so that they go on from there when more text has come.

/** What every scan has: a text, how far it has been read, and where its token ends. Offsets are UTF-16 units. */
export interface Scan<Self> {
  text: string;
  at: number;
  /** Whether the end of the text is the end of the file. */
  ended: boolean;
  phase: Phase<Self>;
  /** The token found, and its end. */
  token: number;
  end: number;
  /** While it waits: the bit set of tokens that may still be found, and whether there may be none. */
  mayFind: number;
  mayFail: boolean;
}

/** Reads on: gives the phase to go on with, or how the scan ends for this text. `wait` leaves the phase to be entered again. */
export type Phase<Self> = (scan: Self) => Phase<Self> | Outcome;
export type Outcome = 'found' | 'none' | 'rejected' | 'wait';

/** What `peek` says where text to come decides. */
export const unknown = -1;

/** The UTF-16 unit `ahead` of the position. Behind the end of the file it is 0, which scanners do not tell from a NUL. */
export function peek({ text, at, ended }: { text: string; at: number; ended: boolean }, ahead = 0): number {
  if (at + ahead < text.length) return text.charCodeAt(at + ahead);
  return ended ? 0 : unknown;
}

/** Goes through the phases, beginning with the scan's own, to an outcome; the scan's phase is then the last. */
export function run<S extends Scan<S>>(scan: S): Outcome {
  for (;;) {
    const { phase } = scan;
    const next = phase(scan);
    if (typeof next === 'string') return next;
    scan.phase = next;
  }
}

/** Waits for text, having said what may come of it. */
export function wait(scan: { mayFind: number; mayFail: boolean }, mayFind: number, mayFail = true): 'wait' {
  scan.mayFind = mayFind;
  scan.mayFail = mayFail;
  return 'wait';
}

/** Ends the scan with a token up to `end`. */
export function find(scan: { token: number; end: number }, token: number, end: number): 'found' {
  scan.token = token;
  scan.end = end;
  return 'found';
}
