import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

const add = 'function add(a: number, b: number) {\n  return\n}\n';
const names = ['warm', 'first', 'second', 'third', 'fourth', 'fifth'];
const files = Object.fromEntries(names.map((name) => [`${name}.ts`, add]));

describe('several windows of a real VS Code', function () {
  this.timeout(180_000);
  let session: Session;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start(files);
    await session.set({ 'palimpsest.enable': true });
    await session.startEngine('warm.ts', 2, 9);
  });

  afterEach(async function () {
    await session.witness(this.currentTest);
  });

  after(async () => session?.stop());

  const engineIds = (): readonly number[] => session.engines().map(({ id }) => id);

  async function complete(editor: Editor, name: string): Promise<void> {
    await editor.open(name, 2, 9);
    await editor.command('Palimpsest: Complete Here');
    assert.match(await editor.seeGhost(), /\S/);
  }

  /** Opens a window; the editor in it and the id of its extension host. */
  async function open(): Promise<{ editor: Editor; host: number }> {
    const before = session.extensionHosts();
    const editor = await session.openWindow();
    const host = await until('an extension host', () => session.extensionHosts().find((id) => !before.includes(id)));
    await editor.seeStatus(/Palimpsest/);
    return { editor, host };
  }

  it('share one engine, which goes on for the others when one is killed, and goes with the last', async () => {
    const ids = engineIds();
    assert.equal(ids.length, 1);
    const [first] = session.extensionHosts();
    const second = await open();
    await complete(second.editor, 'first.ts');
    assert.deepEqual(engineIds(), ids);

    process.kill(second.host, 'SIGKILL');
    await second.editor.page.close();
    await complete(session.editor, 'second.ts');
    assert.deepEqual(engineIds(), ids);

    const third = await open();
    await complete(third.editor, 'third.ts');
    process.kill(first!, 'SIGKILL');
    await session.editor.page.close();
    await complete(third.editor, 'fourth.ts');
    assert.deepEqual(engineIds(), ids);

    process.kill(third.host, 'SIGKILL');
    await third.editor.page.close();
    await until('the engine to go', () => (engineIds().length === 0 ? true : undefined), 60_000);
  });
});
