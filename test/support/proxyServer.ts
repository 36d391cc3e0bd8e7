// A proxy on this machine, and what it was asked for.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface ProxyServer {
  readonly address: string;
  /** Hosts with ports, in order. */
  readonly targets: string[];
  /** What it was shown as `proxy-authorization`. */
  readonly authorizations: Set<string | undefined>;
}

/** Has a proxy for as long as `use` takes. */
export async function withProxy<T>(use: (proxy: ProxyServer) => Promise<T>): Promise<T> {
  const targets: string[] = [];
  const authorizations = new Set<string | undefined>();
  const server = createServer();
  server.on('connect', ({ url = '', headers }, socket, head) => {
    targets.push(url);
    authorizations.add(headers['proxy-authorization']);
    const { hostname, port } = new URL(`http://${url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await use({ address, targets, authorizations });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
