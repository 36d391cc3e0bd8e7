// Requests as the environment wants them made: through the proxy that HTTPS_PROXY or HTTP_PROXY names, but for the hosts of NO_PROXY.
// Certificates of a company come from NODE_EXTRA_CA_CERTS, which Node itself reads.
import type { Fetch } from '../model/store/hubFetch.ts';

export async function environmentFetch(): Promise<Fetch> {
  // loaded where something is downloaded: it is a large part of the program
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  // the same interfaces, declared once by Node and once by the library
  return (async (url: string, init: object) => fetch(url, { ...init, dispatcher })) as unknown as Fetch;
}
