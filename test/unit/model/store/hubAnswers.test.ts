// Answers of a hub that are none: each ends in a verified model, or in a message that says what to do and a clean folder.
import assert from 'node:assert/strict';
import { always } from '../../../support/hubServer.ts';
import {
  assertInstalled,
  assertRefused,
  installFrom,
  tinyEntry,
  tinyGguf,
  type UseHub,
  withHubAndStore,
} from '../../../support/storedModels.ts';

describe('an answer of a hub', function () {
  this.timeout(60_000);
  let gguf: Buffer;
  let otherGguf: Buffer;
  before(async () => {
    gguf = await tinyGguf();
    otherGguf = await tinyGguf(2);
  });

  const withEmptyStore = (use: UseHub): Promise<void> => withHubAndStore({ 'tiny.gguf': gguf }, use);

  it('says what a gated model asks for', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.token = 'right';
      await assertRefused(installFrom(hub, modelsPath), 'gated', /401.*accept .*conditions.*give a token/, modelsPath);
      const wrong = installFrom(hub, modelsPath, { token: 'wrong' });
      await assertRefused(wrong, 'gated', /does not let this token.*403.*accept .*conditions/, modelsPath);
      await installFrom(hub, modelsPath, { token: 'right' });
      await assertInstalled(modelsPath, hub);
    }));

  it('says so where just the file is gated', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.fault = always({ status: 403 });
      await assertRefused(installFrom(hub, modelsPath), 'gated', /tiny\.gguf \(403\)/, modelsPath);
    }));

  it('refuses wrong bytes', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const wrong = Buffer.from(gguf);
      wrong[wrong.length >> 1]! ^= 1;
      hub.fault = always({ content: wrong });
      await assertRefused(installFrom(hub, modelsPath), 'damaged', /other content.*try again/, modelsPath);
    }));

  it('refuses more bytes and fewer', () =>
    withEmptyStore(async (hub, modelsPath) => {
      for (const content of [Buffer.concat([gguf, gguf]), gguf.subarray(0, 1000)]) {
        hub.fault = always({ content });
        const size = new RegExp(`should have ${gguf.length} bytes and comes with ${content.length} bytes`);
        await assertRefused(installFrom(hub, modelsPath), 'damaged', size, modelsPath);
      }
      hub.fault = always({ content: Buffer.concat([gguf, gguf]), hideLength: true });
      await assertRefused(installFrom(hub, modelsPath), 'damaged', /comes with more/, modelsPath, ['tiny.partial']);
    }));

  it('says so where there is no such repository, no such file in it, or none at its address', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const install = (changes: object): Promise<unknown> =>
        installFrom(hub, modelsPath, {}, { ...tinyEntry, ...changes });
      const advice = /404.*check the mirror/;
      await assertRefused(install({ repository: 'someone/else' }), 'missing', advice, modelsPath);
      await assertRefused(install({ revision: 'v2' }), 'missing', advice, modelsPath);
      await assertRefused(install({ files: [{ name: 'b.gguf' }] }), 'missing', /has no b\.gguf at/, modelsPath);
      await assertRefused(install({ files: undefined }), 'missing', /has no config\.json at/, modelsPath);
      hub.fault = always({ status: 404 });
      await assertRefused(installFrom(hub, modelsPath), 'missing', /no tiny\.gguf \(404\)/, modelsPath);
    }));

  for (const kind of ['info', 'tree', 'file', 'elsewhere'] as const) {
    it(`waits where ${kind} fails a few times, and no longer than that`, () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.isElsewhere = kind === 'elsewhere';
        hub.fault = (request) => {
          if (request.kind !== kind) return undefined;
          return [{ status: 500 }, { status: 429, headers: { 'retry-after': '0' } }, { status: 503 }][request.number];
        };
        await installFrom(hub, modelsPath);
        await assertInstalled(modelsPath, hub);
        hub.fault = (request) => (request.kind === kind ? { status: 500 } : undefined);
        const others = `${modelsPath}-2`;
        const before = hub.requests.length;
        await assertRefused(installFrom(hub, others), 'server', /in trouble \(500.*try again later/, others);
        assert.equal(hub.requests.slice(before).filter((request) => request.kind === kind).length, 4);
      }));

    it(`takes no sign-in page as an answer to ${kind}`, () =>
      withEmptyStore(async (hub, modelsPath) => {
        hub.isElsewhere = kind === 'elsewhere';
        const page = {
          status: 200,
          body: '<html>Welcome</html>',
          headers: { 'content-type': 'text/html; charset=utf-8' },
        };
        hub.fault = (request) => (request.kind === kind ? page : undefined);
        await assertRefused(installFrom(hub, modelsPath), 'signIn', /sign in to the network.*try again/, modelsPath);
      }));
  }

  it('follows to no sign-in page, in no circle and to nothing that is not secure', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const redirectTo = (location: string) => always({ status: 302, headers: { location } });
      hub.fault = redirectTo(`${hub.address}/someone/tiny/resolve/main/tiny.gguf`);
      await assertRefused(installFrom(hub, modelsPath), 'network', /in circles/, modelsPath);
      hub.fault = redirectTo('ftp://127.0.0.1/tiny.gguf');
      await assertRefused(installFrom(hub, modelsPath), 'network', /not secure/, modelsPath);
    }));

  it('does not believe answers that make no sense', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const file = { type: 'file', path: 'tiny.gguf', size: gguf.length, oid: '0'.repeat(40) };
      const bodies = [
        ...['', 'no', '{}', '{"sha":"main"}', '[]', '{"sha":7}'].map((body) => ({ kind: 'info', body })),
        ...['', '{', '{}', '7', 'null'].map((body) => ({ kind: 'tree', body })),
        ...[{ oid: 'x' }, { size: -1 }, { size: '7' }, { size: 1.5 }, { lfs: { oid: 'x', size: 5 } }, { path: 7 }].map(
          (change) => ({
            kind: 'tree',
            body: JSON.stringify([{ ...file, ...change }]),
          }),
        ),
      ];
      for (const { kind, body } of bodies) {
        const answer = { status: 200, body, headers: { 'content-type': 'application/json' } };
        hub.fault = (request) => (request.kind === kind ? answer : undefined);
        await assertRefused(installFrom(hub, modelsPath), 'damaged', /makes no sense/, modelsPath);
      }
    }));

  it('verifies files that the hub keeps in git by their id', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.isLfs = () => false;
      hub.fault = always({ content: otherGguf });
      await assertRefused(installFrom(hub, modelsPath), 'damaged', /other content/, modelsPath);
      hub.fault = () => undefined;
      await installFrom(hub, modelsPath);
      await assertInstalled(modelsPath, hub);
    }));

  it('holds the hub to what the catalogue knows', () =>
    withEmptyStore(async (hub, modelsPath) => {
      const known = (changes: object): Promise<unknown> =>
        installFrom(hub, modelsPath, {}, { ...tinyEntry, files: [{ name: 'tiny.gguf', ...changes }] });
      await assertRefused(known({ bytes: 7 }), 'damaged', /another tiny\.gguf than Tiny is known by/, modelsPath);
      await assertRefused(known({ sha256: '0'.repeat(64) }), 'damaged', /another tiny\.gguf/, modelsPath);
    }));

  it('refuses what is no model, and keeps nothing of it', () =>
    withEmptyStore(async (hub, modelsPath) => {
      hub.files = { 'tiny.gguf': Buffer.alloc(5000, 7) };
      await assert.rejects(installFrom(hub, modelsPath), /is not a GGUF file/);
      await assertRefused(
        installFrom(hub, modelsPath, { signal: AbortSignal.abort() }),
        'cancelled',
        /stopped/,
        modelsPath,
      );
    }));

  it('says which certificate is missing, and does not try again for it', () =>
    withEmptyStore(async (hub, modelsPath) => {
      let asked = 0;
      const fetch = async (): Promise<Response> => {
        asked++;
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error(), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
        });
      };
      const message = /certificate of 127\.0\.0\.1:\d+ is not trusted \(SELF_SIGNED_CERT_IN_CHAIN\): give Node/;
      await assertRefused(installFrom(hub, modelsPath, { fetch }), 'certificate', message, modelsPath);
      assert.equal(asked, 1);
    }));

  it('says so where nobody answers', () =>
    withEmptyStore(async (hub, modelsPath) => {
      await hub.close();
      await assertRefused(installFrom(hub, modelsPath), 'network', /ECONNREFUSED.*check the network/, modelsPath);
      const mirror = 'not an address';
      await assertRefused(installFrom(hub, modelsPath, { mirror }), 'name', /no address of a mirror/, modelsPath);
    }));
});
