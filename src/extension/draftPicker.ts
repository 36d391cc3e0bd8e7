// The drafts at the cursor → a list to choose from. The one in focus is drawn into the editor as it would be inserted; the document
// changes only once a row is accepted, and then as it does when ghost text is.
import * as vscode from 'vscode';
import { mostDrafts } from '../protocol/messages.ts';
import { previewOf } from './draftPreview.ts';
import { type DraftRow, joinedRows } from './draftRows.ts';
import type { Choosing } from './ghostText.ts';
import type { Choice, ShownText } from './item.ts';
import { tabSize } from './question.ts';
import type { Explanation, Remedy } from './silence.ts';
import { endOf } from './textWatch.ts';
import { translate } from './translate.ts';
import { runRemedy } from './whySilent.ts';

const coveredLines = 14;

/** A row with a draft, with something to do, or with something to read. */
interface Row extends vscode.QuickPickItem {
  readonly draft?: DraftRow;
  readonly remedy?: Remedy;
  readonly isMore?: boolean;
}

/** What the list needs from its surroundings. */
export interface PickerHost {
  /** Drafts of a suggestion, by the settings. */
  readonly count: number;
  /** Why there is nothing to choose from. */
  explain(): Explanation;
  /** A choice was inserted. */
  chosen(choice: Choice): void;
  /** The list was left without a choice. */
  left(): void;
}

/** Shows the list, at once, and fills it as drafts come. */
export function chooseDraft(editor: vscode.TextEditor, choosing: Choosing, host: PickerHost): void {
  new DraftPicker(editor, choosing, host).show();
}

/** The list where there is nothing to choose from: one row that says why. */
export function sayNothingToChoose(explanation: Explanation): void {
  const picker = newPicker();
  picker.items = [emptyRow(explanation)];
  picker.onDidAccept(() => {
    const { remedy } = picker.selectedItems[0] ?? {};
    picker.hide();
    runRemedy(remedy);
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
}

class DraftPicker {
  readonly #editor: vscode.TextEditor;
  readonly #choosing: Choosing;
  readonly #host: PickerHost;
  readonly #picker = newPicker();
  readonly #preview: Preview;
  readonly #source = new vscode.CancellationTokenSource();
  readonly #disposables: vscode.Disposable;
  readonly #more: Row = {
    label: vscode.l10n.t('More…'),
    description: vscode.l10n.t('up to {0} drafts', mostDrafts),
    isMore: true,
    alwaysShow: true,
  };
  #drafts: readonly DraftRow[] = [];
  #rows: readonly Row[] = [];
  #isLeft = true;
  #isAsking = false;

  constructor(editor: vscode.TextEditor, choosing: Choosing, host: PickerHost) {
    this.#editor = editor;
    this.#choosing = choosing;
    this.#host = host;
    this.#preview = new Preview(editor);
    const picker = this.#picker;
    this.#disposables = vscode.Disposable.from(
      picker,
      this.#preview,
      this.#source,
      picker.onDidChangeActive(([row]) => this.#look(row)),
      picker.onDidAccept(() => void this.#accept(picker.selectedItems[0])),
      picker.onDidHide(() => this.#close()),
      // The drafts are those of a place that is there no longer.
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === editor.document && contentChanges.length > 0) picker.hide();
      }),
    );
  }

  show(): void {
    this.#picker.show();
    uncover(this.#editor);
    void this.#ask(this.#host.count);
  }

  /** Has drafts computed until there are `count`, and shows them as they come. */
  async #ask(count: number): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { token } = this.#source;
    this.#picker.busy = !this.#choosing.has(count);
    this.#refresh();
    await this.#choosing.first(token);
    this.#refresh();
    await this.#choosing.all(count, token);
    this.#isAsking = false;
    if (token.isCancellationRequested) return;
    this.#picker.busy = false;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#source.token.isCancellationRequested) return;
    const { choices } = this.#choosing;
    const drafts = joinedRows(this.#drafts, choices, translate);
    const fresh = drafts.slice(this.#drafts.length).map((draft): Row => ({ ...shownRow(draft), draft }));
    this.#drafts = drafts;
    const rows: Row[] = [...this.#rows.filter(({ draft }) => draft !== undefined), ...fresh];
    if (rows.length === 0 && !this.#isAsking) rows.push(emptyRow(this.#host.explain()));
    else if (this.#offersMore()) rows.push(this.#more);
    if (rows.length === this.#rows.length && rows.every((row, index) => row === this.#rows[index])) return;
    const active = this.#picker.activeItems[0];
    this.#rows = rows;
    this.#picker.items = rows;
    // What came in the place of "More…" is what was asked for.
    const kept = active === undefined ? rows[0] : active.isMore === true ? (fresh[0] ?? rows.at(-1)) : active;
    if (kept !== undefined) this.#picker.activeItems = [kept];
    this.#look(kept);
  }

  /** While drafts come, it stays where it is, for it may have the focus. */
  #offersMore(): boolean {
    if (this.#isAsking) return this.#rows.includes(this.#more);
    return this.#drafts.length > 0 && !this.#choosing.has(mostDrafts);
  }

  #look(row: Row | undefined): void {
    const choice = row?.draft?.choice;
    if (choice === undefined) this.#preview.clear();
    else this.#preview.draw(choice, this.#choosing.question.end);
  }

  async #accept(row: Row | undefined): Promise<void> {
    if (row?.isMore === true) {
      await this.#ask(mostDrafts);
      return;
    }
    const choice = row?.draft?.choice;
    this.#isLeft = choice === undefined;
    this.#picker.hide();
    runRemedy(row?.remedy);
    if (choice !== undefined && (await insert(this.#editor, this.#choosing, choice))) this.#host.chosen(choice);
  }

  #close(): void {
    this.#source.cancel();
    this.#disposables.dispose();
    if (this.#isLeft) this.#host.left();
  }
}

/** The list covers the first lines of an editor. */
function uncover(editor: vscode.TextEditor): void {
  const { active } = editor.selection;
  const top = editor.visibleRanges[0]?.start.line ?? 0;
  if (active.line - top < coveredLines)
    editor.revealRange(new vscode.Range(active, active), vscode.TextEditorRevealType.InCenter);
}

/** Draws a draft into an editor, and takes it away again. */
class Preview implements vscode.Disposable {
  readonly #editor: vscode.TextEditor;
  readonly #text: vscode.TextEditorDecorationType;
  readonly #replaced: vscode.TextEditorDecorationType;

  constructor(editor: vscode.TextEditor) {
    this.#editor = editor;
    const { kind } = vscode.window.activeColorTheme;
    // Themes of high contrast have no colour for ghost text, but a border.
    const isHighContrast =
      kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
    const border = { border: '1px dashed', borderColor: new vscode.ThemeColor('editorGhostText.border') };
    this.#text = vscode.window.createTextEditorDecorationType({
      after: {
        color: new vscode.ThemeColor('editorGhostText.foreground'),
        fontStyle: 'italic',
        ...(isHighContrast ? border : {}),
      },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
    this.#replaced = vscode.window.createTextEditorDecorationType({ textDecoration: 'line-through', opacity: '0.6' });
  }

  draw(choice: ShownText, { line, character }: vscode.Position): void {
    const { document } = this.#editor;
    const { texts, replaced } = previewOf(choice, {
      line,
      character,
      lineAt: (at) => (at < document.lineCount ? document.lineAt(at).text : undefined),
      tabSize: tabSize(this.#editor),
    });
    const drawn = texts.map(
      ({ line, character, text }): vscode.DecorationOptions => ({
        range: new vscode.Range(line, character, line, character),
        renderOptions: { after: { contentText: text } },
      }),
    );
    this.#editor.setDecorations(this.#text, drawn);
    const { line: at, start, end } = replaced ?? { line: 0, start: 0, end: 0 };
    this.#editor.setDecorations(this.#replaced, start === end ? [] : [new vscode.Range(at, start, at, end)]);
  }

  clear(): void {
    this.#editor.setDecorations(this.#text, []);
    this.#editor.setDecorations(this.#replaced, []);
  }

  dispose(): void {
    this.#text.dispose();
    this.#replaced.dispose();
  }
}

function newPicker(): vscode.QuickPick<Row> {
  const picker = vscode.window.createQuickPick<Row>();
  picker.title = vscode.l10n.t('Palimpsest: Drafts');
  picker.placeholder = vscode.l10n.t('Enter inserts, Escape leaves the document as it is');
  picker.matchOnDescription = false;
  picker.matchOnDetail = false;
  picker.keepScrollPosition = true;
  // Not in the API's types yet: what is typed leaves the order as it is.
  return Object.assign(picker, { sortByLabel: false });
}

function shownRow({ label, description, detail }: DraftRow): vscode.QuickPickItem {
  return { label, description, detail };
}

function emptyRow({ message, remedy }: Explanation): Row {
  const shown = { label: vscode.l10n.t('Nothing to choose from here'), detail: message, alwaysShow: true };
  return remedy === undefined ? shown : { ...shown, description: remedy.title, remedy };
}

/** As the editor does it: an undo stop before, none behind, so that imports join it. False where the document is another by now. */
async function insert(editor: vscode.TextEditor, { question }: Choosing, { text, replaces }: Choice): Promise<boolean> {
  const { start, end } = question;
  const range = new vscode.Range(start, end.translate(0, replaces));
  const put = (builder: vscode.TextEditorEdit): void => builder.replace(range, text);
  const edited = editor.edit(put, { undoStopBefore: true, undoStopAfter: false });
  // Rejected where the editor was closed meanwhile.
  const isDone = await edited.then(undefined, () => false);
  if (!isDone) return false;
  const cursor = endOf(start, text);
  editor.selection = new vscode.Selection(cursor, cursor);
  editor.revealRange(editor.selection);
  return true;
}
