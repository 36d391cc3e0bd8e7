// What a repository of a hub holds at one commit, as the hub itself says: sizes and hashes are those that a download is held to.
import { listFiles, modelInfo } from '@huggingface/hub';
import type { Digest } from './fileHasher.ts';
import type { Fetch } from './hubFetch.ts';
import { ModelStoreError } from './storeError.ts';

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  readonly digest: Digest;
}

export interface HubListing {
  readonly commit: string;
  /** Files in the repository's own folder, those in folders left out. */
  readonly files: readonly HubFile[];
  /** The address of a file at this commit. */
  readonly urlOf: (name: string) => string;
}

export interface HubPlace {
  readonly repository: string;
  /** A branch, tag or commit. */
  readonly revision: string;
  /** Of a mirror; the library's hub where it is left out. */
  readonly address?: string;
}

const mostFiles = 10_000;

/** Address of the library's hub, without asking it anything. */
export async function hubAddress(): Promise<string | undefined> {
  let address: string | undefined;
  const listen: typeof globalThis.fetch = async (input) => {
    address = baseOf(String(input));
    throw new Error('nothing is asked');
  };
  await modelInfo({ name: 'owner/name', fetch: listen }).catch(() => undefined);
  return address;
}

/** The library keeps its hub's address to itself; its requests tell. */
function baseOf(url: string): string {
  return url.slice(0, url.indexOf('/api/models/'));
}

/** Asks which commit `revision` is, and what it holds. @throws ModelStoreError */
export async function listRepository(place: HubPlace, fetch: Fetch, hasToken: boolean): Promise<HubListing> {
  const { repository, revision } = place;
  let base = place.address === undefined ? undefined : addressOf(place.address);
  const request: typeof globalThis.fetch = async (input, init) => {
    const url = String(input);
    base ??= baseOf(url);
    const response = await fetch(url, init ?? {});
    if (response.ok) return response;
    await response.body?.cancel();
    throw statusError(response.status, repository, hasToken);
  };
  try {
    const access = { fetch: request, ...(base !== undefined && { hubUrl: base }) };
    const info = await modelInfo({ name: repository, revision, additionalFields: ['sha'], ...access });
    const commit: unknown = info.sha;
    if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit)) throw strangeAnswer(repository);
    const files: HubFile[] = [];
    for await (const entry of listFiles({ repo: repository, revision: commit, ...access })) {
      if (entry.type === 'file') files.push(fileOf(repository, entry));
      if (files.length > mostFiles) throw strangeAnswer(repository);
    }
    return { commit, files, urlOf: (name) => `${base}/${repository}/resolve/${commit}/${name}` };
  } catch (error) {
    if (error instanceof ModelStoreError) throw error;
    throw strangeAnswer(repository, error);
  }
}

interface ListedFile {
  readonly path: unknown;
  readonly size: unknown;
  readonly oid?: unknown;
  readonly lfs?: { readonly oid: unknown; readonly size: unknown };
}

function fileOf(repository: string, { path, size, oid, lfs }: ListedFile): HubFile {
  const name = typeof path === 'string' ? path : '';
  const bytes = lfs?.size ?? size;
  // a name that leads elsewhere is none of the repository's own folder
  if (/^\.{0,2}$|[/\\\0]/.test(name) || typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
    throw strangeAnswer(repository);
  const sha256 = /^(?:sha256:)?([0-9a-f]{64})$/.exec(String(lfs?.oid))?.[1];
  if (sha256 !== undefined) return { name, bytes, digest: { kind: 'sha256', hex: sha256 } };
  if (lfs !== undefined || typeof oid !== 'string' || !/^[0-9a-f]{40}$/.test(oid)) throw strangeAnswer(repository);
  return { name, bytes, digest: { kind: 'gitBlob', hex: oid } };
}

/** The address without what would double a slash. @throws ModelStoreError if it is none */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new ModelStoreError('name', `${text} is no address of a mirror: give one that begins with https://.`);
  return url.href.replace(/\/+$/, '');
}

function strangeAnswer(repository: string, cause?: unknown): ModelStoreError {
  return new ModelStoreError(
    'damaged',
    `What the hub says of ${repository} makes no sense: check the mirror's address, or try again later.`,
    cause,
  );
}

/** What an answer means that is none of the wanted ones. */
export function statusError(status: number, what: string, hasToken: boolean): ModelStoreError {
  if (status === 401 || status === 403)
    return new ModelStoreError(
      'gated',
      hasToken
        ? `The hub does not let this token have ${what} (${status}): accept the model's conditions on its page with the same account, and use a token that may read it.`
        : `The hub lets only signed-in accounts have ${what} (${status}): accept the model's conditions on its page, and give a token of that account.`,
    );
  if (status === 404 || status === 410)
    return new ModelStoreError(
      'missing',
      `The hub has no ${what} (${status}): check the mirror's address, or update the extension, whose list of models may be old.`,
    );
  if (status === 429 || status >= 500)
    return new ModelStoreError('server', `The hub is in trouble (${status} for ${what}): try again later.`);
  return new ModelStoreError(
    'server',
    `The hub answers ${what} with ${status}: check the mirror's address, or try again later.`,
  );
}
