// Models in a real VS Code: the list, a download that is stopped and gone on with, the trial, the choice, and removal.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { always, type HubServer, startHub } from '../support/hubServer.ts';
import { withProxy } from '../support/proxyServer.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinyGguf } from '../support/tinyModel.ts';
import type { Editor } from './editor.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

const id = 'qwen2.5-coder-0.5b';
const name = 'Qwen2.5-Coder 0.5B';
const file = 'qwen2.5-coder-0.5b-q8_0.gguf';

/** Small for a model, and large enough that its download can be watched. */
function model(): Promise<Buffer> {
  return inTemporaryFolder(async (folder) => {
    const config = tinyConfig('llama', { hidden: 256, heads: 4, headSize: 64, intermediate: 1024, layers: 8 });
    await writeTinyGguf(join(folder, file), tinyModel(config));
    return readFile(join(folder, file));
  });
}

describe('models, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;
  let hub: HubServer;
  let modelsPath: string;

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    hub = await startHub({ [file]: await model() });
    hub.repository = 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF';
    session = await Session.start({ 'a.ts': 'export function add(a: number, b: number) {\n  \n}\n' }, 'real');
    editor = session.editor;
    modelsPath = join(session.profile, 'palimpsest', 'models');
    await session.setForUser({ 'palimpsest.hub': hub.address });
    await editor.seeStatus(/ready/);
  });

  afterEach(async function () {
    await session.witness(this.currentTest);
  });

  after(async () => {
    await session?.stop();
    await hub?.close();
  });

  /** Waits until `palimpsest.model` is set to this. */
  const seeModel = (value: string | undefined): Promise<true> =>
    until(`the setting ${value}`, async () =>
      (await session.userSettings('Machine'))['palimpsest.model'] === value ? true : undefined,
    );

  /** Opens the list, and waits until it is whole. */
  async function list(): Promise<void> {
    await editor.list('Palimpsest: Choose Model…');
    await editor.seeRows((rows) => rows.some((row) => row.includes(name)));
  }

  it('are listed: what is here, what can be had, and what they take; and nothing is fetched', async () => {
    // what this machine can do is known once the embedded model has run
    await session.startEngine('a.ts', 2, 3);
    await list();
    await session.picture('models');
    const row = await editor.row('Palimpsest 135M');
    assert.match(row, /in use · 79 MB · Apache-2\.0 · \d+ tokens\/s: /);
    assert.match(await editor.row(name), /about 525 MB · Apache-2\.0 · about [\d.]+ tokens\/s: .*next step up/);
    assert.match(await editor.row('Add a Model File…'), /\.gguf/);
    assert.deepEqual(hub.requests, []);
    await editor.press('Escape');
  });

  it('are tried on the devices that there are', async () => {
    await list();
    await editor.pressInRow('Palimpsest 135M', 'Try It on This Machine');
    await editor.seeNotification(/Palimpsest 135M runs on the [CG]PU: first draft after \d+ ms/, 60_000);
    assert.match(
      await session.log(),
      /tried palimpsest-135m on webgpu: [^\n]+\n(?:.*\n)*.*tried palimpsest-135m on cpu: /,
    );
    await editor.command('Notifications: Clear All Notifications');
  });

  it('are downloaded with progress, stopped, and gone on with', async () => {
    hub.fault = always({ pieces: 400 });
    await list();
    await editor.choose(name);
    await editor.seeNotification(/downloading Qwen2\.5-Coder 0\.5B: \d\d MB of \d+ MB, [\d.]+ MB\/s, \d+ s left/);
    await session.picture('download');
    await editor.pressInNotification(/downloading/, 'Cancel');
    await editor.seeNoNotification(/downloading/);
    assert.ok(!existsSync(join(modelsPath, id)));
    await list();
    assert.match(await editor.row(name), /\d+ MB of about 525 MB are here/);
    await session.picture('begun');
    hub.fault = () => undefined;
    const requests = hub.requests.length;
    await editor.choose(name);
    await editor.seeNotification(/0\.5B runs on the CPU: first draft after \d+ ms, \d+ tokens\/s\. It is /);
    assert.ok(hub.requests.slice(requests).some(({ range }) => /^bytes=[1-9]/.test(range ?? '')));
    assert.ok(existsSync(join(modelsPath, id, 'installed.json')));
    await session.picture('trial');
  });

  it('are used once the user says so', async () => {
    await editor.pressInNotification(/runs on the CPU/, 'Use It');
    await seeModel(id);
    await editor.seeDetails(/tiny-llama on CPU/);
  });

  it('are not removed while they are in use, and are removed after', async () => {
    await list();
    await editor.pressInRow(name, 'Remove');
    await editor.seeNotification(/0\.5B is in use; choose another model before you remove it/);
    await list();
    await editor.choose('Palimpsest 135M');
    await seeModel(undefined);
    await remove();
    assert.ok(!existsSync(join(modelsPath, id)));
  });

  /** Removes the model, and sees that it can be had again. */
  async function remove(): Promise<void> {
    await list();
    await editor.pressInRow(name, 'Remove');
    await session.picture('removal');
    await editor.pressInDialog('Remove');
    await editor.seeRows((rows) => rows.includes(name));
    assert.match(await editor.row(name), /about 525 MB/);
    await editor.press('Escape');
  }

  it('ask for the token of a gated one, which is kept as a secret and can be forgotten', async () => {
    hub.token = 'hidden';
    await list();
    await editor.choose(name);
    await editor.seeNotification(/given to signed-in accounts alone: accept its conditions/);
    await session.picture('gated');
    await editor.pressInNotification(/signed-in accounts/, 'Enter Token');
    await editor.fill('hidden');
    await editor.press('Enter');
    await editor.seeNotification(/0\.5B runs on the CPU/);
    await editor.pressInNotification(/runs on the CPU/, 'Keep Current');
    await seeModel(undefined);
    assert.doesNotMatch(await session.log(), /hidden/);
    await editor.command('Palimpsest: Forget Token for Models');
    await editor.seeNotification(/the token is forgotten/);
    hub.token = undefined;
    await remove();
  });

  it('of the user’s own are added where they are, tried, used, and taken off the list', async () => {
    const path = join(session.profile, 'mine.gguf');
    await writeFile(path, hub.files[file]!);
    await list();
    await editor.choose('Add a Model File…');
    await until('the dialog', async () => ((await editor.inputTitle()) === 'Add a Model File' ? true : undefined));
    await until('the file in the dialog', async () => {
      // the dialog puts a path of its own there when it is ready
      if ((await editor.inputText()) !== path) await editor.fill(path);
      return (await editor.rows()).includes('mine.gguf') ? true : undefined;
    });
    await editor.press('Enter');
    await editor.pressInDialog('Use It Where It Is');
    await editor.seeNotification(/mine runs on the CPU/);
    await editor.pressInNotification(/mine runs/, 'Use It');
    await seeModel('mine');
    await editor.seeDetails(/tiny-llama on CPU/);
    await list();
    assert.match(await editor.row('mine'), /in use · 32 MB/);
    await editor.choose('Palimpsest 135M');
    await seeModel(undefined);
    await list();
    await editor.pressInRow('mine', 'Remove');
    await editor.pressInDialog('Remove');
    await editor.seeRows((rows) => rows.length > 0 && !rows.some((row) => row.includes('mine')));
    await editor.press('Escape');
    assert.ok(existsSync(path));
  });

  it('whose download was cut off by the end of the editor are offered to go on with', async () => {
    hub.fault = always({ pieces: 400 });
    await list();
    await editor.choose(name);
    await editor.seeNotification(/downloading Qwen2\.5-Coder 0\.5B: \d MB of/);
    await session.reload();
    hub.fault = () => undefined;
    await editor.seeNotification(/0\.5B is not finished; \d+ MB of about 525 MB are here/, 60_000);
    await session.picture('unfinished');
    const requests = hub.requests.length;
    await editor.pressInNotification(/is not finished/, 'Go On');
    await editor.seeNotification(/0\.5B runs on the CPU/);
    assert.ok(hub.requests.slice(requests).some(({ range }) => /^bytes=[1-9]/.test(range ?? '')));
  });

  it('come through the proxy that the editor is told of', () =>
    withProxy(async ({ address, targets }) => {
      await editor.pressInNotification(/runs on the CPU/, 'Keep Current');
      await remove();
      await session.setForUser({ 'http.proxy': address });
      // a window that is open need not see what was written past the editor
      await session.reload();
      await editor.seeStatus(/ready/);
      await list();
      await editor.choose(name);
      await editor.seeNotification(/0\.5B runs on the CPU/);
      assert.deepEqual([...new Set(targets)], [hub.address.slice('http://'.length)]);
    }));
});

describe('models in a workspace that is not trusted, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let usual: HubServer;
  let other: HubServer;

  before(async function () {
    this.timeout(900_000);
    [usual, other] = await Promise.all([startHub({}), startHub({})]);
    const settings = { 'palimpsest.model': '/workspace/model.gguf', 'palimpsest.hub': other.address };
    const files = { 'a.ts': '\n', '.vscode/settings.json': JSON.stringify(settings) };
    session = await Session.start(files, 'scripted', undefined, true);
    await session.setForUser({ 'palimpsest.hub': usual.address });
    await session.editor.seeStatus(/ready/);
  });

  afterEach(async function () {
    await session.witness(this.currentTest);
  });

  after(async () => {
    await session?.stop();
    await Promise.all([usual?.close(), other?.close()]);
  });

  it('can be chosen; what the workspace says of models is ignored', async () => {
    const { editor } = session;
    await editor.list('Palimpsest: Choose Model…');
    await editor.seeRows((rows) => rows.includes(name));
    assert.match(await editor.row('Palimpsest 135M'), /in use/);
    await editor.choose(name);
    await editor.seeNotification(/hub does not have Qwen2\.5-Coder 0\.5B as it is known here/);
    assert.notEqual(usual.requests.length, 0);
    assert.deepEqual(other.requests, []);
  });
});
