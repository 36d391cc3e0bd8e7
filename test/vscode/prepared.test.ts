import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

const total = `export function total(prices: number[]): number {
  let sum = 0;
  for (const price of
}
`;

const lines = Array.from({ length: 60 }, (_, i) => `export const price${i} = ${i} * 2;\n`).join('');

const files: Readonly<Record<string, string>> = {
  'warm.ts': total,
  'prepared.ts': total,
  'plain.ts': total,
  'other.ts': total,
  'partly.ts': total,
  'rest.ts': `${lines}${total}`,
  'hurry.ts': `${total}${lines}`,
};

const on = { 'palimpsest.enable': true, 'palimpsest.prepareNext': true };

describe('what follows a suggestion, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start(files);
    editor = session.editor;
    await session.set({ ...on, 'palimpsest.prepareNext': false });
    await session.startEngine('warm.ts', 3, 22);
    await session.set(on);
    await editor.seeStatus(/ready/);
  });

  afterEach(async function () {
    await session.set(on);
    await session.witness(this.currentTest);
  });

  after(async () => session?.stop());

  /** What the extension noted so far. */
  const noted = async (pattern: RegExp): Promise<readonly string[]> =>
    (await session.log()).split('\n').filter((line) => pattern.test(line));

  /** Opens a file, types a blank behind `of` and gives the ghost text that comes. */
  async function typeBlank(name: string): Promise<string> {
    await editor.open(name, 3, 22);
    await editor.type(' ');
    return editor.seeGhost((text) => text.includes('\n'), 110_000);
  }

  /** Waits until so many questions were answered ahead of need. */
  async function seePrepared(count: number): Promise<void> {
    await until(`${count} answers ahead`, async () =>
      (await noted(/\[trace\] ahead: \d/)).length >= count ? true : undefined,
    );
  }

  const accepted = (ghost: string): string => total.replace(' of', ` of ${ghost}`);

  it('is there when the suggestion is accepted, and is what it would be without', async () => {
    const ghost = await typeBlank('prepared.ts');
    await seePrepared(2);
    await editor.press('Tab');
    await editor.seeDocument('prepared.ts', accepted(ghost));
    await editor.press('Enter');
    const next = await editor.seeGhost();
    await session.picture('prepared');
    await editor.seeDetails(/1 of 1 next ones prepared/);
    const lines = await noted(/\[trace\] (accepted|prepared: |engine: )/);
    assert.match(lines.slice(lines.findIndex((line) => line.endsWith('accepted'))).join('\n'), /prepared: 1 shown/);

    await session.set({ ...on, 'palimpsest.prepareNext': false });
    await editor.seeStatus(/ready/);
    assert.equal(await typeBlank('plain.ts'), ghost);
    await editor.press('Tab');
    await editor.seeDocument('plain.ts', accepted(ghost));
    await editor.press('Enter');
    assert.equal(await editor.seeGhost(), next);
    await editor.seeDetails(/1 of 2 next ones prepared/);
  });

  it('begins with what is around the cursor where that rests, before anything is typed', async () => {
    const readings = () => noted(/\[trace\] read ahead: \d+ tokens/);
    await editor.open('rest.ts', 63, 22);
    await until('the text around the cursor to be read', async () => (await readings()).length > 0 || undefined);
    await editor.type(' ');
    await editor.seeGhost();
    await editor.command('Palimpsest: Explain This Suggestion');
    const explained = /prompt +(\d+) tokens, (\d+) of them in memory/;
    const [, tokens, inMemory] = await until(
      'what was read',
      async () => explained.exec(await editor.shownText()) ?? undefined,
    );
    assert.ok(Number(tokens) > 200 && Number(tokens) - Number(inMemory) < 8, `${inMemory} of ${tokens}`);

    await session.set({ ...on, 'palimpsest.prepareNext': false });
    const count = (await readings()).length;
    await editor.open('hurry.ts', 3, 22);
    await editor.page.waitForTimeout(1000);
    await editor.type(' ');
    await editor.seeGhost();
    assert.equal((await readings()).length, count);
  });

  it('does not stand in the way of what is typed instead', async () => {
    await typeBlank('other.ts');
    await editor.type('items');
    const ghost = await editor.seeGhost();
    assert.notEqual(ghost, '');
    await editor.press('Escape');
    await editor.seeDocument('other.ts', accepted('items'));
  });

  it('is prepared once for a suggestion that is accepted word by word', async () => {
    const before = (await noted(/\[trace\] ahead: \d/)).length;
    const ghost = await typeBlank('partly.ts');
    await seePrepared(before + 1);
    await editor.press('Control+ArrowRight');
    const rest = await editor.seeGhost((text) => text !== ghost && ghost.endsWith(text));
    await editor.press('Tab');
    await editor.seeDocument('partly.ts', accepted(ghost));
    assert.notEqual(rest, '');
    const answers = (await noted(/\[trace\] (engine|memory|prepared): [1-9]\d* shown/)).slice(-2);
    assert.match(answers[1] ?? '', /memory: /);
  });
});
