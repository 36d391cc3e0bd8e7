// How the user reaches the network → requests made that way: through the proxy of the settings or of the environment (HTTPS_PROXY,
// HTTP_PROXY, NO_PROXY), believing the certificates that the user or the company does (NODE_EXTRA_CA_CERTS, the system's store).
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import type { NetworkOptions } from '../../protocol/models.ts';
import type { Fetch } from './hubFetch.ts';
import { ModelStoreError } from './storeError.ts';

/** @throws ModelStoreError where the proxy's address is none */
export async function networkFetch(network: NetworkOptions = {}): Promise<Fetch> {
  // loaded where something is downloaded: it is a large part of the program
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const { proxy, noProxy, proxyAuthorization } = network;
  const checks = await tlsChecks(network);
  try {
    const dispatcher = new EnvHttpProxyAgent({
      ...(proxy !== undefined && { httpProxy: proxy, httpsProxy: proxy }),
      ...(noProxy !== undefined && { noProxy }),
      ...(proxyAuthorization !== undefined && { token: proxyAuthorization }),
      connect: checks,
      requestTls: checks,
      proxyTls: checks,
    });
    // the same interfaces, declared once by Node and once by the library
    return (async (url: string, init: object) => fetch(url, { ...init, dispatcher })) as unknown as Fetch;
  } catch (error) {
    throw new ModelStoreError(
      'network',
      `${proxy ?? 'What the environment names'} is no proxy that can be used: give one that begins with http:// or https://.`,
      error,
    );
  }
}

interface TlsChecks {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string[];
}

async function tlsChecks({ strictCertificates, systemCertificates }: NetworkOptions): Promise<TlsChecks> {
  if (strictCertificates === false) return { rejectUnauthorized: false };
  const system = systemCertificates === true ? await systemStore() : [];
  // a list takes the place of Node's own, which stay in force without one
  return system.length === 0 ? {} : { ca: [...(await ownStore()), ...system] };
}

/** Since Node 22.15. */
const { getCACertificates } = tls as { readonly getCACertificates?: (store: 'system') => string[] };

/** Where Linux distributions keep what they trust. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Certificates in PEM; none where this Node cannot ask the system. */
async function systemStore(): Promise<readonly string[]> {
  if (getCACertificates !== undefined) return getCACertificates('system');
  for (const path of bundles) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '') return [text];
  }
  return [];
}

async function ownStore(): Promise<readonly string[]> {
  const { NODE_EXTRA_CA_CERTS: extra } = process.env;
  const more = extra === undefined ? '' : await readFile(extra, 'utf8').catch(() => '');
  return more === '' ? tls.rootCertificates : [...tls.rootCertificates, more];
}
