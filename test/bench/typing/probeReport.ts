// What the probe within the extension host is told by names of files, and what it writes.
import type { Profiler } from 'node:inspector';

/** How the names of files begin that are typed, and of those that say that it is done. */
export const typedPrefix = 'typed-';
export const donePrefix = 'done-';
/** Written beside the extension. */
export const reportName = 'report.json';

export interface ProbeReport {
  readonly profile: Profiler.Profile;
  /** When the text changed, on the clock of the profile: microseconds. */
  readonly strokes: readonly number[];
}
