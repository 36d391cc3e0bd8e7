// The process that keeps models, spoken to as the extension does.
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import { ModelsClient } from '../../src/extension/modelsClient.ts';
import { engineEnvironment } from '../../src/extension/runtime.ts';
import type { ModelPlaces, WorkOutcome, WorkProgress } from '../../src/protocol/modelMessages.ts';
import type { InstalledModel, ListedModel } from '../../src/protocol/models.ts';
import { built, grammarsPath } from '../support/built.ts';
import { embeddedModelPath } from '../support/embeddedTokenizer.ts';
import { always, type HubServer, withHub } from '../support/hubServer.ts';
import { withProxy } from '../support/proxyServer.ts';
import { tinyGguf } from '../support/storedModels.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';
import { processes } from '../vscode/processes.ts';
import { until } from '../vscode/until.ts';

const id = 'qwen2.5-coder-0.5b';
const file = 'qwen2.5-coder-0.5b-q8_0.gguf';
const never = new CancellationTokenSource().token;

interface Bench {
  readonly client: ModelsClient;
  readonly hub: HubServer;
  readonly places: ModelPlaces;
  readonly lines: string[];
  install(token?: CancellationToken, onWork?: (progress: WorkProgress) => void): Promise<WorkOutcome<InstalledModel>>;
  listed(id: string): Promise<ListedModel | undefined>;
}

describe('the process that keeps models', () => {
  /** Runs `use` with such a process, a hub that has one model of the catalogue, and empty folders. */
  const withProcess = (use: (bench: Bench) => Promise<void>, idleMs = 60_000): Promise<void> =>
    inTemporaryFolder(async (folder) => {
      const places = {
        modelsPath: join(folder, 'models'),
        embeddedPath: embeddedModelPath,
        grammarsPath,
        cachePath: join(folder, 'graphs'),
      };
      const lines: string[] = [];
      const client = new ModelsClient({
        bundlePath: await built('models.js'),
        program: process.execPath,
        environment: engineEnvironment(process.env),
        idleMs,
        graceMs: 30_000,
        log: ({ text }) => void lines.push(text),
      });
      await withHub({ [file]: await tinyGguf() }, async (hub) => {
        hub.repository = 'ggml-org/Qwen2.5-Coder-0.5B-Q8_0-GGUF';
        try {
          await use({
            client,
            hub,
            places,
            lines,
            install: (token = never, onWork = () => {}) =>
              client.install({ places, id, hub: hub.address, network: {} }, token, onWork),
            listed: async (wanted) =>
              (await client.list({ places, device: 'auto', hub: hub.address }))?.models.find(
                (each) => each.id === wanted,
              ),
          });
        } finally {
          client.dispose();
        }
      });
    });

  const trouble = <T>(outcome: WorkOutcome<T>): string =>
    outcome.outcome === 'done' ? 'none' : `${outcome.trouble.kind}: ${outcome.trouble.message}`;

  /** Files take a second or so. */
  const slowly = always({ pieces: 200 });
  const isUnderWay = (progress: WorkProgress): boolean =>
    progress.stage === 'downloading' && progress.download.doneBytes > 0;

  it('lists what there is without asking anybody', () =>
    withProcess(async ({ listed, hub }) => {
      const embedded = await listed('palimpsest-135m');
      assert.equal(embedded?.state, 'embedded');
      assert.equal(embedded.path, embeddedModelPath);
      assert.ok(embedded.bytes > 7e7 && embedded.memoryBytes! > embedded.bytes);
      // nothing was measured
      assert.equal(embedded.speed, undefined);
      const other = await listed(id);
      assert.equal(other?.state, 'available');
      assert.equal(other.licence, 'Apache-2.0');
      assert.equal(other.page, `${hub.address}/${hub.repository}`);
      assert.ok(other.downloadBytes! > 4e8 && other.downloadBytes! < 7e8);
      assert.deepEqual(hub.requests, []);
    }));

  it('downloads with progress, tries, lists by what was measured, and removes', () =>
    withProcess(async ({ client, install, listed, places }) => {
      const downloads: WorkProgress[] = [];
      const installed = await install(never, (progress) => downloads.push(progress));
      assert.ok(installed.outcome === 'done', trouble(installed));
      assert.ok(downloads.some((progress) => progress.stage === 'downloading'));
      const { path } = installed.value;
      const stages: WorkProgress[] = [];
      const order = { places, path, device: 'auto', threads: 0, memoryMiB: 0 } as const;
      const tried = await client.try(order, never, (progress) => stages.push(progress));
      assert.ok(tried.outcome === 'done', trouble(tried));
      assert.equal(tried.value.device, 'cpu');
      assert.equal(tried.value.isCut, false);
      assert.equal(tried.value.firstChoices.length, 8);
      assert.ok(tried.value.firstChoices.every(({ logProb }) => logProb < 0));
      assert.ok(tried.value.firstDraftMs > 0 && tried.value.newTextMs > 0 && tried.value.tokensPerSecond > 0);
      assert.deepEqual([...new Set(stages.map(({ stage }) => stage))], ['preparing', 'trying']);

      // a GPU that is not there is no trouble for the process
      const onGpu = await client.try({ ...order, device: 'webgpu' }, never, () => {});
      if (onGpu.outcome === 'done') assert.equal(onGpu.value.device, 'webgpu');
      else assert.match(trouble(onGpu), /^unusable: The GPU cannot be used/);

      const here = await listed(id);
      assert.equal(here?.state, 'installed');
      assert.equal(here.speed?.isMeasured, true);
      const [small, large] = [await listed('qwen2.5-coder-1.5b'), await listed('qwen2.5-coder-7b')];
      assert.equal(small?.speed?.isMeasured, false);
      assert.ok(large!.speed!.tokenMs > small!.speed!.tokenMs);

      assert.equal((await client.remove({ places, id })).outcome, 'done');
      assert.deepEqual(await readdir(places.modelsPath), []);
      const [shelf = ''] = (await readdir(places.cachePath)).filter((name) => name.startsWith('builder-'));
      assert.deepEqual(await readdir(join(places.cachePath, shelf)), []);
    }));

  it('stops when it is told to, and goes on from there, in another process, too', () =>
    withProcess(async ({ client, hub, install, listed }) => {
      hub.fault = slowly;
      const source = new CancellationTokenSource();
      const stopped = await install(source.token, (progress) => {
        if (isUnderWay(progress)) source.cancel();
      });
      assert.match(trouble(stopped), /^cancelled: /);
      const begun = await listed(id);
      assert.ok(begun?.state === 'begun' && begun.bytes > 0);
      client.dispose();
      hub.fault = () => undefined;
      assert.equal(trouble(await install()), 'none');
      assert.equal(hub.requests.at(-1)?.range, `bytes=${begun.bytes}-`);
    }));

  it('stops building a graph when it is told to, and leaves nothing of it', () =>
    withProcess(async ({ client, places }) => {
      const source = new CancellationTokenSource();
      const order = { places, path: embeddedModelPath, device: 'cpu', threads: 1, memoryMiB: 0 } as const;
      const stopped = await client.try(order, source.token, ({ stage }) => {
        if (stage === 'preparing') source.cancel();
      });
      assert.match(trouble(stopped), /^cancelled: /);
      const [shelf = ''] = (await readdir(places.cachePath)).filter((name) => name.startsWith('builder-'));
      assert.deepEqual(await readdir(join(places.cachePath, shelf)), []);
    }));

  it('leaves a part behind when it is killed, and says that it ended', () =>
    withProcess(async ({ hub, install, listed }) => {
      hub.fault = slowly;
      const installing = install(never, (progress) => {
        if (!isUnderWay(progress)) return;
        const [own] = processes(/dist\/models\.js/).filter(({ parent }) => parent === process.pid);
        if (own) process.kill(own.id, 'SIGKILL');
      });
      assert.match(trouble(await installing), /^fault: The process that keeps models ended \(SIGKILL\): try again\.$/);
      assert.equal((await listed(id))?.state, 'begun');
    }));

  it('waits for another process that is at the same model, and says so', () =>
    withProcess(async (one) => {
      await withProcess(async (other) => {
        one.hub.fault = slowly;
        const order = { places: one.places, id, hub: one.hub.address, network: {} };
        const stages: string[] = [];
        let second: Promise<WorkOutcome<InstalledModel>> | undefined;
        const first = await one.install(never, ({ stage }) => {
          if (stage === 'downloading')
            second ??= other.client.install(order, never, (progress) => stages.push(progress.stage));
        });
        assert.equal(trouble(first), 'none');
        assert.ok(second);
        assert.equal(trouble(await second), 'none');
        assert.deepEqual(stages.slice(0, 1), ['waiting']);
        assert.equal(one.hub.requests.filter(({ kind }) => kind === 'file').length, 1);
      });
    }));

  it('asks for the token of a gated model, and shows it to the hub', () =>
    withProcess(async ({ client, hub, places, install }) => {
      hub.token = 'hidden';
      assert.match(trouble(await install()), /^gated: /);
      const order = { places, id, hub: hub.address, network: {}, token: 'hidden' };
      assert.equal(trouble(await client.install(order, never, () => {})), 'none');
    }));

  it('says what is the matter: a sign-in page, nobody there, a model that is none', () =>
    withProcess(async ({ client, hub, places, install }) => {
      const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>sign in</html>' };
      hub.fault = () => page;
      assert.match(trouble(await install()), /^signIn: /);
      hub.fault = () => undefined;
      hub.files = { [file]: Buffer.alloc(5000, 7) };
      assert.match(trouble(await install()), /^unusable: .*not a GGUF file/);
      const unknown = { places, id: 'nothing', network: {} };
      assert.match(trouble(await client.install(unknown, never, () => {})), /^name: /);
      assert.match(trouble(await client.remove({ places, id: '../models' })), /^name: /);
    }));

  it('goes through the proxy it is told of, and not where it is told not to', () =>
    withProcess(({ client, hub, places }) =>
      withProxy(async ({ address, targets, authorizations }) => {
        const order = { places, id, hub: hub.address };
        const network = { proxy: address, proxyAuthorization: 'Basic abc', systemCertificates: true };
        assert.equal(trouble(await client.install({ ...order, network }, never, () => {})), 'none');
        assert.deepEqual([...new Set(targets)], [hub.address.slice('http://'.length)]);
        assert.deepEqual([...authorizations], ['Basic abc']);
        await client.remove({ places, id });
        targets.length = 0;
        const direct = { ...network, noProxy: '127.0.0.1' };
        assert.equal(trouble(await client.install({ ...order, network: direct }, never, () => {})), 'none');
        assert.deepEqual(targets, []);
        await client.remove({ places, id });
        const strange = { ...order, network: { proxy: 'ftp://nowhere' } };
        assert.match(trouble(await client.install(strange, never, () => {})), /^network: ftp:\/\/nowhere is no proxy/);
      }),
    ));

  it('imports, in place and not, and refuses what cannot complete code when it is tried', () =>
    withProcess(async ({ client, places }) => {
      await mkdir(join(places.cachePath, '..', 'mine'));
      const path = join(places.cachePath, '..', 'mine', 'mine.gguf');
      await writeFile(path, await tinyGguf());
      const imported = await client.import({ places, path, inPlace: true }, never, () => {});
      assert.ok(imported.outcome === 'done', trouble(imported));
      assert.deepEqual([imported.value.id, imported.value.path], ['mine', path]);
      const again = await client.import({ places, path, inPlace: false }, never, () => {});
      assert.match(trouble(again), /^name: There is a model mine already/);
      const order = { places, path, device: 'cpu', threads: 1, memoryMiB: 1 } as const;
      const refused = await client.try(order, never, () => {});
      assert.match(trouble(refused), /^unusable: .* 1 MiB are allowed/);
      const nothing = { places, path: join(path, 'nothing.gguf'), inPlace: true };
      assert.match(trouble(await client.import(nothing, never, () => {})), /^unusable: .*nothing\.gguf/);
    }));

  it('ends some time after the last order, and comes back with the next', () =>
    withProcess(async ({ listed }) => {
      const own = () => processes(/dist\/models\.js/).filter(({ parent }) => parent === process.pid);
      assert.equal((await listed(id))?.state, 'available');
      await until('the end of the process', () => (own().length === 0 ? true : undefined));
      assert.equal((await listed(id))?.state, 'available');
    }, 50));

  it('is ended where work that was called off does not end, as in a driver that hangs', () =>
    inTemporaryFolder(async (folder) => {
      const bundlePath = join(folder, 'hangs.mjs');
      await writeFile(bundlePath, "process.on('message', () => {});");
      const environment = engineEnvironment(process.env);
      const host = { bundlePath, program: process.execPath, environment, idleMs: 60_000, graceMs: 50 };
      const client = new ModelsClient({ ...host, log: () => undefined });
      const source = new CancellationTokenSource();
      const places = { modelsPath: folder, embeddedPath: folder, grammarsPath: folder, cachePath: folder };
      const order = { places, path: folder, device: 'webgpu', threads: 1, memoryMiB: 0 } as const;
      const trial = client.try(order, source.token, () => {});
      const own = () => processes(/hangs\.mjs/).filter(({ parent }) => parent === process.pid);
      await until('the start of the process', () => own().length === 1 || undefined);
      source.cancel();
      assert.match(trouble(await trial), /^fault: The process that keeps models ended/);
      await until('the end of the process', () => own().length === 0 || undefined);
    }));
});
