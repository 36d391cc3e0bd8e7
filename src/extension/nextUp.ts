// What is on screen → the questions that come once it is accepted, put to the engine while nobody else needs it: about the text with
// the suggestion in it and, where there is nothing to say, about the line after Enter. What is accepted in part or typed along needs
// no question: the result cache has the rest.
import type { Draft } from '../protocol/messages.ts';
import type { Underway } from './headStart.ts';
import { type Seen, sameSeen } from './resultCache.ts';

/** A suggestion as the editor shows it. */
export interface OnScreen {
  readonly seen: Seen;
  /** Goes in at the cursor, in place of `replaces` UTF-16 units after it. */
  readonly text: string;
  readonly replaces: number;
  /** One level of the editor's indentation. */
  readonly indent: string;
}

/** `undefined` where there is no answer: the engine had something else to do. */
type Work = Underway<readonly Draft[] | undefined>;
type Ask = (seen: Seen) => Work;

/** What is prepared for one suggestion. */
interface Plan {
  /** What is asked when it is accepted. */
  readonly accepted: Seen;
  stopWaiting: () => void;
  /** The question that the engine has now. `isTaken`: the editor waits for the answer. */
  asked?: { readonly seen: Seen; readonly work: Work; isTaken: boolean };
}

export class NextUp {
  readonly #recall: (seen: Seen) => readonly Draft[] | undefined;
  readonly #whenQuiet: (run: () => void) => () => void;
  #plan: Plan | undefined;

  /**
   * @param recall the answer that is remembered for a question
   * @param whenQuiet calls back a moment later, unless the function that it returns is called first
   */
  constructor(recall: (seen: Seen) => readonly Draft[] | undefined, whenQuiet: (run: () => void) => () => void) {
    this.#recall = recall;
    this.#whenQuiet = whenQuiet;
  }

  /** The editor shows a suggestion. `ask` puts a question to the engine, and remembers the answer. */
  shown(screen: OnScreen, ask: Ask): void {
    const accepted = afterAccept(screen);
    // typed along, or asked again
    if (this.#plan !== undefined && sameSeen(this.#plan.accepted, accepted)) return;
    this.drop();
    const plan: Plan = { accepted, stopWaiting: () => {} };
    this.#plan = plan;
    plan.stopWaiting = this.#whenQuiet(() => void this.#prepare(plan, screen.indent, ask));
  }

  /** Hands over what is under way for exactly this question, which somebody waits for now; anything else is given up. */
  take(seen: Seen): Work | undefined {
    const asked = this.#plan?.asked;
    if (asked !== undefined && !asked.isTaken && sameSeen(asked.seen, seen)) {
      asked.isTaken = true;
      return asked.work;
    }
    this.drop();
    return undefined;
  }

  /** Gives up what nobody waits for. */
  drop(): void {
    const plan = this.#plan;
    this.#plan = undefined;
    plan?.stopWaiting();
    if (plan?.asked?.isTaken === false) plan.asked.work.cancel();
  }

  async #prepare(plan: Plan, indent: string, ask: Ask): Promise<void> {
    for (const seen of [plan.accepted, afterEnter(plan.accepted, indent)]) {
      if (seen === undefined) return;
      const drafts = this.#recall(seen) ?? (await this.#answer(plan, seen, ask));
      if (this.#plan !== plan || drafts === undefined || drafts.length > 0) return;
    }
  }

  async #answer(plan: Plan, seen: Seen, ask: Ask): Promise<readonly Draft[] | undefined> {
    const asked = { seen, work: ask(seen), isTaken: false };
    plan.asked = asked;
    const drafts = await asked.work.answer;
    if (plan.asked === asked) delete plan.asked;
    return drafts;
  }
}

/** What the editor asks about once a suggestion is in the document. */
export function afterAccept({ seen, text, replaces }: Omit<OnScreen, 'indent'>): Seen {
  return { ...seen, prefix: seen.prefix + text, suffix: seen.suffix.slice(replaces) };
}

/**
 * What it asks about once Enter is pressed at the end of a line: the editor keeps the indentation, and adds a level behind an
 * opener. `undefined` elsewhere.
 */
export function afterEnter(seen: Seen, indent: string): Seen | undefined {
  const line = seen.prefix.slice(seen.prefix.lastIndexOf('\n') + 1);
  if (line.trim() === '' || !/^(\n|$)/.test(seen.suffix)) return undefined;
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? '';
  return { ...seen, prefix: `${seen.prefix}\n${blanks}${/[{([:]\s*$/.test(line) ? indent : ''}` };
}
