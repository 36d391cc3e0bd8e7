// Texts that a server is to take for its documents' contents → the notifications that tell it so: opened once, then changed by
// one range at a time, and closed when they were not asked about for a while or too many are open: what is on disk counts again.
import { changeBetween } from './positions.ts';

/** A notification to send, in order. */
export interface Notice {
  readonly method: string;
  readonly params: object;
}

/** A document and what it is to contain. */
export interface Overlay {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
  /** What it contains for questions about other documents: the text without what was put in for a question. */
  readonly restingText: string;
}

interface OpenDocument {
  text: string;
  version: number;
  restingText: string;
  shownMs: number;
}

/** What one run of a server believes about documents. */
export class Overlays {
  readonly #limit: number;
  readonly #idleMs: number;
  /** Least recently shown first. */
  readonly #open = new Map<string, OpenDocument>();

  /** At most `limit` documents stay open, and none that was not shown for `idleMs`. */
  constructor(limit: number, idleMs: number) {
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  /** Gives a document its text, and all others theirs without anything put in. */
  show({ uri, languageId, text, restingText }: Overlay, nowMs: number): readonly Notice[] {
    const known = this.#open.get(uri);
    this.#open.delete(uri);
    const notices = [...this.#close(nowMs), ...[...this.#open].flatMap(([other, open]) => rest(other, open))];
    const document = known ?? { text, version: 1, restingText, shownMs: nowMs };
    this.#open.set(uri, document);
    document.restingText = restingText;
    document.shownMs = nowMs;
    if (known) return [...notices, ...change(uri, document, text)];
    return [
      ...notices,
      { method: 'textDocument/didOpen', params: { textDocument: { uri, languageId, version: 1, text } } },
    ];
  }

  #close(nowMs: number): readonly Notice[] {
    const surplus = this.#open.size - (this.#limit - 1);
    const closed = [...this.#open].filter(
      ([, { shownMs }], index) => index < surplus || nowMs - shownMs > this.#idleMs,
    );
    return closed.map(([uri]) => {
      this.#open.delete(uri);
      return { method: 'textDocument/didClose', params: { textDocument: { uri } } };
    });
  }
}

function rest(uri: string, document: OpenDocument): readonly Notice[] {
  return change(uri, document, document.restingText);
}

function change(uri: string, document: OpenDocument, text: string): readonly Notice[] {
  const changed = changeBetween(document.text, text);
  if (!changed) return [];
  document.text = text;
  document.version += 1;
  const textDocument = { uri, version: document.version };
  return [{ method: 'textDocument/didChange', params: { textDocument, contentChanges: [changed] } }];
}
