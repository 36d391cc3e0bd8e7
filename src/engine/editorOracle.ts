// Places → facts from the editor, which has the document open and asks whatever knows the language there. It answers about its
// own cursor alone: what a draft would have in the document is in no editor.
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { NameSite, Names, Oracle, Place } from '../language/oracle.ts';
import type { DocumentPlace, EditorNames, NamesQuestion } from '../protocol/messages.ts';

/** After so many questions in a row without an answer ever, nobody seems to know the language, for this long. */
const unanswered = 3;
const silenceMs = 20_000;

/** Languages whose objects take members that nobody declared. */
const openLanguages = new Set(['javascript', 'javascriptreact', 'ruby', 'php']);

interface Experience {
  readonly isAnswered: boolean;
  readonly failures: number;
  readonly failedMs: number;
}

const none: Experience = { isAnswered: false, failures: 0, failedMs: 0 };

/** Puts a question to the editor. It may reject: where it was taken back, or nobody answers such questions. */
export type AskEditor = (question: NamesQuestion, token: CancellationToken) => Promise<EditorNames | null>;

export class EditorOracle implements Oracle {
  readonly #editor: AskEditor;
  readonly #experiences = new Map<string, Experience>();

  constructor(editor: AskEditor) {
    this.#editor = editor;
  }

  knows(document: DocumentPlace, language: string): boolean {
    const { isAnswered, failures, failedMs } = this.#experiences.get(language) ?? none;
    const isSilent = !isAnswered && failures >= unanswered && performance.now() - failedMs < silenceMs;
    return cursorOf(document) !== undefined && !isSilent;
  }

  /** An editor that asks is there to be asked. */
  hasAnswered(): boolean {
    return true;
  }

  async names(place: Place, site: NameSite, signal: AbortSignal): Promise<Names | undefined> {
    const cursor = cursorOf(place.document);
    // Lists of anything else say too little to be worth the editor's time.
    if (site !== 'member' || cursor === undefined || place.typed < 0 || signal.aborted) return undefined;
    const { language } = place;
    const found = await this.#ask({ ...cursor, typed: place.typed }, signal);
    if (signal.aborted) return undefined;
    this.#experiences.set(language, after(this.#experiences.get(language) ?? none, found !== null));
    if (found === null || found.names.length === 0) return undefined;
    const names = found.names.map(({ text, kind, detail, importedFrom }) => ({ text, kind, detail, importedFrom }));
    return { names, isClosed: found.isComplete && !openLanguages.has(language) };
  }

  async call(): Promise<undefined> {
    return undefined;
  }

  async importOf(): Promise<undefined> {
    return undefined;
  }

  dispose(): void {}

  /** The editor's answer, or `null` once nobody waits for it. */
  async #ask(question: NamesQuestion, signal: AbortSignal): Promise<EditorNames | null> {
    const source = new CancellationTokenSource();
    let giveUp = (): void => {};
    const aborted = new Promise<null>((resolve) => {
      giveUp = () => {
        source.cancel();
        resolve(null);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
    try {
      return await Promise.race([this.#editor(question, source.token), aborted]);
    } catch {
      return null;
    } finally {
      signal.removeEventListener('abort', giveUp);
      source.dispose();
    }
  }
}

function cursorOf({ uri, version, line, character }: DocumentPlace): Omit<NamesQuestion, 'typed'> | undefined {
  if (version === undefined || line === undefined || character === undefined) return undefined;
  return { uri, version, line, character };
}

function after({ isAnswered, failures }: Experience, isAnswer: boolean): Experience {
  return isAnswer
    ? { isAnswered: true, failures: 0, failedMs: 0 }
    : { isAnswered, failures: failures + 1, failedMs: performance.now() };
}
