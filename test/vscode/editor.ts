// A page that shows VS Code → the words of the suite: open, type, ghost text, document, status. Reads what a user would see
// from the page, and the document from the disk, where the editor saves it by itself.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

/** The text field of the list or input box that is open. */
const openInput = '.quick-input-widget:not([style*="display: none"]) input';

export class Editor {
  readonly page: Page;
  readonly #folder: string;

  constructor(page: Page, folder: string) {
    this.page = page;
    this.#folder = folder;
  }

  /** Opens a file of the workspace with the cursor at a line and column, both counted from 1. */
  async open(name: string, line = 1, column = 1): Promise<void> {
    await this.#pick('Control+p', `${name}:${line}:${column}`, name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector('.editor-instance .monaco-editor.focused');
    await until('the cursor there', async () => {
      const cursor = await this.cursor();
      return cursor.line === line && cursor.column === column ? true : undefined;
    });
  }

  /** Types as a user does, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Line and column of the cursor, both from 1. */
  async cursor(): Promise<{ readonly line: number; readonly column: number }> {
    const label = await this.page.textContent('.statusbar-item[id="status.editor.selection"]');
    const [, line, column] = /^Ln (\d+), Col (\d+)/.exec(label ?? '') ?? [];
    return { line: Number(line), column: Number(column) };
  }

  /** Runs a command of the palette by its full title. */
  async command(title: string): Promise<void> {
    await this.#pick('F1', `>${title}`, title);
  }

  /** Runs a command that opens a list, by its full title. */
  async list(title: string): Promise<void> {
    await this.#fill('F1', `>${title}`, title);
    await this.page.keyboard.press('Enter');
  }

  /** The ghost text as drawn, or '' when there is none. */
  async ghost(): Promise<string> {
    const first = await this.#texts('.view-lines [class*="ghost-text-decoration"]');
    const more = await this.#texts('.suggest-preview-text > *');
    return [first.join(''), ...more].join('\n');
  }

  /** Waits for a ghost text that satisfies `accept`, by default any, and returns it. */
  async seeGhost(accept: (text: string) => boolean = (text) => text !== '', limitMs?: number): Promise<string> {
    let last: string | undefined;
    const seen = async (): Promise<string | undefined> => {
      // Lines are drawn one after another: what is seen twice is whole.
      const before = last;
      last = await this.ghost();
      return last === before && accept(last) ? last : undefined;
    };
    return until('ghost text', seen, limitMs).catch((error: unknown) => {
      throw new Error(`the ghost text is ${JSON.stringify(last)}`, { cause: error });
    });
  }

  async seeNoGhost(): Promise<void> {
    await this.seeGhost((text) => text === '');
  }

  /** Waits until the file holds `text`. */
  async seeDocument(name: string, text: string): Promise<void> {
    let last = '';
    const same = async (): Promise<true | undefined> => {
      last = await readFile(join(this.#folder, name), 'utf8');
      return last === text ? true : undefined;
    };
    await until(`${name} to be saved`, same).catch((error: unknown) => {
      throw new Error(`${name} holds ${JSON.stringify(last)} and not ${JSON.stringify(text)}`, { cause: error });
    });
  }

  /** Waits until our status bar item says something that matches. */
  async seeStatus(pattern: RegExp): Promise<string> {
    return until(`a status like ${pattern}`, async () => {
      const label = await this.page.getAttribute(
        '.statusbar-item[id="palimpsest.palimpsest.palimpsest.status"]',
        'aria-label',
      );
      return label !== null && pattern.test(label) ? label : undefined;
    });
  }

  /** Waits until what our status bar item says when it is pointed at matches; `seen` is called while it is there. */
  async seeDetails(pattern: RegExp, seen?: () => Promise<void>): Promise<void> {
    await this.page.hover('.statusbar-item[id="palimpsest.palimpsest.palimpsest.status"] a');
    await until(`details like ${pattern}`, async () =>
      (await this.#texts('.monaco-hover')).some((text) => pattern.test(text)) ? true : undefined,
    );
    await seen?.();
    await this.page.mouse.move(0, 0);
  }

  /** How many times items were shown so far, by the extension's own count. */
  async shownCount(): Promise<number> {
    await this.command('Palimpsest: Show Last Completion Trace');
    const count = await until('the trace', async () => {
      const text = (await this.#texts('.editor-instance .view-lines')).join('');
      return /this session: (\d+) shown/.exec(text)?.[1];
    });
    await this.page.click('.tab.active[data-resource-name="Last completion.txt"] .tab-actions .action-label');
    await this.page.waitForSelector('[data-resource-name="Last completion.txt"]', { state: 'detached' });
    return Number(count);
  }

  /** Labels of the rows of the list that is open, without what is said beside them. */
  async rows(): Promise<readonly string[]> {
    return this.#texts('.quick-input-list .monaco-list-row .quick-input-list-row:first-child .label-name');
  }

  /** What a screen reader is told of the row that begins with `label`. */
  async row(label: string): Promise<string> {
    const row = await this.#row(label);
    return until(`a row ${label}`, async () => (await row.getAttribute('aria-label', { timeout: 1000 })) ?? undefined);
  }

  /** Chooses a row of the list that is open. */
  async choose(label: string): Promise<void> {
    await (await this.#row(label)).click();
  }

  /** Presses the button of a row that says `title` when it is pointed at. */
  async pressInRow(label: string, title: string): Promise<void> {
    const row = await this.#row(label);
    await row.hover();
    await row.locator(`.action-label[aria-label="${title}"]`).click();
  }

  /** Types the label, for a list draws no more rows than it has room for. */
  async #row(label: string): Promise<Locator> {
    await this.fill(label);
    return this.page.locator(`.quick-input-list .monaco-list-row[aria-label*=${JSON.stringify(label)}]`).first();
  }

  /** Title of the list or input box that is open. */
  async inputTitle(): Promise<string> {
    return (await this.page.textContent('.quick-input-widget:not([style*="display: none"]) .quick-input-title')) ?? '';
  }

  /** Puts a text into the list or input box that is open. */
  async fill(text: string): Promise<void> {
    await this.page.fill(openInput, text);
  }

  /** What stands in it. */
  async inputText(): Promise<string> {
    return this.page.inputValue(openInput);
  }

  /** What a screen reader is told of the row in focus. */
  async focusedRow(): Promise<string> {
    return (await this.page.getAttribute('.quick-input-list .monaco-list-row.focused', 'aria-label')) ?? '';
  }

  /** Waits until the list has rows that satisfy `accept`. */
  async seeRows(accept: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    return until('rows of a list', async () => {
      const rows = await this.rows();
      return accept(rows) ? rows : undefined;
    });
  }

  /** Waits until what decorations draw behind text is `text`, with plain blanks, from top to bottom. */
  async seeDrawn(text: string): Promise<void> {
    let last = '';
    const same = async (): Promise<true | undefined> => {
      last = (await this.page.evaluate<string>(linesInPage(drawnBehindLine))).replaceAll('\u00a0', ' ');
      return last === text ? true : undefined;
    };
    await until('a preview', same).catch((error: unknown) => {
      throw new Error(`drawn is ${JSON.stringify(last)} and not ${JSON.stringify(text)}`, { cause: error });
    });
  }

  /** Text of the active editor as drawn, its lines in order. */
  async shownText(): Promise<string> {
    return (await this.page.evaluate<string>(linesInPage('line.textContent'))).replaceAll('\u00a0', ' ');
  }

  /** Titles of the notifications on screen. */
  async notifications(): Promise<readonly string[]> {
    return this.#texts('.notification-list-item-message');
  }

  /** Waits for a notification that says something that matches. */
  async seeNotification(pattern: RegExp, limitMs?: number): Promise<string> {
    let seen: readonly string[] = [];
    const ask = async (): Promise<string | undefined> => {
      seen = await this.notifications();
      return seen.find((text) => pattern.test(text));
    };
    return until(`a notification like ${pattern}`, ask, limitMs).catch((error: unknown) => {
      throw new Error(`the notifications are ${JSON.stringify(seen)}`, { cause: error });
    });
  }

  async seeNoNotification(pattern: RegExp): Promise<void> {
    await until(`no notification like ${pattern}`, async () =>
      (await this.notifications()).some((text) => pattern.test(text)) ? undefined : true,
    );
  }

  /** Presses a button of the notification that matches. */
  async pressInNotification(pattern: RegExp, title: string): Promise<void> {
    const toast = this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: pattern });
    await toast.locator('.monaco-button', { hasText: title }).first().click();
  }

  /** Presses a button of the dialog that keeps all else from being used. */
  async pressInDialog(title: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: title }).first().click();
  }

  /** Texts of all elements a selector finds, with plain blanks. */
  async #texts(selector: string): Promise<readonly string[]> {
    const texts = await this.page.locator(selector).allTextContents();
    return texts.map((text) => text.replaceAll('\u00a0', ' '));
  }

  async #pick(key: string, text: string, row: string): Promise<void> {
    await this.#fill(key, text, row);
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  }

  async #fill(key: string, text: string, row: string): Promise<void> {
    await this.page.keyboard.press(key);
    const input = await this.page.waitForSelector(openInput);
    await input.fill(text);
    await this.page.waitForSelector(`.quick-input-list .monaco-list-row.focused[aria-label*=${JSON.stringify(row)}]`);
  }
}

/** A program for the page: what `ofLine` says of every line of the active editor that has something to say, from top to bottom. */
function linesInPage(ofLine: string): string {
  return `[...document.querySelectorAll('.editor-instance .view-line')]
    .sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
    .map((line) => ${ofLine}).filter((text) => text !== '').join('\\n')`;
}

/** What decorations have put behind the text of a line. */
const drawnBehindLine = `[...line.querySelectorAll('[class*="ced-"]')]
  .map((part) => getComputedStyle(part, '::after').content)
  .map((content) => (content.startsWith('"') ? JSON.parse(content) : '')).join('')`;
