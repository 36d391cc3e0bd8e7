// Downloads in processes of their own: one that is killed is gone on from, and two at once download once.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HubRequest, type HubServer, withHub } from '../../../support/hubServer.ts';
import type { InstallProcessMessage } from '../../../support/installProcess.ts';
import { assertInstalled, installFrom, tinyEntry, tinyGguf } from '../../../support/storedModels.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { tinyTokenizerJson } from '../../../support/tinyTokenizer.ts';

const program = fileURLToPath(new URL('../../../support/installProcess.ts', import.meta.url));
const fileNames = ['tiny.gguf', 'tokenizer.json'] as const;

function start(modelsPath: string, hub: HubServer): ChildProcess {
  return fork(program, [modelsPath, hub.address, ...fileNames], { execArgv: ['--import=tsx'] });
}

async function until(child: ChildProcess, wanted: InstallProcessMessage): Promise<void> {
  for (;;) if ((await once(child, 'message'))[0] === wanted) return;
}

describe('a download in a process of its own', function () {
  this.timeout(60_000);
  let files: Readonly<Record<(typeof fileNames)[number], Buffer>>;
  before(async () => {
    files = { 'tiny.gguf': await tinyGguf(), 'tokenizer.json': Buffer.from(JSON.stringify(tinyTokenizerJson())) };
  });

  const sizes = async (modelsPath: string): Promise<readonly number[]> =>
    Promise.all(
      fileNames.map((name) =>
        stat(join(modelsPath, 'tiny.partial', name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );

  // what of the two files is there when it is killed
  for (const [first, second] of [
    [0, 0],
    [0.1, 0],
    [0.5, 0],
    [0.99, 0],
    [1, 0.5],
  ] as const)
    it(`killed after ${first} of its first file and ${second} of its second, is gone on from`, () =>
      inTemporaryFolder((folder) =>
        withHub(files, async (hub) => {
          const modelsPath = join(folder, 'models');
          const wanted = [first, second].map((share, i) => Math.floor(share * files[fileNames[i]!].length));
          hub.fault = ({ kind, file }: HubRequest) => {
            const index = fileNames.indexOf(file as (typeof fileNames)[number]);
            if (kind !== 'file' || wanted[index] === files[fileNames[index]!].length) return undefined;
            return { hangAfter: wanted[index]! };
          };
          const child = start(modelsPath, hub);
          await until(child, 'ready');
          child.send('go');
          while (`${await sizes(modelsPath)}` !== `${wanted}` || !hub.requests.some(({ kind }) => kind === 'file'))
            await new Promise((resolve) => setTimeout(resolve, 5));
          child.kill('SIGKILL');
          await once(child, 'exit');

          // as it is some seconds later: nobody touches the lock any more
          const past = Date.now() / 1000 - 3600;
          await utimes(join(modelsPath, 'tiny.lock'), past, past);
          const asked = hub.requests.length;
          const sent = hub.sentBytes;
          hub.fault = () => undefined;
          await installFrom(hub, modelsPath, {}, { ...tinyEntry, files: fileNames.map((name) => ({ name })) });
          await assertInstalled(modelsPath, hub);
          const total = fileNames.reduce((sum, name) => sum + files[name].length, 0);
          assert.equal(hub.sentBytes - sent, total - wanted[0]! - wanted[1]!);
          const again = hub.requests.slice(asked).filter(({ kind }) => kind === 'file');
          const starts = again.map(({ file, range }) => `${file} ${range ?? 'whole'}`);
          const expected = fileNames.flatMap((name, i) => {
            if (wanted[i] === files[name].length) return [];
            return `${name} ${wanted[i] === 0 ? 'whole' : `bytes=${wanted[i]}-`}`;
          });
          assert.deepEqual(starts, expected);
        }),
      ));

  it('is the only one: a second waits for it, and finds the model installed', () =>
    inTemporaryFolder((folder) =>
      withHub(files, async (hub) => {
        const modelsPath = join(folder, 'models');
        hub.fault = ({ kind }) => (kind === 'file' ? { pieces: 60 } : undefined);
        const children = [start(modelsPath, hub), start(modelsPath, hub)];
        await Promise.all(children.map((child) => until(child, 'ready')));
        const waiting = Promise.race(children.map((child) => until(child, 'waiting')));
        const installed = Promise.all(children.map((child) => until(child, 'installed')));
        for (const child of children) child.send('go');
        await waiting;
        await installed;
        await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
        await assertInstalled(modelsPath, hub);
        assert.equal(hub.requests.filter(({ kind }) => kind === 'file').length, fileNames.length);
        assert.deepEqual(await readdir(modelsPath), ['tiny']);
      }),
    ));
});
