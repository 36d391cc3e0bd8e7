// Spans of one request as a tree of timed names: always on, cheap, read by the "show trace" command and by bug reports.

interface Span {
  readonly name: string;
  /** Whether it stands for no time. */
  readonly isNote: boolean;
  readonly startMs: number;
  endMs: number;
  readonly children: Span[];
}

/** The record of one request. Spans nest by call order; use it from one flow of control at a time. */
export class Trace {
  readonly #root: Span;
  readonly #open: Span[];

  constructor(name: string) {
    const now = performance.now();
    this.#root = { name, isNote: false, startMs: now, endMs: now, children: [] };
    this.#open = [this.#root];
  }

  /** Runs `work` inside a span. */
  async span<T>(name: string, work: () => Promise<T>): Promise<T> {
    const span = this.#enter(name);
    try {
      return await work();
    } finally {
      this.#leave(span);
    }
  }

  /** Runs synchronous `work` inside a span. */
  spanSync<T>(name: string, work: () => T): T {
    const span = this.#enter(name);
    try {
      return work();
    } finally {
      this.#leave(span);
    }
  }

  /** Adds what is to be known beside the times: a line of text under the open span. */
  note(text: string): void {
    this.#leave(this.#enter(text, true));
  }

  end(): void {
    this.#root.endMs = performance.now();
  }

  /** Indented text, repeated siblings as one line: `22ms prefill`, `3×5ms forward`. */
  toString(): string {
    const lines: string[] = [];
    const write = (spans: readonly Span[], indent: string): void => {
      for (const [name, same] of byName(spans)) {
        const totalMs = same.reduce((total, span) => total + span.endMs - span.startMs, 0);
        const times = same.length > 1 ? `${same.length}×` : '';
        const isNote = same.every((span) => span.isNote);
        lines.push(isNote ? indent + name : `${indent}${times}${formatMs(totalMs / same.length)} ${name}`);
        write(
          same.flatMap((span) => span.children),
          `${indent}  `,
        );
      }
    };
    write([this.#root], '');
    return lines.join('\n');
  }

  /** Events in the Trace Event Format ("X" phases, microseconds), for chrome://tracing and Perfetto. */
  toChromeEvents(): readonly object[] {
    const events: object[] = [];
    const write = (span: Span): void => {
      const ts = span.startMs * 1000;
      events.push({ name: span.name, ph: 'X', pid: 1, tid: 1, ts, dur: (span.endMs - span.startMs) * 1000 });
      for (const child of span.children) write(child);
    };
    write(this.#root);
    return events;
  }

  #enter(name: string, isNote = false): Span {
    const now = performance.now();
    const span: Span = { name, isNote, startMs: now, endMs: now, children: [] };
    this.#open.at(-1)!.children.push(span);
    this.#open.push(span);
    return span;
  }

  #leave(span: Span): void {
    span.endMs = performance.now();
    this.#open.pop();
  }
}

const formatMs = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)}ms` : `${Math.round(ms)}ms`);

function byName(spans: readonly Span[]): Map<string, Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const group = groups.get(span.name);
    if (group) group.push(span);
    else groups.set(span.name, [span]);
  }
  return groups;
}
