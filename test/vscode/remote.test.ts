// Files that are not on this machine's disk: what the engine knows of them is what the editor has told it.
import assert from 'node:assert/strict';
import { addMemoryFiles } from './addMemoryFiles.ts';
import type { Editor } from './editor.ts';
import { processes } from './processes.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

const files = {
  'add.ts': 'function add(a: number, b: number) {\n  return\n}\n',
  'other.ts': 'export const other = 1;\n',
};

describe('a workspace that is not on this disk, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start({ 'here.ts': '\n' }, 'real', (extension) => addMemoryFiles(extension, files));
    editor = await session.openWindow('memory:/project');
  });

  afterEach(async function () {
    await session.witness(this.currentTest);
  });

  after(async () => session?.stop());

  it('is completed in', async () => {
    await editor.page.dblclick('.explorer-folders-view .monaco-list-row[aria-label^="add.ts"]');
    // known to the list of files from now on
    await editor.open('add.ts', 2, 9);
    await editor.type(' ');
    const ghost = await editor.seeGhost(undefined, 110_000);
    assert.equal(ghost, 'a + b;');
    await editor.press('Tab');
    const text = files['add.ts'].replace('return', `return ${ghost}`);
    await until('the text', async () => ((await editor.shownText()) === text.trimEnd() ? true : undefined));
    assert.match(await session.log(), /engine: \d shown/);
  });

  it('has no language server started that would look for it on this disk', () => {
    assert.deepEqual(
      processes(/--lsp/).filter(({ command }) => command.includes(session.profile)),
      [],
    );
  });
});
