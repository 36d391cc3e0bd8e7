// One request to a hub as a browser would make it, and more careful: the token goes to the hub alone, wherever it redirects to,
// a sign-in page is no answer, and what passes by itself is waited for.
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, ModelStoreError } from './storeError.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HubAccess {
  readonly signal: AbortSignal;
  /** Sent to the origin of the first request and to no other. */
  readonly token?: string;
  /** How requests are made: with a proxy, say, or with certificates of a company. Node's own by default. */
  readonly fetch?: Fetch;
  /** How long to wait before each further try, in milliseconds; as many tries as there are numbers. */
  readonly retryDelaysMs?: readonly number[];
  /** How long nothing may come before a connection counts as cut. */
  readonly stallMs?: number;
}

const defaultRetryDelaysMs = [1_000, 2_000, 5_000, 10_000, 20_000];
const defaultStallMs = 30_000;
const longestWaitMs = 60_000;
const mostRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Requests to one hub. */
export interface HubClient {
  readonly stallMs: number;
  /** Follows redirects and tries again; any other answer is the caller's. @throws ModelStoreError: cancelled, signIn, certificate or network */
  readonly fetch: Fetch;
  /** Waits before try number `attempt`, from 0. False where there is none left. @throws ModelStoreError: cancelled */
  pause(attempt: number, atLeastMs?: number): Promise<boolean>;
}

export function hubClient(access: HubAccess): HubClient {
  const { signal, stallMs = defaultStallMs, retryDelaysMs = defaultRetryDelaysMs } = access;
  let hubOrigin: string | undefined;

  const pause = async (attempt: number, atLeastMs = 0): Promise<boolean> => {
    const waitMs = retryDelaysMs[attempt];
    if (waitMs === undefined) return false;
    await delay(Math.max(waitMs, Math.min(atLeastMs, longestWaitMs)), undefined, { signal }).catch(() => {});
    throwIfStopped(signal);
    return true;
  };

  const follow = async (start: string, init: RequestInit): Promise<Response> => {
    let url = new URL(start);
    hubOrigin ??= url.origin;
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const headers = new Headers(init.headers);
      if (access.token !== undefined && url.origin === hubOrigin)
        headers.set('authorization', `Bearer ${access.token}`);
      const request: RequestInit = { ...init, headers: Object.fromEntries(headers), redirect: 'manual' };
      const { host } = url;
      const response = await answerWithin(access, stallMs, url, request).catch((error: unknown) => {
        throwIfStopped(signal);
        throw connectionError(host, error);
      });
      const target = redirects.has(response.status) ? response.headers.get('location') : null;
      if (target === null) return refuseSignIn(response, url);
      await response.body?.cancel();
      const next = new URL(target, url);
      if (next.protocol !== url.protocol && next.protocol !== 'https:')
        throw new ModelStoreError(
          'network',
          `${url.host} sends on to an address that is not secure: try another network or another mirror.`,
        );
      url = next;
    }
    throw new ModelStoreError('network', `${url.host} sends on in circles: try another network or another mirror.`);
  };

  const patient: Fetch = async (url, init) => {
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      try {
        response = await follow(url, init);
      } catch (error) {
        if (isFinal(error) || !(await pause(attempt))) throw error;
        continue;
      }
      if (!isPassing(response.status)) return response;
      const retryAfterMs = 1000 * (Number(response.headers.get('retry-after')) || 0);
      if (!(await pause(attempt, retryAfterMs))) return response;
      await response.body?.cancel();
    }
  };
  return { stallMs, fetch: patient, pause };
}

/** @throws ModelStoreError: cancelled */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted)
    throw new ModelStoreError('cancelled', 'The download was stopped: started again, it goes on from where it was.');
}

/** The headers of the answer; the body may take its time, and ends with the signal. */
async function answerWithin(access: HubAccess, stallMs: number, url: URL, init: RequestInit): Promise<Response> {
  const { fetch = globalThis.fetch, signal } = access;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error('no answer')), stallMs);
  try {
    return await fetch(url.href, { ...init, signal: AbortSignal.any([signal, stalled.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing at a hub is a web page: where one comes, somebody else has answered. */
async function refuseSignIn(response: Response, url: URL): Promise<Response> {
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/html')) return response;
  await response.body?.cancel();
  throw new ModelStoreError(
    'signIn',
    `A web page answers in place of ${url.host}: sign in to the network in a browser, or check the mirror's address, and try again.`,
  );
}

function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

const isAboutCertificates = (code: string | undefined): boolean => /CERT|SIGNED|UNABLE_TO/.test(code ?? '');

/** Trying again helps where the connection is to blame. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof ModelStoreError)) return true;
  return error.problem !== 'network' || error.cause === undefined;
}

/** What kept `host` from answering, or from going on with it. */
export function connectionError(host: string, error: unknown): ModelStoreError {
  const code = errorCode(error);
  if (isAboutCertificates(code))
    return new ModelStoreError(
      'certificate',
      `The certificate of ${host} is not trusted (${code}): give Node the certificate of your company (NODE_EXTRA_CA_CERTS).`,
      error,
    );
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new ModelStoreError(
    'network',
    `${host} cannot be reached, or the connection was cut (${reason}): check the network and the proxy, and try again.`,
    error,
  );
}
