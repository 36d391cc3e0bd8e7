// The editor asks for completions 50 ms after a keystroke. The engine is asked at the keystroke itself, and the editor's question
// finds the answer under way. A guess that turns out wrong is cancelled.
import type { Seen } from './resultCache.ts';
import { sameSeen } from './resultCache.ts';

/** Work that can be given up. */
export interface Underway<Answer> {
  readonly answer: Promise<Answer>;
  cancel(): void;
}

/** At most one question asked ahead of the editor. */
export class HeadStart<Work extends Underway<unknown>> {
  #current: { readonly seen: Seen; readonly work: Work } | undefined;

  /** Begins to answer `seen`, in place of what was begun before. */
  begin(seen: Seen, work: () => Work): void {
    this.drop();
    this.#current = { seen, work: work() };
  }

  /** Hands over what was begun for exactly this question; anything else is given up. */
  take(seen: Seen): Work | undefined {
    const current = this.#current;
    if (current === undefined || !sameSeen(current.seen, seen)) {
      this.drop();
      return undefined;
    }
    this.#current = undefined;
    return current.work;
  }

  drop(): void {
    this.#current?.work.cancel();
    this.#current = undefined;
  }
}

/** A pair of brackets or quotes: one typed, the other added by the editor behind the cursor. */
const pair = /^(?:\(\)|\[\]|\{\}|(["'`])\1)$/;

/** What a user types in one stroke: a character, a pair, or Enter with the indentation the editor adds. */
export function isKeystroke(text: string): boolean {
  return pair.test(text) || /^(?:[^\r\n]|[\ud800-\udbff][\udc00-\udfff]|\r?\n[ \t]*)$/.test(text);
}

/** Where the cursor stands after the keystroke `text` at `line`, `character`. */
export function cursorAfter(line: number, character: number, text: string): { line: number; character: number } {
  if (pair.test(text)) return { line, character: character + 1 };
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  return lines.length === 1
    ? { line, character: character + last.length }
    : { line: line + lines.length - 1, character: last.length };
}
