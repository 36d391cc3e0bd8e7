// The items and predictions of the measuring door, one JSON object a line: what `batch` reads and what it writes.

/** What was cut out, which decides where prediction and target stop when they are compared. */
export const holeKinds = ['line', 'member', 'call', 'block'] as const;
export type HoleKind = (typeof holeKinds)[number];

/** One hole. `prefix` and `suffix` are the whole text on either side; `target` is what stood between them. */
export interface Item {
  readonly id: string;
  readonly path: string;
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly maxTokens?: number;
  readonly multiline?: 'auto' | 'line' | 'block';
  readonly kind: HoleKind;
  readonly target: string;
}

/** The part of a prediction line that measuring reads; `drafts` is best first. */
export interface Prediction {
  readonly id: string;
  readonly outcome: 'done' | 'cancelled' | 'failed';
  readonly reason?: string;
  readonly drafts: readonly { readonly text: string; readonly logProb?: number; readonly tokens?: number }[];
  readonly timings?: PredictionTimings;
  readonly counters?: PredictionCounters;
}

export interface PredictionTimings {
  readonly queueMs: number;
  readonly contextMs: number;
  readonly prefillMs: number;
  readonly firstDraftMs: number;
  readonly totalMs: number;
}

export interface PredictionCounters {
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly passes: number;
  readonly emitted: number;
}

/** The best draft's text; empty when there is none, which scores as a wrong answer rather than a missing one. */
export function predictedText(prediction: Prediction): string {
  return prediction.drafts[0]?.text ?? '';
}

/** Reads JSON lines, skipping blank ones. Throws with the line number on a line that is not JSON. */
export function parseJsonLines<T>(text: string): T[] {
  const values: T[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line) as T);
    } catch {
      throw new Error(`line ${index + 1} is not JSON`);
    }
  }
  return values;
}

export function toJsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
