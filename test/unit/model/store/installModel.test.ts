// Downloads over lines that are cut, slow and silent, from hubs that change their minds, stopped and gone on from, onto full disks.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, realDisk } from '../../../../src/model/store/disk.ts';
import { installModel } from '../../../../src/model/store/installModel.ts';
import type { DownloadProgress } from '../../../../src/protocol/models.ts';
import { always, first, type HubServer, isFile, ranges, withHub } from '../../../support/hubServer.ts';
import {
  assertInstalled,
  assertRefused,
  installFrom,
  tinyEntry,
  tinyGguf,
  type UseHub,
  withHubAndStore,
} from '../../../support/storedModels.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';
import { tinyConfig, tinyModel, writeTinySafetensors } from '../../../support/tinyModel.ts';

describe('installModel', function () {
  this.timeout(60_000);
  let gguf: Buffer;
  let otherGguf: Buffer;
  let half: number;
  before(async () => {
    gguf = await tinyGguf();
    half = gguf.length >> 1;
    otherGguf = await tinyGguf(2);
  });

  const withEmptyStore = (use: UseHub): Promise<void> => withHubAndStore({ 'tiny.gguf': gguf }, use);

  /** A download that follows asks for just what the last one has not got. */
  const goesOn = async (hub: HubServer, modelsPath: string): Promise<void> => {
    const { length } = await readFile(join(modelsPath, 'tiny.partial', 'tiny.gguf'));
    assert.ok(length > 0);
    hub.fault = () => undefined;
    await installFrom(hub, modelsPath);
    await assertInstalled(modelsPath, hub);
    assert.equal(ranges(hub).at(-1), `bytes=${length}-`);
  };

  it('installs what the hub has, tells how far it is, and asks for nothing a second time', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = always({ pieces: 40 });
      const told: DownloadProgress[] = [];
      const installed = await installFrom(hub, modelsPath, { onProgress: (progress) => told.push(progress) });
      await assertInstalled(modelsPath, hub);
      assert.equal(installed.bytes, gguf.length);
      assert.equal(installed.repository, 'someone/tiny');
      for (const [i, { doneBytes, totalBytes }] of told.entries()) {
        assert.ok(doneBytes >= (told[i - 1]?.doneBytes ?? 0));
        assert.equal(totalBytes, gguf.length);
      }
      assert.equal(told.at(-1)?.doneBytes, gguf.length);
      const asked = hub.requests.length;
      assert.deepEqual(await installFrom(hub, modelsPath), installed);
      assert.equal(hub.requests.length, asked);
    }));

  it('follows to another origin, and does not show it the token', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.isElsewhere = true;
      hub.token = 'secret';
      await installFrom(hub, modelsPath, { token: 'secret' });
      await assertInstalled(modelsPath, hub);
      for (const { kind, authorization } of hub.requests)
        assert.equal(authorization, kind === 'elsewhere' ? undefined : 'Bearer secret', kind);
      assert.ok(hub.requests.some(({ kind }) => kind === 'elsewhere'));
    }));

  it('asks the library’s own hub where no mirror is named', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const origins = new Set<string>();
      const fetch = (url: string, init: RequestInit): Promise<Response> => {
        const { origin } = new URL(url);
        origins.add(origin);
        return globalThis.fetch(url.replace(origin, hub.address), init);
      };
      await installModel(modelsPath, tinyEntry, { signal: new AbortController().signal, fetch });
      await assertInstalled(modelsPath, hub);
      assert.equal(origins.size, 1);
      assert.match([...origins].join(), /^https:/);
    }));

  for (let step = 0; step <= 32; step++)
    it(`goes on where the connection was cut, after ${step} of 32 parts`, () =>
      withEmptyStore(async (hub, modelsPath) => {
        const cutAfter = Math.min(Math.round((gguf.length * step) / 32), gguf.length - 1);
        hub.isElsewhere = step % 2 === 1;
        hub.fault = first({ cutAfter });
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
        const starts = ranges(hub).map((range) => Number(/\d+/.exec(range ?? '')?.[0] ?? 0));
        assert.equal(starts[0], 0);
        assert.ok(starts.at(-1)! <= cutAfter, `${starts}`);
        assert.equal(hub.sentBytes, cutAfter + gguf.length - starts.at(-1)!);
      }));

  it('comes to the end over a line that is cut again and again', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = always({ cutAfter: Math.ceil(gguf.length / 9) });
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
    }));

  it('gives up where no byte comes any more, keeps what it has, and goes on from there the next time', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = (request) => (isFile(request) ? { cutAfter: request.number === 0 ? half : 0 } : undefined);
      await assertRefused(installFrom(hub, modelsPath), 'network', /was cut.*try again/, modelsPath, ['tiny.partial']);
      await goesOn(hub, modelsPath);
    }));

  it('takes a slow line', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = always({ pieces: 100 });
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
    }));

  for (const hangAfter of [-1, 0, 5000])
    it(`asks again where nothing comes after ${hangAfter} bytes, and not for ever`, () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = first({ hangAfter });
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
        hub.fault = always({ hangAfter: Math.min(hangAfter, 0) });
        const others = `${modelsPath}-2`;
        await assertRefused(installFrom(hub, others, { stallMs: 50 }), 'network', /check the network/, others);
      }));

  describe('where the content changes between two parts', () => {
    it('starts over if it only has another name', () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = (request) =>
          isFile(request) ? (request.number === 0 ? { cutAfter: half, etag: '"old"' } : { etag: '"new"' }) : undefined;
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
      }));

    it('sees it though the hub sends the range', () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = (request) =>
          isFile(request)
            ? request.number === 0
              ? { cutAfter: half, etag: '"old"', content: otherGguf }
              : { etag: '"new"', ignoreIfRange: true }
            : undefined;
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
      }));

    it('sees it by the hash where nothing has a name', () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = (request) =>
          isFile(request)
            ? request.number === 0
              ? { cutAfter: half, etag: '', content: otherGguf }
              : { etag: '' }
            : undefined;
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
      }));

    it('refuses what is not what the hub said it would be', () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = (request) =>
          isFile(request) ? (request.number === 0 ? { cutAfter: half } : { content: otherGguf }) : undefined;
        await assertRefused(installFrom(hub, modelsPath), 'damaged', /other content .*try again/, modelsPath);
      }));

    it('throws away what another commit left', () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.fault = (request) => (isFile(request) ? { cutAfter: request.number === 0 ? half : 0 } : undefined);
        await assertRefused(installFrom(hub, modelsPath), 'network', /was cut/, modelsPath, ['tiny.partial']);
        hub.files = { 'tiny.gguf': otherGguf };
        hub.fault = () => undefined;
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
        assert.equal(ranges(hub).at(-1), undefined);
      }));
  });

  it('keeps what it has when a sign-in page comes in between', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const page = { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } };
      hub.fault = (request) => (isFile(request) ? (request.number === 0 ? { cutAfter: half } : page) : undefined);
      await assertRefused(installFrom(hub, modelsPath), 'signIn', /sign in/, modelsPath, ['tiny.partial']);
      await goesOn(hub, modelsPath);
    }));

  it('takes the whole file from a hub that knows no ranges', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = (request) =>
        isFile(request) ? { ignoreRange: true, ...(request.number < 2 && { cutAfter: half }) } : undefined;
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
    }));

  it('starts over where the hub denies the range', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = (request) => (isFile(request) ? [{ cutAfter: half }, { status: 416 }][request.number] : undefined);
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
    }));

  it('stops at once, and goes on from there', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const stop = new AbortController();
      hub.fault = first({ pieces: 200 });
      const onProgress = ({ doneBytes }: DownloadProgress): void => {
        if (doneBytes > 0) stop.abort();
      };
      const stopped = installFrom(hub, modelsPath, { signal: stop.signal, onProgress });
      await assertRefused(stopped, 'cancelled', /goes on from where it was/, modelsPath, ['tiny.partial']);
      await goesOn(hub, modelsPath);
    }));

  it('fetches nothing again where it was stopped behind the last byte', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const stop = new AbortController();
      const onProgress = ({ doneBytes }: DownloadProgress): void => {
        if (doneBytes === gguf.length) stop.abort();
      };
      const stopped = installFrom(hub, modelsPath, { signal: stop.signal, onProgress });
      await assertRefused(stopped, 'cancelled', /goes on/, modelsPath, ['tiny.partial']);
      const sent = hub.sentBytes;
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
      assert.equal(hub.sentBytes, sent);
    }));

  it('installs the safetensors files that a repository turns out to have, if they are a model', () =>
    inTemporaryFolder((folder) =>
      withHub({}, async (hub) => {
        const source = join(folder, 'source');
        await writeTinySafetensors(source, tinyModel(tinyConfig('qwen2')), 3);
        const names = await readdir(source);
        const contents = await Promise.all(
          names.map(async (name) => [name, await readFile(join(source, name))] as const),
        );
        const all = Object.fromEntries(contents);
        const { files: _, ...model } = tinyEntry;
        const modelsPath = join(folder, 'models');
        for (const missing of ['config.json', 'tokenizer.json']) {
          const { [missing]: __, ...others } = all;
          hub.files = others;
          const message = new RegExp(`has no ${missing} at [0-9a-f]{40}: check the mirror`);
          await assertRefused(installFrom(hub, modelsPath, {}, model), 'missing', message, modelsPath);
        }
        hub.files = { ...all, 'README.md': Buffer.from('# Tiny'), 'pytorch_model.bin': Buffer.from('x') };
        hub.isLfs = (name) => name.endsWith('.safetensors');
        const { path } = await installFrom(hub, modelsPath, {}, model);
        assert.deepEqual((await readdir(path)).sort(), ['installed.json', ...names].sort());
      }),
    ));

  it('asks the disk before it asks for a file', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const disk: Disk = { ...realDisk, freeBytes: async () => 1000 };
      await assertRefused(
        installFrom(hub, modelsPath, { disk }),
        'disk',
        /has 1 MB left: free \d+ MB and try again/,
        modelsPath,
      );
      assert.deepEqual(ranges(hub), []);
    }));

  for (const at of [0, 100_000])
    it(`leaves nothing behind where the disk is full after ${at} bytes`, () =>
      withEmptyStore(async (hub, modelsPath) => {
        const write: Disk['write'] = async (handle, bytes, position) => {
          const room = Math.max(0, at - position);
          await realDisk.write(handle, bytes.subarray(0, room), position);
          if (room < bytes.length) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        };
        const full = installFrom(hub, modelsPath, { disk: { ...realDisk, write } });
        await assertRefused(full, 'disk', /is full: free some space/, modelsPath);
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
      }));
});
