// A profile of the extension host and the moments of keystrokes → how long it was busy behind each, and how much of that was ours.
import type { ProbeReport } from './probeReport.ts';

/** Milliseconds from a keystroke to the next. */
export interface Busy {
  /** Anything ran. */
  readonly all: number;
  /** A function of ours was on the stack. */
  readonly ours: number;
  /** The same without what the processor spent on others meanwhile. */
  readonly oursRan: number;
}

/** Microseconds. Samples come oftener while the process runs: in a longer gap between two it did not. */
const longestGap = 1000;

type Kind = 'ours' | 'all' | 'idle';

/** Nothing of a program runs in these. */
const idle: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);

/** One entry for each keystroke but the last. `isOurs` is asked about the addresses of scripts. */
export function busyBetween({ profile, strokes }: ProbeReport, isOurs: (url: string) => boolean): readonly Busy[] {
  const { nodes, samples = [], timeDeltas = [], startTime } = profile;
  const parents = new Map<number, number>(
    nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kinds = new Map<number, Kind>();
  const kindOf = (id: number): Kind => {
    const known = kinds.get(id);
    if (known !== undefined) return known;
    const { url, functionName } = byId.get(id)!.callFrame;
    const parent = parents.get(id);
    const above = parent === undefined ? 'idle' : kindOf(parent);
    const kind = isOurs(url) || above === 'ours' ? 'ours' : idle.has(functionName) ? 'idle' : 'all';
    kinds.set(id, kind);
    return kind;
  };
  const busy = strokes.slice(1).map(() => ({ all: 0, ours: 0, oursRan: 0 }));
  let now = startTime;
  let at = -1;
  for (const [index, id] of samples.entries()) {
    // a sample stands for the time up to the next
    now += timeDeltas[index] ?? 0;
    while (at + 1 < strokes.length && strokes[at + 1]! <= now) at += 1;
    const between = busy[at];
    const kind = kindOf(id);
    if (between === undefined || kind === 'idle') continue;
    const gap = timeDeltas[index + 1] ?? 0;
    between.all += gap / 1000;
    if (kind !== 'ours') continue;
    between.ours += gap / 1000;
    between.oursRan += Math.min(gap, longestGap) / 1000;
  }
  return busy;
}
