// Cursor → inline completion items. Says nothing where nothing is wanted, answers from memory what it has answered before,
// and asks the engine for the rest; the editor's own delay is the only one. What is on screen sets off the next question (nextUp.ts).
import * as vscode from 'vscode';
import type { DocumentPlace, Draft, GrammarCoverage, MonitorCoverage, Outcome } from '../protocol/messages.ts';
import { autoImport } from './autoImport.ts';
import { windowAround } from './contextWindow.ts';
import { editorOf } from './editorOf.ts';
import { type Reason, singleCursor } from './eligibility.ts';
import type { EngineClient } from './engineClient.ts';
import { cursorAfter, HeadStart, isKeystroke, type Underway } from './headStart.ts';
import { type ShownText, shownTexts } from './item.ts';
import { NextUp } from './nextUp.ts';
import { ResultCache, type Seen } from './resultCache.ts';
import { completionSettings, fileRules } from './settings.ts';
import { type Counts, type Source, Tally } from './tally.ts';

/** Command run by the editor after it inserted one of our items. Not contributed: nobody calls it by hand. */
const acceptedCommand = 'palimpsest.accepted';

/** A suggestion is on screen for so long before what follows it is prepared: a fast typist's next key comes sooner. */
const quietMs = 150;

/** What the status says of an answer. */
export interface Answer {
  /** From the editor's question to the answer. */
  readonly latencyMs: number;
  readonly grammar: GrammarCoverage;
  readonly monitor: MonitorCoverage;
}

/** What the provider tells the status about itself. */
export interface Activity {
  /** A request is being computed, or none is any more. */
  working(busy: boolean): void;
  /** The engine answered a question about this document. */
  answered(document: vscode.TextDocument, answer: Answer): void;
  failed(reason: string): void;
  /** Something for those who read the log closely; holds nothing of any document. */
  noted(text: string): void;
}

/** What the engine is asked. */
interface EngineQuestion {
  readonly seen: Seen;
  readonly place: DocumentPlace;
  /** Whether it is asked before the editor has this text. */
  readonly isAhead?: boolean;
}

/** A question of the editor's, and where in the document its items go. */
interface Question extends EngineQuestion {
  /** Text of the item selected in the suggestion list: items must begin with it. */
  readonly lead: string;
  readonly start: vscode.Position;
  readonly end: vscode.Position;
}

/** An item of ours that the editor put into a document. */
interface AcceptedItem {
  readonly seen: Seen;
  readonly text: string;
  readonly lead: string;
  readonly start: vscode.Position;
}

export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #engine: EngineClient;
  readonly #activity: Activity;
  readonly #cache = new ResultCache();
  readonly #headStart = new HeadStart<readonly Draft[] | undefined>();
  readonly #nextUp = new NextUp((seen) => this.#cache.find(seen)?.drafts, whenQuiet);
  readonly #tally = new Tally();
  readonly #registrations: vscode.Disposable;
  #rules = new Map<string, ReturnType<typeof fileRules>>();
  #inFlight = 0;

  constructor(engine: EngineClient, activity: Activity) {
    this.#engine = engine;
    this.#activity = activity;
    this.#registrations = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this),
      vscode.workspace.onDidChangeTextDocument((change) => this.#typed(change)),
      vscode.commands.registerCommand(acceptedCommand, (item: AcceptedItem) => this.#accepted(item)),
    );
  }

  get counts(): Counts {
    return this.#tally.counts;
  }

  /** Why this document gets no completions, whatever is typed in it; `undefined` when it does. */
  whyNot(document: vscode.TextDocument): Reason | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const key = folder?.uri.toString() ?? '';
    let rules = this.#rules.get(key);
    if (rules === undefined) {
      rules = fileRules(folder?.uri);
      this.#rules.set(key, rules);
    }
    const paths = [document.uri.path, vscode.workspace.asRelativePath(document.uri, false)];
    return rules({ scheme: document.uri.scheme, language: document.languageId, paths });
  }

  /** Reads the rules about files afresh with the next question, and asks again what was asked under other settings. */
  settingsChanged(): void {
    this.#rules.clear();
    this.forget();
  }

  /** Forgets every answer: another model would give others. */
  forget(): void {
    this.#nextUp.drop();
    this.#cache.clear();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionList | undefined> {
    const askedMs = performance.now();
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (this.whyNot(document) !== undefined) return undefined;
    const settings = completionSettings(document);
    if (!settings.enable && !explicit) return undefined;
    const editor = editorOf(document);
    if (editor !== undefined && !singleCursor(editor.selections)) return undefined;

    const question = ask(document, position, context.selectedCompletionInfo);
    const remembered = this.#cache.find(question.seen);
    const drafts = remembered?.drafts ?? (await this.#answer(document, question, token));
    if (drafts === undefined || token.isCancellationRequested) return undefined;
    const offered = explicit ? drafts : drafts.filter((draft) => !this.#cache.wasUndone(question.seen, draft.text));
    const { prefix, suffix } = question.seen;
    const texts = shownTexts(offered, { prefix, suffix, tabSize: tabSize(editor) });
    if (settings.enable && settings.prepareNext) this.#prepare(document, question.seen, texts[0], editor);
    const source: Source = remembered === undefined ? 'engine' : remembered.isPrepared ? 'prepared' : 'memory';
    this.#tally.answered(source, texts.length > 0);
    this.#activity.noted(`${source}: ${texts.length} shown after ${(performance.now() - askedMs).toFixed(2)} ms`);
    return listOf(texts, question);
  }

  dispose(): void {
    this.#headStart.drop();
    this.#nextUp.drop();
    this.#registrations.dispose();
  }

  /** Asks the engine what the editor is about to ask. */
  #typed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    this.#headStart.drop();
    const editor = vscode.window.activeTextEditor;
    const [change, ...more] = contentChanges;
    if (change === undefined || more.length > 0 || reason !== undefined || !isKeystroke(change.text)) return;
    if (editor?.document !== document || !singleCursor(editor.selections)) return;
    if (this.whyNot(document) !== undefined || !completionSettings(document).enable) return;
    const { line, character } = cursorAfter(change.range.start.line, change.range.start.character, change.text);
    const question = ask(document, new vscode.Position(line, character), undefined);
    const { seen } = question;
    if (this.#cache.find(seen) === undefined) this.#headStart.begin(seen, () => this.#begin(document, question));
  }

  /** The answer that is under way for this question, or a new one. */
  async #answer(
    document: vscode.TextDocument,
    question: Question,
    token: vscode.CancellationToken,
  ): Promise<readonly Draft[] | undefined> {
    const work = this.#headStart.take(question.seen) ?? this.#begin(document, question);
    const listening = token.onCancellationRequested(() => work.cancel());
    return work.answer.finally(() => listening.dispose());
  }

  #begin(document: vscode.TextDocument, question: EngineQuestion): Underway<readonly Draft[] | undefined> {
    const source = new vscode.CancellationTokenSource();
    const { token } = source;
    const compute = () => this.#compute(document, question, token);
    const prepared = question.isAhead === true ? undefined : this.#nextUp.take(question.seen);
    token.onCancellationRequested(() => prepared?.cancel());
    // what the engine had no time to prepare is asked for again, now that it is wanted
    const answer = prepared?.answer.then((drafts) => drafts ?? (token.isCancellationRequested ? undefined : compute()));
    return { answer: answer ?? compute(), cancel: () => source.cancel() };
  }

  /** Has the engine work on what follows the text on screen once that is accepted. */
  #prepare(
    document: vscode.TextDocument,
    seen: Seen,
    shown: ShownText | undefined,
    editor: vscode.TextEditor | undefined,
  ): void {
    if (shown === undefined) return;
    const indent = editor?.options.insertSpaces === false ? '\t' : ' '.repeat(tabSize(editor));
    // The document is another than the one asked about, so its version and its cursor say nothing.
    const ask = (next: Seen) => this.#begin(document, { seen: next, place: placeOf(document), isAhead: true });
    this.#nextUp.shown({ seen, ...shown, indent }, ask);
  }

  async #compute(
    document: vscode.TextDocument,
    { seen, place, isAhead = false }: EngineQuestion,
    token: vscode.CancellationToken,
  ): Promise<readonly Draft[] | undefined> {
    const settings = completionSettings(document);
    const { prefixTokens, suffixTokens, promptMs, maxTokens, multiline, monitor, monitorMs } = settings;
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const started = performance.now();
    // What nobody waits for is no work that the user has to know of.
    const waiting = isAhead ? 0 : 1;
    this.#waiting(waiting);
    let outcome: Outcome | undefined;
    try {
      outcome = await this.#engine.complete(
        {
          path: vscode.workspace.asRelativePath(document.uri, false),
          language: seen.language,
          prefix: seen.prefix,
          suffix: seen.suffix,
          prefixIsCut: seen.prefixIsCut === true,
          suffixIsCut: seen.suffixIsCut === true,
          ...(folder === undefined ? {} : { repository: folder.name }),
          multiline,
          maxTokens,
          prefixTokens,
          suffixTokens,
          promptMs,
          document: place,
          monitor,
          monitorMs,
          ahead: isAhead,
        },
        token,
      );
    } finally {
      this.#waiting(-waiting);
    }
    const latencyMs = performance.now() - started;
    if (isAhead) {
      const result = outcome?.outcome === 'done' ? `${outcome.drafts.length} prepared` : 'given up';
      this.#activity.noted(`ahead: ${result} after ${latencyMs.toFixed(2)} ms`);
    } else if (outcome?.outcome === 'failed') this.#activity.failed(outcome.reason);
    if (outcome?.outcome !== 'done') return undefined;
    const { drafts, grammar, monitor: names } = outcome;
    this.#cache.store(seen, drafts, isAhead);
    if (!isAhead) this.#activity.answered(document, { latencyMs, grammar, monitor: names });
    return drafts;
  }

  #waiting(more: number): void {
    this.#inFlight += more;
    this.#activity.working(this.#inFlight > 0);
  }

  /** The editor waits for this to return; imports come when they come. */
  #accepted({ seen, text, lead, start }: AcceptedItem): void {
    this.#tally.accepted();
    this.#activity.noted('accepted');
    this.#cache.noteAccepted(seen, text);
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === seen.path);
    if (document === undefined || !completionSettings(document).autoImport) return;
    void autoImport(this.#engine, document, placeOf(document), { start, text: lead + text });
  }
}

function listOf(
  texts: readonly ShownText[],
  { seen, lead, start, end }: Question,
): vscode.InlineCompletionList | undefined {
  if (texts.length === 0) return undefined;
  const items = texts.map(({ text, replaces }) => {
    const item = new vscode.InlineCompletionItem(lead + text, new vscode.Range(start, end.translate(0, replaces)));
    const accepted: AcceptedItem = { seen, text, lead, start };
    item.command = { command: acceptedCommand, title: '', arguments: [accepted] };
    return item;
  });
  return new vscode.InlineCompletionList(items);
}

/** Calls back in a moment, unless the returned function is called first. */
function whenQuiet(run: () => void): () => void {
  const timer = setTimeout(run, quietMs);
  return () => clearTimeout(timer);
}

/** With an item selected in the suggestion list, the question is what follows once that item is in the document. */
function ask(
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): Question {
  const lines = {
    lineCount: document.lineCount,
    lineLength: (line: number) => document.lineAt(line).text.length,
    slice: (startLine: number, startCharacter: number, endLine: number, endCharacter: number) =>
      document.getText(new vscode.Range(startLine, startCharacter, endLine, endCharacter)),
  };
  const { prefix, suffix, prefixIsCut, suffixIsCut } = windowAround(lines, position.line, position.character);
  const file = { path: document.uri.toString(), language: document.languageId, prefixIsCut, suffixIsCut };
  const range = selected?.range;
  if (selected === undefined || range === undefined || !range.isSingleLine || !range.contains(position)) {
    const { version } = document;
    const place = { ...placeOf(document), version, line: position.line, character: position.character };
    return { seen: { ...file, prefix, suffix }, lead: '', start: position, end: position, place };
  }
  const before = prefix.slice(0, prefix.length - (position.character - range.start.character));
  const after = suffix.slice(range.end.character - position.character);
  const seen = { ...file, prefix: before + selected.text, suffix: after };
  // The editor's document is another than the one asked about, so it has no cursor there.
  return { seen, lead: selected.text, start: range.start, end: range.end, place: placeOf(document) };
}

function placeOf(document: vscode.TextDocument): DocumentPlace {
  const { workspaceFolders = [], isTrusted } = vscode.workspace;
  return { uri: document.uri.toString(), folders: workspaceFolders.map(({ uri }) => uri.toString()), isTrusted };
}

function tabSize(editor: vscode.TextEditor | undefined): number {
  const size = editor?.options.tabSize;
  return typeof size === 'number' ? size : 4;
}
