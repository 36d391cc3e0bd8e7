// Questions → drafts, from memory or from the engine: the first as soon as it is there, the others when they have come. Keeps what
// is under way: what was begun ahead of the editor, what is prepared, and the rest of the answer that the user looks at.
import type { Draft } from '../protocol/messages.ts';
import { HeadStart, type Underway } from './headStart.ts';
import { NextUp, type OnScreen } from './nextUp.ts';
import { type Remembered, ResultCache, type Seen, samePlace, sameSeen } from './resultCache.ts';

/** `undefined` where there is no answer: the engine cannot say, or somebody else came first. */
type Drafts = readonly Draft[] | undefined;

/** What the engine is asked for. */
export interface Wanted {
  readonly seen: Seen;
  /** Most drafts. */
  readonly count: number;
  /** Whether it is asked before the editor has this text. */
  readonly isAhead: boolean;
}

/** Puts a question to the engine. `onFirst` is told the first draft where several are wanted; `whole` never rejects. */
export type Ask = (
  wanted: Wanted,
  onFirst: (drafts: readonly Draft[]) => void,
) => { readonly whole: Promise<Drafts>; cancel(): void };

/** Work whose first draft is there before the others are. */
interface Inquiry extends Underway<Drafts> {
  readonly whole: Promise<Drafts>;
}

/** What takes a question back; the editor's token is one. */
interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

export class Answers {
  #cache: ResultCache;
  readonly #isSure: (draft: Draft) => boolean;
  readonly #headStart = new HeadStart<Inquiry>();
  readonly #nextUp: NextUp;
  /** The answer that is not whole yet. */
  #rest: { readonly seen: Seen; readonly inquiry: Inquiry } | undefined;

  /**
   * @param whenQuiet calls back a moment later, unless the function that it returns is called first
   * @param isSure whether a draft is shown to somebody who has not asked for it
   */
  constructor(whenQuiet: (run: () => void) => () => void, isSure: (draft: Draft) => boolean = () => true) {
    this.#isSure = isSure;
    this.#cache = new ResultCache(isSure);
    this.#nextUp = new NextUp((seen) => this.#cache.find(seen)?.drafts, whenQuiet);
  }

  /** What memory has for a question of the editor's. What else was under way has become idle. */
  find(seen: Seen): Remembered | undefined {
    const found = this.#cache.find(seen);
    if (found === undefined) return undefined;
    this.#headStart.take(seen);
    if (this.#rest !== undefined && !sameSeen(this.#rest.seen, found.origin)) this.#giveUpRest();
    return found;
  }

  /** What memory has, for those who only look. */
  peek(seen: Seen): Remembered | undefined {
    return this.#cache.find(seen);
  }

  /** Whether asking for so many would bring nothing more. */
  has(seen: Seen, count: number): boolean {
    const known = this.#cache.find(seen);
    return known !== undefined && hasAll(known, seen, count);
  }

  /** A keystroke has led here: begins to answer what the editor will ask in a moment. */
  expect(seen: Seen, count: number, ask: Ask): void {
    if (this.#cache.find(seen) === undefined)
      this.#headStart.begin(seen, () => this.#beginOrTake({ seen, count, isAhead: false }, ask));
  }

  /** The document is another: what nobody has asked for yet will not be asked for. */
  moved(): void {
    this.#headStart.drop();
  }

  /** The first draft, as soon as it is there; the others go on coming into memory. */
  async first(seen: Seen, count: number, ask: Ask, token: Cancellation): Promise<Drafts> {
    const inquiry = this.#headStart.take(seen) ?? this.#beginOrTake({ seen, count, isAhead: false }, ask);
    const listening = token.onCancellationRequested(() => inquiry.cancel());
    return inquiry.answer.finally(() => listening.dispose());
  }

  /**
   * So many drafts, or as many as there are, those that are known first. Waits for what is under way, and asks for what memory
   * lacks; with what is there, once the token is cancelled.
   */
  async all(seen: Seen, count: number, ask: Ask, token: Cancellation): Promise<Drafts> {
    return this.#all(seen, count, ask, token).finally(() => this.#cache.noteInvoked(seen));
  }

  async #all(seen: Seen, count: number, ask: Ask, token: Cancellation): Promise<Drafts> {
    if (this.has(seen, count)) return this.#cache.find(seen)?.drafts;
    const coming = this.#headStart.take(seen) ?? this.#restOf(seen);
    if (coming !== undefined) await unlessCancelled(coming.whole, token);
    const known = this.#cache.find(seen);
    if (token.isCancellationRequested || (known !== undefined && hasAll(known, seen, count))) return known?.drafts;
    // the place of an answer with another reach is asked about with the same
    const reach = seen.reach ?? known?.origin.reach;
    const wanted = { seen: reach === undefined ? seen : { ...seen, reach }, count, isAhead: false };
    const inquiry = this.#begin(wanted, ask, known);
    const listening = token.onCancellationRequested(() => inquiry.cancel());
    const drafts = await inquiry.whole.finally(() => listening.dispose());
    return drafts ?? known?.drafts;
  }

  /** A suggestion is on screen: what follows once it is accepted is prepared after a quiet moment. */
  prepare(screen: OnScreen, ask: Ask): void {
    this.#nextUp.shown(screen, (seen) => this.#begin({ seen, count: 1, isAhead: true }, ask));
  }

  noteAccepted(seen: Seen, text: string): void {
    this.#cache.noteAccepted(seen, text);
  }

  /** True for a text that was accepted at this very place and is gone again. */
  wasUndone(seen: Seen, text: string): boolean {
    return this.#cache.wasUndone(seen, text);
  }

  /** Forgets every answer, and gives up what is under way: another model would give others. */
  forget(): void {
    this.drop();
    // what still comes goes into the old one
    this.#cache = new ResultCache(this.#isSure);
  }

  drop(): void {
    this.#headStart.drop();
    this.#nextUp.drop();
    this.#giveUpRest();
  }

  /** Takes over what is being prepared for this question; what the engine had no time for is asked again, now that it is wanted. */
  #beginOrTake(wanted: Wanted, ask: Ask): Inquiry {
    const prepared = this.#nextUp.take(wanted.seen);
    if (prepared === undefined) return this.#begin(wanted, ask);
    let isCancelled = false;
    let own: Inquiry | undefined;
    const asked = prepared.answer.then((drafts) => {
      if (drafts === undefined && !isCancelled) own = this.#begin(wanted, ask);
      return own ?? { answer: drafts, whole: drafts };
    });
    return {
      answer: asked.then(({ answer }) => answer),
      whole: asked.then(({ whole }) => whole),
      cancel: () => {
        isCancelled = true;
        prepared.cancel();
        own?.cancel();
      },
    };
  }

  /** Asks the engine. What is `known` stays first. */
  #begin(wanted: Wanted, ask: Ask, known?: Remembered): Inquiry {
    const { seen, count, isAhead } = wanted;
    if (!isAhead) {
      this.#nextUp.drop();
      this.#giveUpRest();
    }
    const asked = known !== undefined && sameSeen(known.origin, seen) ? known.asked : 1;
    let told: Drafts;
    let tell: (drafts: Drafts) => void = () => {};
    const first = new Promise<Drafts>((resolve) => {
      tell = resolve;
    });
    const cache = this.#cache;
    const work = ask(wanted, (drafts) => {
      if (told !== undefined) return;
      told = merged(known?.drafts ?? [], drafts);
      cache.store(seen, told, { asked, isPrepared: isAhead });
      tell(told);
    });
    const whole = work.whole.then((drafts) => {
      if (this.#rest?.inquiry === inquiry) this.#rest = undefined;
      // superseded: what was said first stays
      if (drafts === undefined) return told;
      const all = merged(told ?? known?.drafts ?? [], drafts);
      cache.store(seen, all, { asked: Math.max(asked, count), isPrepared: isAhead });
      return all;
    });
    const inquiry: Inquiry = { answer: Promise.race([first, whole]), whole, cancel: () => work.cancel() };
    if (!isAhead) this.#rest = { seen, inquiry };
    return inquiry;
  }

  /** What is under way and holds what memory lacks here. */
  #restOf(seen: Seen): Inquiry | undefined {
    const rest = this.#rest;
    const origin = this.#cache.find(seen)?.origin;
    const isOfHere = rest !== undefined && [seen, origin].some((place) => place && sameSeen(place, rest.seen));
    return isOfHere ? rest.inquiry : undefined;
  }

  #giveUpRest(): void {
    this.#rest?.inquiry.cancel();
    this.#rest = undefined;
  }
}

/** Whether there is nothing more to be had by asking for so many: not where all but one were typed past. */
function hasAll(known: Remembered, seen: Seen, count: number): boolean {
  if (known.asked < count) return false;
  return count < 2 || known.drafts.length !== 1 || samePlace(known.origin, seen);
}

/** Those that are there, and behind them those that are new. */
function merged(there: readonly Draft[], fresh: readonly Draft[]): readonly Draft[] {
  const isThere = ({ text, replaces }: Draft): boolean =>
    there.some((other) => other.text === text && other.replaces === replaces);
  return [...there, ...fresh.filter((draft) => !isThere(draft))];
}

/** Resolves when the work is done, or nobody waits for it any longer. */
async function unlessCancelled(work: Promise<unknown>, token: Cancellation): Promise<void> {
  let listening: { dispose(): void } | undefined;
  const cancelled = new Promise<void>((resolve) => {
    listening = token.onCancellationRequested(() => resolve());
  });
  await Promise.race([work, cancelled]);
  listening?.dispose();
}
