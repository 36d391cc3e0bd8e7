import assert from 'node:assert/strict';
import { cut } from '../support/check.ts';
import { syntaxErrors } from '../support/syntaxErrors.ts';
import { unrulyPlaces } from '../support/unruly.ts';
import type { Editor } from './editor.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

const add = 'export function add(a: number, b: number) {\n  \n}\n';
const typedAdd = 'export function add(a: number, b: number) {\n  return';

/** As long as a quick typist needs ten seconds for. */
const quick = `export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
`;
const dull = '// nothing yet';

const on = { 'palimpsest.enable': true };
/** Only the typist changes the text. */
const onAndBare = {
  ...on,
  'editor.autoClosingBrackets': 'never',
  'editor.autoIndent': 'none',
  'editor.acceptSuggestionOnEnter': 'off',
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.quickSuggestions': { other: 'on' },
  'editor.suggestOnTriggerCharacters': true,
};

/** One file for each test, so that none depends on what another left behind. */
const files: Readonly<Record<string, string>> = {
  'warm.ts': add,
  'show.ts': add,
  'accept.ts': add,
  'along.ts': add,
  'back.ts': add,
  'dismiss.ts': add,
  'others.ts': add,
  'toggle.ts': add,
  'revive.ts': add,
  'model.ts': add,
  'checked.ts': add,
  'unsure.ts': add,
  'several.ts': `interface Item { price: number }\n\nexport function expensive(items: Item[], limit: number) {
  const found: Item[] = [];\n  for (const item of items) {\n    \n  }\n  return found;\n}\n`,
  'typist.ts': `${dull}\n`,
  'open.ts': unrulyPlaces.openBlock.source.replace('‸', ''),
  'doubled.ts': unrulyPlaces.doubledBrace.source.replace('‸', ''),
  'unchecked.yaml': 'colors:\n  - red\n  - \n',
  '.env': '\n',
};

describe('the extension in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;
  let extensionHosts: readonly number[];

  const engineId = (): number | undefined => session.engines()[0]?.id;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start(files);
    editor = session.editor;
    await session.set(on);
    await session.startEngine('warm.ts', 2, 3);
    extensionHosts = session.extensionHosts();
  });

  afterEach(async function () {
    await session.set(on);
    await session.witness(this.currentTest);
  });

  after(async () => session?.stop());

  /** Opens the file, types up to `return` and gives the ghost text that comes. */
  async function typeReturn(name: string): Promise<string> {
    await editor.open(name, 2, 3);
    await editor.type('return');
    return editor.seeGhost();
  }

  it('shows ghost text while the user types', async () => {
    await editor.open('show.ts', 2, 3);
    await editor.type('return');
    const ghost = await editor.seeGhost((text) => text !== '', 110_000);
    await session.picture('ghost-text');
    assert.notEqual(ghost.trim(), '');
    await editor.seeStatus(/ready/);
    await editor.seeDocument('show.ts', `${typedAdd}\n}\n`);
  });

  it('reads the files of the workspace that are like the document', async () => {
    const count = Object.keys(files).filter((name) => name.endsWith('.ts')).length;
    const learnt = /learnt (\d+) of (\d+) files of the workspace/;
    const said = await until('the workspace to be learnt', async () => learnt.exec(await session.log()) ?? undefined);
    assert.deepEqual(said.slice(1).map(Number), [count, count]);
  });

  it('shows several lines in a block', async () => {
    await editor.open('several.ts', 6, 5);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeGhost((text) => text.includes('\n'));
    await session.picture('several-lines');
  });

  it('loses and moves no character of a quick typist, with the suggestion list open', async () => {
    await session.set(onAndBare);
    await editor.open('typist.ts', 2, 1);
    for (const character of quick)
      if (character === '\n') await editor.page.keyboard.press('Enter', { delay: 83 });
      else await editor.page.keyboard.type(character, { delay: 83 });
    await editor.seeDocument('typist.ts', `${dull}\n${quick}`);
  });

  it('puts the text into the document on Tab', async () => {
    const ghost = await typeReturn('accept.ts');
    await editor.press('Tab');
    await editor.seeDocument('accept.ts', `${typedAdd}${ghost}\n}\n`);
    await session.picture('accepted');
  });

  it('has other drafts behind the first', async () => {
    const ghost = await typeReturn('others.ts');
    await editor.press('Alt+]');
    const other = await editor.seeGhost((text) => text !== '' && text !== ghost);
    await session.picture('another-draft');
    await editor.press('Alt+[');
    await editor.seeGhost((text) => text === ghost);
    await editor.press('Alt+]');
    await editor.seeGhost((text) => text === other);
    await editor.press('Tab');
    await editor.seeDocument('others.ts', `${typedAdd}${other}\n}\n`);
  });

  it('keeps showing the rest while the user types along', async () => {
    const ghost = await typeReturn('along.ts');
    for (const length of [1, 2, 3]) {
      await editor.type(ghost.slice(length - 1, length));
      assert.equal(await editor.seeGhost((text) => text === ghost.slice(length)), ghost.slice(length));
    }
    await editor.press('Tab');
    await editor.seeDocument('along.ts', `${typedAdd}${ghost}\n}\n`);
  });

  it('shows the same again after deleting back', async () => {
    const ghost = await typeReturn('back.ts');
    await editor.type('z');
    await editor.seeGhost((text) => text !== ghost);
    await editor.press('Backspace');
    await editor.seeGhost((text) => text === ghost);
  });

  it('goes away on Escape and comes back when asked for', async () => {
    const ghost = await typeReturn('dismiss.ts');
    await editor.press('Escape');
    await editor.seeNoGhost();
    await editor.seeDocument('dismiss.ts', `${typedAdd}\n}\n`);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeGhost((text) => text === ghost);
  });

  for (const [name, { language, source }] of [
    ['open.ts', unrulyPlaces.openBlock],
    ['doubled.ts', unrulyPlaces.doubledBrace],
  ] as const)
    it(`leaves no bracket open and closes none twice: ${name}`, async () => {
      const { prefix, suffix } = cut(source);
      await editor.open(name, prefix.split('\n').length, prefix.length - prefix.lastIndexOf('\n'));
      await editor.command('Palimpsest: Complete Here');
      const ghost = await editor.seeGhost();
      assert.equal(await syntaxErrors(language, prefix + ghost + suffix), 0, ghost);
      await session.picture(`grammar-${name}`);
      await editor.press('Tab');
      await editor.seeDocument(name, prefix + ghost + suffix);
    });

  it('says whether the grammar checks what it shows', async () => {
    await typeReturn('checked.ts');
    await editor.seeDetails(/checked by grammar/);
    await editor.open('unchecked.yaml', 3, 5);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeDetails(/no grammar for this language, completions are not checked/);
    await session.picture('no-grammar');
  });

  it('completes only when asked while it is switched off', async () => {
    await editor.open('toggle.ts', 2, 3);
    await editor.command('Palimpsest: Pause or Resume');
    await editor.seeStatus(/paused/);
    const shown = await editor.shownCount();
    await editor.open('toggle.ts', 2, 3);
    await editor.type('return');
    await editor.seeDocument('toggle.ts', `${typedAdd}\n}\n`);
    assert.equal(await editor.shownCount(), shown);
    await editor.open('toggle.ts', 2, 9);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeGhost();
    await editor.command('Palimpsest: Pause or Resume');
    await editor.seeStatus(/ready/);
  });

  it('keeps to itself what the model is unsure of, unless it is asked for', async () => {
    await session.set({ ...on, 'palimpsest.leastSureness': 1 });
    await editor.open('unsure.ts', 2, 3);
    await editor.type('return');
    await until('the silence', async () => /silent: unsure/.test(await session.log()) || undefined);
    assert.equal(await editor.ghost(), '');
    await editor.command('Palimpsest: Why No Suggestion?');
    await editor.seeNotification(/unsure: .* % probable/);
    await editor.command('Notifications: Clear All Notifications');
    await editor.command('Palimpsest: Complete Here');
    const ghost = await editor.seeGhost();
    await editor.type(ghost.slice(0, 2));
    await editor.seeGhost((text) => text === ghost.slice(2));
  });

  it('says nothing in an excluded file, even when asked', async () => {
    const shown = await editor.shownCount();
    await editor.open('.env');
    await editor.seeStatus(/palimpsest\.exclude/);
    await editor.type('const total = items.');
    await editor.command('Palimpsest: Complete Here');
    await editor.seeDocument('.env', 'const total = items.\n');
    assert.equal(await editor.ghost(), '');
    assert.equal(await editor.shownCount(), shown);
  });

  it('comes back after its engine was killed', async () => {
    const first = await until('the engine', engineId);
    process.kill(first, 'SIGKILL');
    const second = await until('another engine', () => {
      const id = engineId();
      return id === first ? undefined : id;
    });
    assert.notEqual(second, first);
    await typeReturn('revive.ts');
    await editor.seeStatus(/ready/);
    assert.deepEqual(session.extensionHosts(), extensionHosts);
  });

  it('says once what is wrong with a model that cannot be loaded, and recovers', async () => {
    await session.set({ ...on, 'palimpsest.model': '/nowhere/missing.gguf' });
    await until('the old engine to end', () => (engineId() === undefined ? true : undefined));
    await editor.open('model.ts', 2, 3);
    await editor.type('ret');
    await editor.seeStatus(/failed/);
    await editor.type('urn');
    await editor.seeDocument('model.ts', `${typedAdd}\n}\n`);
    const said = (await editor.notifications()).filter((text) => text.includes('Palimpsest cannot complete code'));
    assert.equal(said.length, 1);
    await session.picture('failed-engine');
    await session.set(on);
    await editor.seeStatus(/ready/);
    await editor.open('model.ts', 2, 9);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeGhost();
  });

  it('offers its commands from the status bar', async () => {
    await editor.page.click('.statusbar-item[id="palimpsest.palimpsest.palimpsest.status"] a');
    await editor.seeRows((rows) => rows.length >= 6);
    await session.picture('menu');
    const titles = ['Pause or Resume', 'Complete Here', 'Choose Draft…', 'Restart Engine', 'Show Log'];
    for (const title of [...titles, 'Show Last Completion Trace']) await editor.row(title);
    await editor.press('Escape');
  });

  it('shows a newcomer around, with a sample to try', async () => {
    const size = editor.page.viewportSize();
    // beside a step there is room for its picture
    await editor.page.setViewportSize({ width: 1500, height: 760 });
    await editor.command('Palimpsest: Get Started');
    const steps = editor.page.locator('.getting-started-step .step-title');
    await until('the steps', async () => ((await steps.count()) === 4 ? true : undefined));
    await until('the picture', () =>
      editor.page.evaluate<true | undefined>(
        `[...document.querySelectorAll('.getting-started-media img')].some((image) => image.naturalWidth > 0) || undefined`,
      ),
    );
    await session.picture('walkthrough');
    if (size !== null) await editor.page.setViewportSize(size);
    await editor.page.click('.getting-started-step .monaco-button');
    assert.equal(await editor.seeGhost(), 'sum += item.price;');
    await session.picture('sample');
    await editor.press('Tab');
    await until('the text', async () => (/sum \+= item\.price;/.test(await editor.shownText()) ? true : undefined));
  });

  it('leaves the extension host alone', () => {
    assert.equal(extensionHosts.length, 1);
    assert.deepEqual(session.extensionHosts(), extensionHosts);
  });
});
