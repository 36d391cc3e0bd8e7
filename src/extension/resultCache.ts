// What the model saw → what it answered, kept so that typing along a draft, deleting back and asking again are answered
// at once with the same bytes. A draft still fits when accepting it now leaves the document it promised when it was made.
import type { Draft, Multiline } from '../protocol/messages.ts';

/** What an answer depends on. Line ends are `\n`. */
export interface Seen {
  readonly path: string;
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Whether the document begins before the prefix, or goes on behind the suffix. */
  readonly prefixIsCut?: boolean;
  readonly suffixIsCut?: boolean;
  /** How far to complete, where that was asked for just this once. */
  readonly reach?: Multiline;
}

/** How an answer came about. */
export interface Origin {
  /** Drafts that were asked for, all of which have come; 1 while others are under way. */
  readonly asked: number;
  /** Whether the engine gave it before anybody asked. */
  readonly isPrepared: boolean;
}

/** An answer, or what is left of it, and the place that it was given for. */
export interface Remembered extends Origin {
  readonly drafts: readonly Draft[];
  readonly origin: Seen;
  /** Whether the user asked for it, and so was shown all of it, sure or not. */
  readonly isInvoked: boolean;
}

/** The last answers, most recently used first; bounded, and dropped with the editor window. */
export class ResultCache {
  readonly #isSure: (draft: Draft) => boolean;
  readonly #capacity: number;
  #entries: readonly Remembered[] = [];
  #accepted: readonly { readonly seen: Seen; readonly text: string }[] = [];

  /** @param isSure whether a draft is shown to somebody who has not asked for it */
  constructor(isSure: (draft: Draft) => boolean = () => true, capacity = 64) {
    this.#isSure = isSure;
    this.#capacity = capacity;
  }

  /** Keeps an answer; an empty list is an answer too ("nothing to say here"). */
  store(seen: Seen, drafts: readonly Draft[], { asked = 1, isPrepared = false }: Partial<Origin> = {}): void {
    const isInvoked = this.#entries.some((entry) => entry.isInvoked && sameSeen(entry.origin, seen));
    this.#put({ origin: seen, drafts, asked, isPrepared, isInvoked });
  }

  /** The user asks for what is known here. */
  noteInvoked(seen: Seen): void {
    const found = this.find(seen);
    const entry = this.#entries.find(({ origin }) => origin === found?.origin);
    if (entry !== undefined) this.#put({ ...entry, isInvoked: true });
  }

  /**
   * The answer for exactly this place, or what is left of one given earlier along the way to it, in the order given then.
   * `undefined` when the engine has to be asked. What was given for another reach is an answer unless the question names one. What
   * was too unsure to be shown is not gone on from: with more of it typed, the rest may be sure.
   */
  find(seen: Seen): Remembered | undefined {
    const isWanted = ({ origin }: Remembered): boolean => seen.reach === undefined || seen.reach === origin.reach;
    const exact = this.#entries.find((entry) => samePlace(entry.origin, seen) && isWanted(entry));
    if (exact !== undefined) {
      this.#touch(exact);
      return exact;
    }
    for (const entry of this.#entries) {
      const { origin } = entry;
      if (!isWanted(entry) || !sameFile(origin, seen) || !seen.prefix.startsWith(origin.prefix)) continue;
      const shown = entry.isInvoked ? entry.drafts : entry.drafts.filter(this.#isSure);
      const drafts = shown.flatMap((draft) => remainder(origin, draft, seen) ?? []);
      if (drafts.length === 0) continue;
      this.#touch(entry);
      return { ...entry, drafts };
    }
    return undefined;
  }

  /** Notes that the user took this text here. If the same place ever comes back, the user has undone it. */
  noteAccepted(seen: Seen, text: string): void {
    this.#accepted = [{ seen, text }, ...this.#accepted].slice(0, 16);
  }

  /** True for a text that was accepted at this very place and is gone again. */
  wasUndone(seen: Seen, text: string): boolean {
    return this.#accepted.some((item) => item.text === text && samePlace(item.seen, seen));
  }

  #touch(entry: Remembered): void {
    if (this.#entries[0] !== entry) this.#put(entry);
  }

  /** In place of what was known for the same question. */
  #put(entry: Remembered): void {
    const others = this.#entries.filter(({ origin }) => !sameSeen(origin, entry.origin));
    this.#entries = [entry, ...others].slice(0, this.#capacity);
  }
}

/**
 * What is left of `draft`, made at `origin`, now that the editor stands at `seen`: the same final document, fewer
 * characters to insert. Text that appeared behind the cursor meanwhile (an auto-closed bracket) is replaced if the
 * draft brings it too. `undefined` once the user typed something else or the draft is used up.
 */
function remainder(origin: Seen, draft: Draft, seen: Seen): Draft | undefined {
  const typed = seen.prefix.slice(origin.prefix.length);
  if (!draft.text.startsWith(typed)) return undefined;
  const after = origin.suffix.slice(draft.replaces);
  const replaces = seen.suffix.length - after.length;
  if (replaces < 0 || !seen.suffix.endsWith(after)) return undefined;
  const replaced = seen.suffix.slice(0, replaces);
  const text = draft.text.slice(typed.length);
  if (text === replaced || replaced.includes('\n') || !isSubsequence(replaced, text)) return undefined;
  return { ...draft, text, replaces };
}

/** True when the characters of `part` occur in `whole` in that order: the editor hides an item otherwise. */
export function isSubsequence(part: string, whole: string): boolean {
  let matched = 0;
  for (let at = 0; at < whole.length && matched < part.length; at += 1) {
    if (whole[at] === part[matched]) matched += 1;
  }
  return matched === part.length;
}

function sameFile(one: Seen, other: Seen): boolean {
  return one.path === other.path && one.language === other.language;
}

/** True when the two requests would show the model the same thing. */
export function samePlace(one: Seen, other: Seen): boolean {
  return sameFile(one, other) && one.prefix === other.prefix && one.suffix === other.suffix;
}

/** True when they ask for the same of it, too. */
export function sameSeen(one: Seen, other: Seen): boolean {
  return samePlace(one, other) && one.reach === other.reach;
}
