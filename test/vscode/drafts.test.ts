import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

/** So far down that no list hides it. */
const above = '// above\n'.repeat(14);
const add = `${above}export function add(a: number, b: number) {\n  \n}\n`;
const typed = `${above}export function add(a: number, b: number) {\n  return`;
const line = 16;
const behind = '\n}\n';

/** The table of test/support/scriptedEngine.ts. */
const drafts = [' a + b;', ' b + a;', ' Math.max(\n    a,\n    b,\n  );'] as const;
const more = [' $(a) + b;', ' a - b;'] as const;

const on = { 'palimpsest.enable': true };

/** One file for each test, so that none depends on what another left behind. */
const files: Readonly<Record<string, string>> = {
  'cycle.ts': add,
  'word.ts': add,
  'along.ts': add,
  'command.ts': add,
  'key.ts': add,
  'escape.ts': add,
  'contrast.ts': add,
  'crlf.ts': add.replaceAll('\n', '\r\n'),
  'more.ts': add,
  'line.ts': add,
  'widget.ts': `const items: string[] = [];\nconst total = items\n`,
  'nothing.ts': 'export {};\n\n',
  'why.ts': add,
  'explain.ts': add,
  'counted.ts': add,
  'palette.ts': add,
};

const titles = [
  'Accept Line',
  'Accept Word',
  'Choose Draft…',
  'Choose Model…',
  'Complete Block',
  'Complete Here',
  'Complete Line Only',
  'Copy Diagnostics',
  'Explain This Suggestion',
  'Forget Token for Models',
  'Next Draft',
  'Pause or Resume',
  'Pause or Resume in This Language',
  'Previous Draft',
  'Reset Statistics',
  'Restart Engine',
  'Show Last Completion Trace',
  'Show Log',
  'Show Statistics',
  'Why No Suggestion?',
];

describe('a choice of drafts, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start(files, 'scripted');
    editor = session.editor;
    await session.set(on);
    await editor.seeStatus(/ready/);
  });

  afterEach(async function () {
    await session.set(on);
    await session.witness(this.currentTest);
  });

  after(async () => session?.stop());

  /** Opens the file, types up to `return` and waits for the first draft. */
  async function typeReturn(name: string): Promise<void> {
    await editor.open(name, line, 3);
    await editor.type('return');
    await editor.seeGhost((text) => text === drafts[0]);
  }

  /** Opens the list with the three drafts. */
  async function choose(name: string): Promise<void> {
    await typeReturn(name);
    await editor.list('Palimpsest: Choose Draft…');
    await editor.seeRows((rows) => rows.length === 4 && rows.includes('More…'));
  }

  const labels = ['a + b;', 'b + a;', 'Math.max(', 'More…'];

  it('goes through them by key, and is back at the first', async () => {
    await typeReturn('cycle.ts');
    for (const text of [drafts[1], drafts[2], drafts[0]]) {
      await editor.press('Alt+]');
      await editor.seeGhost((ghost) => ghost === text);
    }
    await editor.press('Alt+[');
    await editor.seeGhost((ghost) => ghost === drafts[2]);
    await session.picture('cycled');
    await editor.press('Tab');
    await editor.seeDocument('cycle.ts', `${typed}${drafts[2]}${behind}`);
  });

  it('goes through them by command', async () => {
    await typeReturn('command.ts');
    await editor.command('Palimpsest: Next Draft');
    await editor.seeGhost((ghost) => ghost === drafts[1]);
    // a word of its own is the blank
    await editor.command('Palimpsest: Accept Word');
    await editor.seeDocument('command.ts', `${typed} ${behind}`);
    await editor.command('Palimpsest: Accept Line');
    await editor.seeDocument('command.ts', `${typed}${drafts[0]}${behind}`);
  });

  it('is taken word by word, and holds those that still fit', async () => {
    await typeReturn('word.ts');
    await editor.press('Alt+]');
    await editor.seeGhost((ghost) => ghost === drafts[1]);
    await editor.press('Control+ArrowRight');
    await editor.seeGhost((ghost) => drafts.some((text) => text.slice(1) === ghost));
    await editor.seeDocument('word.ts', `${typed} ${behind}`);
    await editor.type('b');
    await editor.seeGhost((ghost) => ghost === drafts[1].slice(' b'.length));
    await editor.press('Tab');
    await editor.seeDocument('word.ts', `${typed}${drafts[1]}${behind}`);
  });

  it('has those that still fit when one is typed along', async () => {
    await typeReturn('along.ts');
    await editor.press('Alt+]');
    await editor.seeGhost((ghost) => ghost === drafts[1]);
    await editor.type(' ');
    await editor.seeGhost((ghost) => ghost.trim() !== '' && drafts.some((text) => text.slice(1) === ghost));
    const seen = new Set([await editor.ghost()]);
    for (const _ of [1, 2]) {
      const last = await editor.ghost();
      await editor.press('Alt+]');
      seen.add(await editor.seeGhost((ghost) => ghost !== '' && ghost !== last));
    }
    assert.deepEqual([...seen].sort(), drafts.map((text) => text.slice(1)).sort());
  });

  it('lists them, draws the one in focus, and inserts it on Enter', async () => {
    await typeReturn('key.ts');
    await editor.press('Shift+Alt+Enter');
    assert.deepEqual(await editor.seeRows((rows) => rows.length === 4), labels);
    await editor.seeDrawn(drafts[0]);
    assert.match(await editor.focusedRow(), /a \+ b;.*37 %.*follows the grammar.*names checked by the language server/);
    await editor.press('ArrowDown');
    await editor.seeDrawn(drafts[1]);
    await editor.press('ArrowDown');
    await editor.seeDrawn(' Math.max(\n   a,\n    b, ⏎ );');
    assert.match(await editor.focusedRow(), /Math\.max\(.*\+3 lines · 5 %/);
    await session.picture('draft-preview');
    await editor.press('Enter');
    await editor.seeDrawn('');
    await editor.seeDocument('key.ts', `${typed}${drafts[2]}${behind}`);
    assert.deepEqual(await editor.cursor(), { line: line + 3, column: 5 });
    await editor.seeDetails(/\d+ accepted/);
    await editor.press('Control+z');
    await editor.seeDocument('key.ts', `${typed}${behind}`);
  });

  it('leaves the document as it is on Escape', async () => {
    await choose('escape.ts');
    await editor.press('ArrowDown');
    await editor.seeDrawn(drafts[1]);
    const cursor = await editor.cursor();
    await editor.press('Escape');
    await editor.seeDrawn('');
    await editor.seeDocument('escape.ts', `${typed}${behind}`);
    assert.deepEqual(await editor.cursor(), cursor);
    await editor.seeGhost((ghost) => ghost === drafts[0]);
  });

  it('sets the preview apart in high contrast', async () => {
    await session.set({ ...on, 'workbench.colorTheme': 'Default High Contrast' });
    await editor.page.waitForSelector('.monaco-workbench.hc-black');
    await choose('contrast.ts');
    await editor.seeDrawn(drafts[0]);
    await session.picture('high-contrast');
    const borders = await editor.page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('.view-line [class*="ced-"]')].map((part) => getComputedStyle(part, '::after').borderStyle)`,
    );
    assert.ok(borders.includes('dashed'), `borders are ${borders.join(', ')}`);
    await editor.press('Escape');
    await editor.seeDrawn('');
  });

  it('keeps the line ends of the document', async () => {
    await choose('crlf.ts');
    await editor.press('ArrowDown');
    await editor.press('ArrowDown');
    await editor.press('Enter');
    await editor.seeDocument('crlf.ts', `${typed}${drafts[2]}${behind}`.replaceAll('\n', '\r\n'));
  });

  it('computes more of them, which join at the end', async () => {
    await choose('more.ts');
    await editor.press('ArrowUp');
    await editor.press('Enter');
    const rows = await editor.seeRows((found) => found.length === 5 && !found.includes('More…'));
    assert.deepEqual(rows, [...labels.slice(0, 3), ...more.map((text) => text.trim())]);
    await editor.seeDrawn(more[0]);
    await session.picture('more-drafts');
    await editor.type('a');
    // what is typed takes rows away, and moves none
    assert.deepEqual(await editor.seeRows((found) => found.length === 4), ['a + b;', 'b + a;', 'Math.max(', 'a - b;']);
    await editor.press('Escape');
    await editor.seeDocument('more.ts', `${typed}${behind}`);
  });

  it('completes no further than the line where that is asked for', async () => {
    await session.set({ 'palimpsest.enable': false });
    await editor.open('line.ts', line, 3);
    await editor.seeStatus(/paused/);
    await editor.type('return Math.');
    await editor.command('Palimpsest: Complete Line Only');
    await editor.seeGhost((ghost) => ghost === 'max(');
    await editor.press('Escape');
    await editor.command('Palimpsest: Complete Block');
    await editor.seeGhost((ghost) => ghost === 'max(\n    a,\n    b,\n  );');
  });

  it('does not fight with the suggestion list', async () => {
    await editor.open('widget.ts', 2, 20);
    await editor.type('.');
    await editor.seeGhost((ghost) => ghost.startsWith('reduce'));
    await editor.press('Control+Space');
    await editor.page.waitForSelector('.suggest-widget.visible .monaco-list-row.focused', { timeout: 60_000 });
    await editor.press('ArrowDown');
    await session.picture('suggestion-list');
    await editor.press('Escape');
    await editor.press('Escape');
    await editor.seeDocument('widget.ts', `${files['widget.ts']?.trimEnd()}.\n`);
    await editor.seeDrawn('');
  });

  it('says calmly that there is nothing to choose from', async () => {
    await editor.open('nothing.ts', 2, 1);
    await editor.press('Shift+Alt+Enter');
    await editor.seeRows((rows) => rows.length === 1 && rows[0] === 'Nothing to choose from here');
    assert.match(await editor.focusedRow(), /nothing worth showing/);
    await session.picture('no-drafts');
    await editor.press('Escape');
    await editor.seeDocument('nothing.ts', 'export {};\n\n');
  });

  /** Waits for a notification that matches, and takes it away. */
  async function seeNotification(pattern: RegExp): Promise<void> {
    await until(`a notification like ${pattern}`, async () =>
      (await editor.notifications()).some((text) => pattern.test(text)) ? true : undefined,
    );
    await editor.command('Notifications: Clear All Notifications');
  }

  it('says why there is no suggestion', async () => {
    await session.set({ 'palimpsest.enable': false });
    await editor.open('why.ts', line, 3);
    await editor.seeStatus(/paused/);
    await editor.type('r');
    await editor.command('Palimpsest: Why No Suggestion?');
    await seeNotification(/paused/);
    await session.set({ 'palimpsest.exclude': { 'why.*': true } });
    await editor.seeStatus(/palimpsest\.exclude/);
    await editor.command('Palimpsest: Why No Suggestion?');
    await seeNotification(/excluded by "why\.\*"/);
  });

  it('switches a language off and on', async () => {
    await editor.open('why.ts', line, 3);
    await editor.command('Palimpsest: Pause or Resume in This Language');
    await editor.seeStatus(/palimpsest\.languages/);
    await seeNotification(/off in typescript/);
    await editor.command('Palimpsest: Pause or Resume in This Language');
    await editor.seeStatus(/ready/);
    await seeNotification(/on in typescript/);
  });

  /** Waits for a read-only document whose text matches, and closes it. */
  async function seeText(name: string, pattern: RegExp): Promise<void> {
    await until(`${name} like ${pattern}`, async () => (pattern.test(await editor.shownText()) ? true : undefined));
    await session.picture(name);
    await editor.page.click(`.tab.active[data-resource-name="${name}.txt"] .tab-actions .action-label`);
    await editor.page.waitForSelector(`[data-resource-name="${name}.txt"]`, { state: 'detached' });
  }

  it('explains a suggestion', async () => {
    await typeReturn('explain.ts');
    await editor.press('Alt+]');
    await editor.seeGhost((ghost) => ghost === drafts[1]);
    await editor.command('Palimpsest: Explain This Suggestion');
    await seeText('Last suggestion', /model +scripted.*drafts +3.*follows the grammar/s);
  });

  it('counts on this machine what became of suggestions, and forgets it on demand', async () => {
    await typeReturn('counted.ts');
    await editor.press('Tab');
    await editor.seeDocument('counted.ts', `${typed}${drafts[0]}${behind}`);
    await editor.command('Palimpsest: Show Statistics');
    await seeText('Statistics', /shown +\d+.*accepted +\d+ \(\d+ %\).*stay on this machine/s);
    await editor.command('Palimpsest: Reset Statistics');
    await editor.page.click('.monaco-dialog-box .monaco-button:has-text("Reset")');
    await editor.command('Palimpsest: Show Statistics');
    await seeText('Statistics', /shown +0\n/);
  });

  it('has every command in the palette', async () => {
    await editor.open('palette.ts', line, 3);
    await editor.press('F1');
    const input = await editor.page.waitForSelector('.quick-input-widget:not([style*="display: none"]) input');
    await input.fill('>Palimpsest: ');
    const rows = await editor.seeRows((found) => found.filter((row) => row.startsWith('Palimpsest: ')).length >= 8);
    await session.picture('palette');
    const seen = new Set(rows);
    // Rows out of sight are not in the page.
    for (let at = 0; at < titles.length; at += 1) {
      await editor.press('ArrowDown');
      for (const row of await editor.rows()) seen.add(row);
    }
    await editor.press('Escape');
    assert.deepEqual(
      titles.filter((title) => !seen.has(`Palimpsest: ${title}`)),
      [],
    );
  });
});
