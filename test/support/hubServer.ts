// A hub on this machine, as far as downloads go: which commit a branch is, what it holds, its files, whole and in ranges, from an
// origin of its own where that is wanted; and all that can go wrong with them.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface HubRequest {
  /** The commit of a branch, the files of a commit, a file at the hub, a file at the other origin. */
  readonly kind: 'info' | 'tree' | 'file' | 'elsewhere';
  readonly file: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** Counts requests of a kind, from 0. */
  readonly number: number;
}

/** What happens in place of the right answer. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Bytes of the body after which the connection is cut. */
  readonly cutAfter?: number;
  /** Bytes of the body after which nothing comes any more; before the headers where it is negative. */
  readonly hangAfter?: number;
  /** Sends the body in so many pieces, each after a moment. */
  readonly pieces?: number;
  readonly ignoreRange?: boolean;
  readonly ignoreIfRange?: boolean;
  readonly hideLength?: boolean;
  /** Another content, or another name for it. */
  readonly content?: Buffer;
  readonly etag?: string;
}

export interface HubServer {
  readonly address: string;
  /** `owner/name` of the only repository. */
  repository: string;
  readonly requests: HubRequest[];
  /** Bytes of files that were sent. */
  sentBytes: number;
  /** By name. Those of LFS are listed with their SHA-256, others with git's id. */
  files: Readonly<Record<string, Buffer>>;
  isLfs: (name: string) => boolean;
  /** Whether files come from another origin. */
  isElsewhere: boolean;
  /** Required of every request to the hub, and of none to the other origin. */
  token: string | undefined;
  fault: (request: HubRequest) => Fault | undefined;
  close(): Promise<void>;
}

/** A hub of one repository that holds `files`. The caller closes it. */
export async function startHub(files: Readonly<Record<string, Buffer>>): Promise<HubServer> {
  const counts = new Map<string, number>();
  const read = (kind: HubRequest['kind'], file: string, { headers }: IncomingMessage): HubRequest => {
    const number = counts.get(kind) ?? 0;
    counts.set(kind, number + 1);
    const request = { kind, file, range: headers.range, authorization: headers.authorization, number };
    hub.requests.push(request);
    return request;
  };

  const main = createServer((request, response) => void answer(request, response));
  const other = createServer((request, response) => {
    const file = new URL(request.url ?? '', 'http://other').pathname.slice(1);
    void sendFile(read('elsewhere', file, request), request, response);
  });
  await Promise.all([main, other].map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const kind = pathname.includes('/revision/') ? 'info' : pathname.includes('/tree/') ? 'tree' : 'file';
    const [, repository, at, file = ''] =
      /^(?:\/api\/models)?\/(.+?)\/(?:revision|tree|resolve)\/([^/]+)\/?(.*)$/.exec(pathname) ?? [];
    const seen = read(kind, file, request);
    const fault = hub.fault(seen);
    if (fault?.status !== undefined) return respond(response, fault.status, fault.body ?? '', fault.headers);
    if (hub.token !== undefined && request.headers.authorization !== `Bearer ${hub.token}`)
      return respond(response, request.headers.authorization === undefined ? 401 : 403, '{"error":"gated"}');
    const isKnown = repository === hub.repository && (at === 'main' || at === commitOf(hub));
    if (!isKnown) return respond(response, 404, '{"error":"not found"}');
    if (kind === 'info')
      return respond(response, 200, JSON.stringify({ _id: '1', id: repository, sha: commitOf(hub) }));
    if (kind === 'tree') return respond(response, 200, JSON.stringify(listing(hub)));
    if (!hub.isElsewhere) return sendFile(seen, request, response, fault);
    return respond(response, 302, '', { location: `http://127.0.0.1:${port(other)}/${file}?signed=1` });
  };

  const sendFile = async (
    seen: HubRequest,
    request: IncomingMessage,
    response: ServerResponse,
    fault = hub.fault(seen),
  ): Promise<void> => {
    if (fault?.status !== undefined) return respond(response, fault.status, fault.body ?? '', fault.headers);
    const content = fault?.content ?? hub.files[seen.file];
    if (content === undefined) return respond(response, 404, 'not found');
    const etag = fault?.etag ?? `"${sha256(content)}"`;
    const ifRange = request.headers['if-range'];
    const isSame = ifRange === undefined || ifRange === etag || fault?.ignoreIfRange === true;
    const start = fault?.ignoreRange || !isSame ? undefined : /^bytes=(\d+)-$/.exec(seen.range ?? '')?.[1];
    const from = Number(start ?? 0);
    if (start !== undefined && from >= content.length) return respond(response, 416, '');
    const part = content.subarray(from);
    const headers = {
      'content-type': 'application/octet-stream',
      ...(!fault?.hideLength && { 'content-length': part.length }),
      ...(etag !== '' && { etag }),
    };
    if (fault?.hangAfter !== undefined && fault.hangAfter < 0) return;
    if (start === undefined) response.writeHead(200, headers);
    else
      response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
    const end = fault?.cutAfter ?? fault?.hangAfter ?? part.length;
    const pieces = fault?.pieces ?? 1;
    response.flushHeaders();
    for (let piece = 0; piece < pieces && !response.destroyed; piece++) {
      const bytes = part.subarray(Math.floor((end * piece) / pieces), Math.floor((end * (piece + 1)) / pieces));
      hub.sentBytes += bytes.length;
      await new Promise((resolve) => response.write(bytes, resolve));
      if (pieces > 1) await setTimeout(5);
    }
    if (fault?.cutAfter !== undefined) {
      // what was sent is read before the end is seen
      await setTimeout(10);
      response.socket?.destroySoon();
    } else if (fault?.hangAfter === undefined) response.end();
  };

  const hub: HubServer = {
    address: `http://127.0.0.1:${port(main)}`,
    repository: 'someone/tiny',
    requests: [],
    sentBytes: 0,
    files,
    isLfs: () => true,
    isElsewhere: false,
    token: undefined,
    fault: () => undefined,
    close: async () => {
      for (const server of [main, other]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  return hub;
}

/** Has a hub for as long as `use` takes. */
export async function withHub<T>(
  files: Readonly<Record<string, Buffer>>,
  use: (hub: HubServer) => Promise<T>,
): Promise<T> {
  const hub = await startHub(files);
  try {
    return await use(hub);
  } finally {
    await hub.close();
  }
}

function respond(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): void {
  response.writeHead(status, { ...headers });
  response.end(body);
}

function listing({ files, isLfs }: HubServer): unknown {
  return Object.entries(files).map(([path, content]) => {
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const lfs = { oid: sha256(content), size: content.length, pointerSize: 130 };
    return { type: 'file', path, oid, size: content.length, ...(isLfs(path) && { lfs }) };
  });
}

/** Another for other content. */
export function commitOf({ files }: HubServer): string {
  const hash = createHash('sha1');
  for (const [name, content] of Object.entries(files)) hash.update(name).update(content);
  return hash.digest('hex');
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export function isFile({ kind }: HubRequest): boolean {
  return kind === 'file' || kind === 'elsewhere';
}

/** The fault on the first request for a file. */
export function first(fault: Fault): HubServer['fault'] {
  return (request) => (isFile(request) && request.number === 0 ? fault : undefined);
}

/** The fault on every request for a file. */
export function always(fault: Fault): HubServer['fault'] {
  return (request) => (isFile(request) ? fault : undefined);
}

/** What was asked for of files; undefined for all of one. */
export function ranges(hub: HubServer): readonly (string | undefined)[] {
  return hub.requests.filter(isFile).map(({ range }) => range);
}
