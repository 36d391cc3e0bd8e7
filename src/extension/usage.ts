// What became of suggestions, over all sessions on this machine → counts for the user. Kept by the editor, sent nowhere.
import { isKeystroke } from './headStart.ts';
import { type Seen, sameSeen } from './resultCache.ts';

/** What is kept between sessions. */
export interface UsageCounts {
  /** When counting began, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Suggestions shown; one that is typed along counts once. */
  readonly shown: number;
  /** Those taken to their end, and those of which a part was taken by word or by line. */
  readonly accepted: number;
  readonly partly: number;
  /** Accepted ones looked at again after a while, and those of them that still stood there as accepted. */
  readonly looked: number;
  readonly kept: number;
  /** Characters that were put in without being typed. */
  readonly characters: number;
  /** Milliseconds to the first draft, the last ones. */
  readonly latenciesMs: readonly number[];
}

const mostLatencies = 500;

const none = (sinceMs: number): UsageCounts => ({
  sinceMs,
  shown: 0,
  accepted: 0,
  partly: 0,
  looked: 0,
  kept: 0,
  characters: 0,
  latenciesMs: [],
});

export class Usage {
  readonly #nowMs: () => number;
  readonly #changed: () => void;
  #counts: UsageCounts;
  /** The suggestion on screen, by the question that it answers. */
  #current: { readonly origin: Seen; isPartlyTaken: boolean } | undefined;

  /**
   * @param kept what was kept of earlier sessions; anything else than counts is as if there were none
   * @param changed called after every change, on the typing path
   */
  constructor(kept: unknown, changed: () => void, nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
    this.#changed = changed;
    this.#counts = restored(kept) ?? none(nowMs());
  }

  get counts(): UsageCounts {
    return this.#counts;
  }

  shown(origin: Seen): void {
    if (this.#current !== undefined && sameSeen(this.#current.origin, origin)) return;
    this.#current = { origin, isPartlyTaken: false };
    this.#add({ shown: 1 });
  }

  /** A part of the suggestion on screen was put in by word or by line. */
  tookPart(characters: number): void {
    const isFirst = this.#current?.isPartlyTaken === false;
    if (this.#current !== undefined) this.#current.isPartlyTaken = true;
    this.#add({ partly: Number(isFirst), characters });
  }

  /** A suggestion, or what was left of it, was accepted. */
  accepted(characters: number): void {
    const wasPart = this.#current?.isPartlyTaken === true;
    this.#current = undefined;
    this.#add({ accepted: 1, partly: -Number(wasPart), characters });
  }

  /** An accepted text was looked at again. */
  looked(isKept: boolean): void {
    this.#add({ looked: 1, kept: Number(isKept) });
  }

  answeredIn(latencyMs: number): void {
    const latenciesMs = [...this.#counts.latenciesMs, Math.round(latencyMs)].slice(-mostLatencies);
    this.#counts = { ...this.#counts, latenciesMs };
    this.#changed();
  }

  reset(): void {
    this.#current = undefined;
    this.#counts = none(this.#nowMs());
    this.#changed();
  }

  #add(more: Partial<Record<'shown' | 'accepted' | 'partly' | 'looked' | 'kept' | 'characters', number>>): void {
    const counts = this.#counts;
    this.#counts = {
      ...counts,
      shown: counts.shown + (more.shown ?? 0),
      accepted: counts.accepted + (more.accepted ?? 0),
      partly: counts.partly + (more.partly ?? 0),
      looked: counts.looked + (more.looked ?? 0),
      kept: counts.kept + (more.kept ?? 0),
      characters: counts.characters + (more.characters ?? 0),
    };
    this.#changed();
  }
}

/** Characters of a suggestion that an insertion at the cursor took by word or by line: 0 where it was typed, taken whole or another. */
export function partTaken(suggestions: readonly string[], inserted: string): number {
  const text = inserted.replaceAll('\r\n', '\n');
  if (text.length < 2 || isKeystroke(inserted)) return 0;
  return suggestions.some((whole) => whole.length > text.length && whole.startsWith(text)) ? text.length : 0;
}

/** The statistics as a text, in lines. */
export function usageText(counts: UsageCounts, t: (message: string, ...args: (string | number)[]) => string): string {
  const { shown, accepted, partly, looked, kept, characters, latenciesMs } = counts;
  const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`);
  const ms = (rank: number): string => (latenciesMs.length === 0 ? '–' : `${percentile(latenciesMs, rank)} ms`);
  const rows: readonly (readonly [string, string])[] = [
    [t('shown'), `${shown}`],
    [t('accepted'), `${accepted} (${share(accepted, shown)})`],
    [t('taken in part, by word or line'), `${partly} (${share(partly, shown)})`],
    [t('still there after 30 seconds'), `${kept} of ${looked} (${share(kept, looked)})`],
    [t('characters not typed'), `${characters}`],
    [t('first draft, median'), ms(0.5)],
    [t('first draft, 95th percentile'), ms(0.95)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const since = new Date(counts.sinceMs).toISOString().slice(0, 10);
  return [
    t('Suggestions since {0}', since),
    '',
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    t('Times are those of the last {0} answers of the engine.', latenciesMs.length),
    t('These numbers stay on this machine. Palimpsest: Reset Statistics forgets them.'),
    '',
  ].join('\n');
}

/** The least value that so large a share of the values does not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function restored(kept: unknown): UsageCounts | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const counts = { ...none(0), ...kept };
  const { latenciesMs, ...numbers } = counts;
  const isSound =
    Object.values(numbers).every((value) => Number.isFinite(value)) &&
    Array.isArray(latenciesMs) &&
    latenciesMs.every((value) => Number.isFinite(value));
  return isSound && counts.sinceMs > 0 ? counts : undefined;
}
