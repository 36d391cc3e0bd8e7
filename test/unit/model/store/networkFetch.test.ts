import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkFetch } from '../../../../src/model/store/networkFetch.ts';
import { errorCode } from '../../../../src/model/store/storeError.ts';
import type { NetworkOptions } from '../../../../src/protocol/models.ts';

const fixture = (name: string): string => new URL(`../../../fixtures/tls/${name}`, import.meta.url).pathname;

/** What a server says whose certificate nobody has signed but itself. */
async function ask(network: NetworkOptions): Promise<string> {
  const [key, cert] = await Promise.all(['key.pem', 'certificate.pem'].map((name) => readFile(fixture(name))));
  const server = createServer({ key, cert }, (_, response) => response.end('hello'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const fetch = await networkFetch(network);
    const { port } = server.address() as AddressInfo;
    return await (await fetch(`https://127.0.0.1:${port}/`, {})).text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('requests as the user’s network wants them', () => {
  const { NODE_EXTRA_CA_CERTS: before } = process.env;
  afterEach(() => {
    delete process.env.NODE_EXTRA_CA_CERTS;
    if (before !== undefined) process.env.NODE_EXTRA_CA_CERTS = before;
  });

  const refusal = (error: unknown): boolean => errorCode(error) === 'DEPTH_ZERO_SELF_SIGNED_CERT';

  it('believe no certificate that nobody vouches for', async () => {
    await assert.rejects(ask({}), refusal);
    await assert.rejects(ask({ strictCertificates: true, systemCertificates: true }), refusal);
  });

  it('believe any where the user says so', async () => {
    assert.equal(await ask({ strictCertificates: false }), 'hello');
  });

  it('believe those of the company beside those of the system', async () => {
    process.env.NODE_EXTRA_CA_CERTS = fixture('certificate.pem');
    assert.equal(await ask({ systemCertificates: true }), 'hello');
  });
});
