// Cursor → inline completion items. Says nothing where nothing is wanted, and remembers why; answers from memory or from the engine
// (answers.ts): the first draft while the user types, all of them where they are asked for. The editor's own delay is the only one.
import * as vscode from 'vscode';
import type { Draft, Multiline } from '../protocol/messages.ts';
import { Answers } from './answers.ts';
import { type Activity, AskEngine, msSince } from './askEngine.ts';
import { autoImport } from './autoImport.ts';
import type { Battery } from './battery.ts';
import { editorOf } from './editorOf.ts';
import { excludingGlob, type FilePlace, type Reason, singleCursor } from './eligibility.ts';
import type { EngineClient } from './engineClient.ts';
import { cursorAfter, isKeystroke } from './headStart.ts';
import { type Choice, choicesOf } from './item.ts';
import { lookedAtAgain } from './keptText.ts';
import { PerDocument } from './perDocument.ts';
import { placeOf, type Question, questionAt, tabSize } from './question.ts';
import { RestingCursor } from './restingCursor.ts';
import type { Seen } from './resultCache.ts';
import { completionSettings, excludeSetting, fileRules, leastSureness } from './settings.ts';
import type { Silence } from './silence.ts';
import { sureness } from './sureness.ts';
import { type Counts, type Source, Tally } from './tally.ts';
import { partTaken, type Usage } from './usage.ts';

/** Command run by the editor after it inserted one of our items. Not contributed: nobody calls it by hand. */
const acceptedCommand = 'palimpsest.accepted';

/** A suggestion is on screen for so long before what follows it is prepared: a fast typist's next key comes sooner. */
const quietMs = 150;

/** A cursor is where its user wants it after so long. */
const restMs = 300;
/** Whoever was asked nothing for so long is looking at code, and not at work on it. */
const workMs = 300_000;

/** An editor that knows of us asks within so long of the first key, on a busy machine too. */
const firstQuestionMs = 500;

/** An item of ours that was put into a document. */
interface AcceptedItem {
  readonly seen: Seen;
  readonly text: string;
  readonly lead: string;
  readonly start: vscode.Position;
}

/** A place that the editor has asked about. */
interface AskedPlace {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly at: vscode.Position;
  readonly ms: number;
}

/** What the editor was given last, as far as it can be taken in part. */
interface OnScreen {
  readonly document: vscode.TextDocument;
  readonly at: vscode.Position;
  readonly texts: readonly string[];
}

/** The drafts at a cursor, for those who choose among them. */
export interface Choosing {
  readonly question: Question;
  /** What is there now. */
  readonly choices: readonly Choice[];
  /** Why there are none. */
  readonly silence: Silence;
  /** Whether so many were asked for and have come. */
  has(count: number): boolean;
  /** Resolves when there is a draft, and when there are `count` or no more; what there is then is in `choices`. */
  first(token: vscode.CancellationToken): Promise<void>;
  all(count: number, token: vscode.CancellationToken): Promise<void>;
}

export class GhostText implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #client: EngineClient;
  readonly #engine: AskEngine;
  readonly #activity: Activity;
  readonly #usage: Usage;
  readonly #battery: Pick<Battery, 'low'>;
  readonly #answers = new Answers(after(quietMs), (draft) => this.#isSure(draft));
  readonly #resting = new RestingCursor<vscode.TextEditor>(after(restMs), (editor) => this.#readAt(editor));
  readonly #tally = new Tally();
  readonly #silences = new WeakMap<vscode.TextDocument, Silence>();
  readonly #reasons = new PerDocument<vscode.TextDocument, Reason | undefined>((document) =>
    this.#rulesFor(document)(filePlace(document)),
  );
  readonly #rules = new Map<string, ReturnType<typeof fileRules>>();
  readonly #registrations: vscode.Disposable;
  #onScreen: OnScreen | undefined;
  /** Where and when the editor has asked last. */
  #asked: AskedPlace | undefined;
  /** How far the next question of the editor's reaches. */
  #reach: Multiline | undefined;
  #questions = 0;
  /** How often all answers were forgotten. */
  #forgot = 0;
  #leastSureness = leastSureness();

  constructor(client: EngineClient, activity: Activity, usage: Usage, battery: Pick<Battery, 'low'>) {
    this.#client = client;
    this.#engine = new AskEngine(client, activity);
    this.#activity = activity;
    this.#usage = usage;
    this.#battery = battery;
    this.#registrations = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, this),
      vscode.workspace.onDidChangeTextDocument((change) => this.#typed(change)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#resting.moved(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#resting.moved(editor)),
      vscode.commands.registerCommand(acceptedCommand, (item: AcceptedItem) => this.#accepted(item)),
    );
  }

  get counts(): Counts {
    return this.#tally.counts;
  }

  /** Why this document gets no completions, whatever is typed in it; `undefined` when it does. */
  whyNot(document: vscode.TextDocument): Reason | undefined {
    return this.#reasons.of(document);
  }

  /** Percent that are left of a battery that suggestions are paused for. */
  get lowBattery(): number | undefined {
    return this.#battery.low;
  }

  /** The entry of the setting that keeps completions out of this document. */
  excludedBy(document: vscode.TextDocument): string | undefined {
    return excludingGlob({ exclude: excludeSetting(document) }, filePlace(document));
  }

  /** What became of the last question about this document. */
  lastSilence(document: vscode.TextDocument): Silence {
    return this.#silences.get(document) ?? { kind: 'unasked' };
  }

  /** Reads the rules about files afresh with the next question, and asks again what was asked under other settings. */
  settingsChanged(): void {
    this.#rules.clear();
    this.#reasons.forget();
    this.#leastSureness = leastSureness();
    this.forget();
  }

  /** Forgets every answer: another model would give others. */
  forget(): void {
    this.#forgot += 1;
    this.#answers.forget();
  }

  /** Has the editor ask, and answers as far as `reach` says, by default as far as the settings do. */
  async trigger(reach?: Multiline): Promise<void> {
    // The editor does not repeat a question whose answer is on screen.
    if (reach !== undefined) await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    this.#reach = reach;
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger').then(undefined, () => {});
    this.#reach = undefined;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionList | undefined> {
    const askedMs = performance.now();
    this.#questions += 1;
    const number = this.#questions;
    const silent = (silence: Silence): undefined => {
      if (number === this.#questions) this.#silences.set(document, silence);
      if (silence.kind !== 'shown') this.#activity.noted(`silent: ${silence.kind} after ${msSince(askedMs)}`);
    };
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const reach = explicit ? this.#reach : undefined;
    this.#onScreen = undefined;
    this.#asked = { document, version: document.version, at: position, ms: askedMs };
    const reason = this.whyNot(document);
    if (reason !== undefined) return silent({ kind: reason });
    const settings = completionSettings(document);
    if (!settings.enable && !explicit) return silent({ kind: 'paused' });
    if (this.lowBattery !== undefined && !explicit) return silent({ kind: 'battery' });
    const editor = editorOf(document);
    if (editor !== undefined && !singleCursor(editor.selections)) return silent({ kind: 'selection' });

    const question = questionAt(document, position, { selected: context.selectedCompletionInfo, reach });
    const { seen } = question;
    const ask = this.#engine.about(document, question.place);
    const forgot = this.#forgot;
    const remembered = this.#answers.find(seen);
    const drafts = explicit
      ? await this.#answers.all(seen, settings.drafts, ask, token)
      : (remembered?.drafts ?? (await this.#answers.first(seen, settings.drafts, ask, token)));
    if (token.isCancellationRequested) return silent({ kind: 'superseded' });
    // what was given up under other settings is asked under these: the editor waits, and would not ask again
    if (drafts === undefined && forgot !== this.#forgot)
      return this.provideInlineCompletionItems(document, position, context, token);
    if (drafts === undefined) return silent(this.#engine.missAt(document));
    const offered = explicit ? drafts : drafts.filter((draft) => !this.#answers.wasUndone(seen, draft.text));
    const shown = explicit || remembered?.isInvoked ? offered : offered.filter((draft) => this.#isSure(draft));
    const choices = choicesOf(shown, { prefix: seen.prefix, suffix: seen.suffix, tabSize: tabSize(editor) });
    if (settings.enable && settings.prepareNext && this.lowBattery === undefined)
      this.#prepare(document, seen, choices[0], editor);
    const source: Source = remembered === undefined ? 'engine' : remembered.isPrepared ? 'prepared' : 'memory';
    this.#tally.answered(source, choices.length > 0);
    this.#activity.noted(`${source}: ${choices.length} shown after ${msSince(askedMs)}`);
    if (choices.length === 0) return silent(this.#whyNone(document, { drafts, offered, shown }));
    silent({ kind: 'shown' });
    this.#usage.shown(remembered?.origin ?? seen);
    if (question.lead === '') this.#onScreen = { document, at: position, texts: choices.map(({ text }) => text) };
    return listOf(choices, question);
  }

  /** The drafts at the cursor of an editor; or why there are none to choose from, whoever asks. */
  choosing(editor: vscode.TextEditor): Choosing | Silence {
    const { document, selections } = editor;
    const reason = this.whyNot(document);
    if (reason !== undefined) return { kind: reason };
    if (!singleCursor(selections)) return { kind: 'selection' };
    const question = questionAt(document, editor.selection.active);
    const { seen } = question;
    const ask = this.#engine.about(document, question.place);
    const around = { prefix: seen.prefix, suffix: seen.suffix, tabSize: tabSize(editor) };
    const { drafts: count } = completionSettings(document);
    const answers = this.#answers;
    const engine = this.#engine;
    answers.find(seen);
    return {
      question,
      get choices() {
        return choicesOf(answers.peek(seen)?.drafts ?? [], around);
      },
      get silence(): Silence {
        const drafts = answers.peek(seen)?.drafts;
        if (drafts === undefined) return engine.missAt(document);
        return drafts.length === 0 ? engine.emptyAt(document) : { kind: 'unfit' };
      },
      has: (wanted) => answers.has(seen, wanted),
      first: async (token) => {
        if (answers.peek(seen) === undefined) await answers.first(seen, count, ask, token);
      },
      all: async (wanted, token) => {
        await answers.all(seen, wanted, ask, token);
      },
    };
  }

  /** Whether ghost text was given for the cursor of this editor, and nothing was typed since. */
  isShownIn({ document, selection }: vscode.TextEditor): boolean {
    return this.#onScreen?.document === document && this.#onScreen.at.isEqual(selection.active);
  }

  /** A choice was put into the document by other means than the editor's. */
  noteChosen({ seen, lead, start }: Question, { text }: Choice): void {
    this.#usage.shown(seen);
    this.#accepted({ seen, text, lead, start });
  }

  dispose(): void {
    this.#answers.drop();
    this.#resting.stop();
    this.#registrations.dispose();
  }

  #isSure(draft: Draft): boolean {
    return sureness(draft) >= this.#leastSureness;
  }

  /** Why of some drafts nothing is shown: of those that were offered, those that are shown do not fit. */
  #whyNone(
    document: vscode.TextDocument,
    { drafts, offered, shown }: Readonly<Record<'drafts' | 'offered' | 'shown', readonly Draft[]>>,
  ): Silence {
    if (drafts.length === 0) return this.#engine.emptyAt(document);
    if (offered.length === 0) return { kind: 'undone' };
    if (shown.length > 0) return { kind: 'unfit' };
    return { kind: 'unsure', sureness: Math.max(...offered.map(sureness)), least: this.#leastSureness };
  }

  #rulesFor({ uri }: vscode.TextDocument): ReturnType<typeof fileRules> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const key = folder?.uri.toString() ?? '';
    const rules = this.#rules.get(key) ?? fileRules(folder?.uri);
    this.#rules.set(key, rules);
    return rules;
  }

  /** Whether completions come in this document without being asked for. */
  #comesByItself(document: vscode.TextDocument, { enable }: { readonly enable: boolean }): boolean {
    return enable && this.lowBattery === undefined && this.whyNot(document) === undefined;
  }

  /** Asks the engine what the editor is about to ask. */
  #typed({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const editor = vscode.window.activeTextEditor;
    // others change by themselves, as logs do
    if (editor?.document === document) {
      this.#answers.moved();
      this.#resting.stop();
    }
    const [change, ...more] = contentChanges;
    const screen = this.#onScreen;
    if (screen?.document === document) this.#onScreen = undefined;
    if (change === undefined || more.length > 0 || reason !== undefined) return;
    if (screen?.document === document && change.range.isEmpty && change.range.start.isEqual(screen.at)) {
      const characters = partTaken(screen.texts, change.text);
      if (characters > 0) this.#usage.tookPart(characters);
    }
    if (!isKeystroke(change.text)) return;
    if (editor?.document !== document || !singleCursor(editor.selections)) return;
    const settings = completionSettings(document);
    if (!this.#comesByItself(document, settings)) return;
    const { line, character } = cursorAfter(change.range.start.line, change.range.start.character, change.text);
    const { seen, place } = questionAt(document, new vscode.Position(line, character));
    this.#answers.expect(seen, settings.drafts, this.#engine.about(document, place));
    if (this.#questions === 0) setTimeout(() => void this.#askFirst(editor, document.version), firstQuestionMs);
  }

  /** A key that came while the editor did not know of us yet leads to no question of its own. */
  async #askFirst({ document, selections }: vscode.TextEditor, version: number): Promise<void> {
    if (this.#questions > 0 || vscode.window.activeTextEditor?.document !== document) return;
    if (document.version !== version || !singleCursor(selections)) return;
    if (vscode.workspace.getConfiguration('editor', document).get('inlineSuggest.enabled') === false) return;
    await this.trigger();
  }

  /** Has the engine read what a first key at the cursor would have it read, unless it was asked there already, or for nothing lately. */
  #readAt(editor: vscode.TextEditor): { cancel(): void } | undefined {
    const { document, selection, selections } = editor;
    const settings = completionSettings(document);
    if (!settings.prepareNext || !this.#comesByItself(document, settings)) return undefined;
    if (vscode.window.activeTextEditor !== editor || !singleCursor(selections)) return undefined;
    const { active } = selection;
    const asked = this.#asked;
    // an editor that has asked nothing may be told not to
    if (asked === undefined || performance.now() - asked.ms > workMs) return undefined;
    if (asked.document === document && asked.version === document.version && asked.at.isEqual(active)) return undefined;
    const { seen, place } = questionAt(document, active);
    return this.#engine.read(document, place, seen);
  }

  /** Has the engine work on what follows the text on screen once that is accepted. */
  #prepare(
    document: vscode.TextDocument,
    seen: Seen,
    shown: Choice | undefined,
    editor: vscode.TextEditor | undefined,
  ): void {
    if (shown === undefined) return;
    const { text, replaces } = shown;
    const indent = editor?.options.insertSpaces === false ? '\t' : ' '.repeat(tabSize(editor));
    // The document is another than the one asked about, so its version and its cursor say nothing.
    this.#answers.prepare({ seen, text, replaces, indent }, this.#engine.about(document, placeOf(document)));
  }

  /** The editor waits for this to return; imports come when they come. */
  #accepted({ seen, text, lead, start }: AcceptedItem): void {
    this.#tally.accepted();
    this.#usage.accepted(text.length);
    this.#activity.noted('accepted');
    this.#answers.noteAccepted(seen, text);
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === seen.path);
    if (document === undefined) return;
    lookedAtAgain(document, { start, text: lead + text }, (isKept) => this.#usage.looked(isKept));
    if (!completionSettings(document).autoImport) return;
    void autoImport(this.#client, document, placeOf(document), { start, text: lead + text });
  }
}

function filePlace(document: vscode.TextDocument): FilePlace {
  const paths = [document.uri.path, vscode.workspace.asRelativePath(document.uri, false)];
  return { scheme: document.uri.scheme, language: document.languageId, paths };
}

function listOf(choices: readonly Choice[], { seen, lead, start, end }: Question): vscode.InlineCompletionList {
  const items = choices.map(({ text, replaces }) => {
    const item = new vscode.InlineCompletionItem(lead + text, new vscode.Range(start, end.translate(0, replaces)));
    const accepted: AcceptedItem = { seen, text, lead, start };
    item.command = { command: acceptedCommand, title: '', arguments: [accepted] };
    return item;
  });
  return new vscode.InlineCompletionList(items);
}

/** Calls back `ms` later, unless the returned function is called first. */
function after(ms: number): (run: () => void) => () => void {
  return (run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
}
