// Models from the command line: downloaded, imported, listed, used, removed; one clear line and exit code 2 otherwise.
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, runCli } from '../support/built.ts';
import { type HubServer, withHub } from '../support/hubServer.ts';
import { withProxy } from '../support/proxyServer.ts';
import { tinyGguf } from '../support/storedModels.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';

describe('palimpsest model', () => {
  type Run = (words: string, environment?: NodeJS.ProcessEnv) => Promise<Finished>;
  const file = 'qwen2.5-coder-0.5b-q8_0.gguf';

  /** Runs `use` with a folder, a command line that keeps its models in it, and a hub that has one of the catalogue. */
  const withStore = (use: (folder: string, run: Run, hub: HubServer) => Promise<void>): Promise<void> =>
    inTemporaryFolder(async (folder) => {
      const gguf = await tinyGguf();
      const run: Run = (words, environment) =>
        runCli(['model', ...words.split(' ')], '', { PALIMPSEST_MODELS: join(folder, 'models'), ...environment });
      await withHub({ [file]: gguf }, (hub) => {
        hub.repository = 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF';
        return use(folder, run, hub);
      });
    });

  const line = (output: string, id: string): string | undefined =>
    output.split('\n').find((each) => each.startsWith(id));

  it('lists what there is without asking anybody', () =>
    withStore(async (_, run, hub) => {
      const { code, stdout } = await run(`list`);
      assert.equal(code, 0);
      assert.match(line(stdout, 'palimpsest-135m')!, /embedded +\d+\.\d MB +Apache-2\.0/);
      assert.match(line(stdout, 'qwen2.5-coder-0.5b')!, /available +~\d+ MB +Apache-2\.0/);
      assert.deepEqual(hub.requests, []);
    }));

  it('installs, uses by its id, and removes', () =>
    withStore(async (folder, run, hub) => {
      const installed = await run(`install qwen2.5-coder-0.5b --mirror ${hub.address}`);
      assert.equal(installed.code, 0, installed.stderr);
      assert.equal(installed.stderr, '');
      assert.match(
        installed.stdout,
        /^qwen2\.5-coder-0\.5b is installed \(0\.\d MB, Apache-2\.0\): use it with --model/,
      );
      assert.match(line((await run('list')).stdout, 'qwen2.5-coder-0.5b')!, / installed +0\.\d MB/);
      const info = await run('info --model qwen2.5-coder-0.5b');
      assert.match(info.stdout, /^name +tiny-llama$/m);
      assert.match(info.stdout, /^layout +prefixFirst$/m);
      assert.equal((await run('remove qwen2.5-coder-0.5b')).code, 0);
      assert.deepEqual(await readdir(join(folder, 'models')), []);
    }));

  it('shows a download that has begun, and goes on with it', () =>
    withStore(async (_, run, hub) => {
      hub.fault = ({ kind, number }) =>
        kind === 'file' ? (number === 0 ? { cutAfter: 200_000 } : { status: 403 }) : undefined;
      const begun = await run(`install qwen2.5-coder-0.5b --mirror ${hub.address}`);
      assert.equal(begun.code, 2);
      assert.match(line((await run('list')).stdout, 'qwen2.5-coder-0.5b')!, / begun +0\.2 MB/);
      hub.fault = () => undefined;
      assert.equal((await run(`install qwen2.5-coder-0.5b --mirror ${hub.address}`)).code, 0);
      assert.match(hub.requests.at(-1)?.range ?? '', /^bytes=\d+-$/);
    }));

  it('takes the token from the environment where it is told to', () =>
    withStore(async (_, run, hub) => {
      hub.token = 'hidden';
      const words = `install qwen2.5-coder-0.5b --mirror ${hub.address}`;
      const refused = await run(words, { HF_TOKEN: 'hidden' });
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /^palimpsest: .*signed-in accounts.*\n$/);
      const installed = await run(`${words} --token-from-env`, { HF_TOKEN: 'hidden' });
      assert.equal(installed.code, 0, installed.stderr);
    }));

  it('goes through the proxy of the environment', () =>
    withStore((_, run, hub) =>
      withProxy(async ({ address, targets }) => {
        const installed = await run(`install qwen2.5-coder-0.5b --mirror ${hub.address}`, { HTTP_PROXY: address });
        assert.equal(installed.code, 0, installed.stderr);
        assert.deepEqual([...new Set(targets)], [hub.address.slice('http://'.length)]);
      }),
    ));

  it('imports, in place and not', () =>
    withStore(async (folder, run) => {
      const path = join(folder, 'mine.gguf');
      await writeFile(path, await tinyGguf());
      assert.match((await run(`import ${path} --in-place`)).stdout, /^mine is imported/);
      assert.match((await run('info --model mine')).stdout, new RegExp(`^file +${path}$`, 'm'));
      assert.match(line((await run('list')).stdout, 'mine')!, /imported +0\.\d MB/);
      const again = await run(`import ${path}`);
      assert.match(again.stderr, /^palimpsest: There is a model mine already: remove it first.*\n$/);
      assert.equal(again.code, 2);
      await run('remove mine');
      await run(`import ${path}`);
      const models = JSON.parse((await run('list --json')).stdout) as { id: string; path?: string }[];
      assert.equal(models.find(({ id }) => id === 'mine')?.path, join(folder, 'models', 'mine'));
    }));

  it('refuses what it does not know', () =>
    withStore(async (_, run, hub) => {
      const refuses = async (words: string, message: RegExp): Promise<void> => {
        const { code, stdout, stderr } = await run(words, { HF_TOKEN: '' });
        assert.equal(code, 2, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, message);
        assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      };
      await refuses('paint', /The model command is one of/);
      await refuses('list all', /model list takes no all/);
      await refuses('install', /model install takes one ID/);
      await refuses('import', /model import takes one PATH/);
      await refuses('install nothing', /There is no model nothing: see palimpsest model list/);
      await refuses('install palimpsest-135m', /is part of the extension/);
      await refuses('install qwen2.5-coder-0.5b --mirror here', /is no address of a mirror/);
      await refuses(
        `install qwen2.5-coder-0.5b --mirror ${hub.address} --token-from-env`,
        /HF_TOKEN, which is not set/,
      );
      await refuses('remove ../models', /There is no installed model/);
      await refuses('info --model nothing', /nothing does not exist/);
      assert.deepEqual(hub.requests, []);
    }));
});
