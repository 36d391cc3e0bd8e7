// Windows of one user → connections, and of nobody else: a socket in a folder of the user's own, which lets in who says what only the
// user can read. Closes behind the last of them.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import {
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { knock, type Meeting, readMeeting } from '../base/meeting.ts';
import { writeWhole } from '../base/writeWhole.ts';

/** A window that reloads is back by then; the first one is there by then. */
const lingerMs = 5000;
const firstMs = 30_000;
/** Whoever does not say the token within this time and length is no window. */
const greetingMs = 2000;
const longestGreeting = 128;
/** No message is nearly as long. */
const mostBytes = 32 * 2 ** 20;
/** Another process that opens a door takes less. */
const staleMs = 5000;

const folderPrefix = 'palimpsest-';

export interface DoorOptions {
  /** The file that says where the door is. */
  readonly meetingPath: string;
  /** Told of everyone who is let in; listens to them at once. */
  readonly serve: (connection: MessageConnection) => void;
  /** Called once the last has gone and nobody came for a while; the door is closed by then. */
  readonly onEmpty: () => void;
  readonly lingerMs?: number;
}

/** False where an engine listens already, and this one is not needed. Rejects with what the disk or the system says. */
export async function openDoor(options: DoorOptions): Promise<boolean> {
  const { meetingPath } = options;
  await mkdir(dirname(meetingPath), { recursive: true, mode: 0o700 });
  const retries = { retries: 100, minTimeout: 50, maxTimeout: 100 };
  const release = await lock(meetingPath, { realpath: false, stale: staleMs, retries });
  try {
    const there = await readMeeting(meetingPath);
    const socket = there && (await knock(there));
    socket?.destroy();
    if (socket !== undefined) return false;
    if (there !== undefined) await removeSocket(there.address);
    await listen(options);
    return true;
  } finally {
    await release();
  }
}

async function listen(options: DoorOptions): Promise<void> {
  const { meetingPath, serve, onEmpty } = options;
  const meeting: Meeting = {
    address: await newAddress(),
    token: randomBytes(32).toString('hex'),
    processId: process.pid,
  };
  const windows = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  const closeIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void close().finally(onEmpty), ms);
  };
  const close = async (): Promise<void> => {
    server.close();
    const there = await readMeeting(meetingPath);
    if (there?.address === meeting.address) await rm(meetingPath, { force: true });
    await removeSocket(meeting.address);
  };
  const server = createServer((socket) => {
    // who goes in the middle of something is seen to by `close`
    socket.on('error', () => {});
    greet(socket, meeting.token, () => {
      clearTimeout(timer);
      windows.add(socket);
      socket.once('close', () => {
        windows.delete(socket);
        if (windows.size === 0) closeIn(options.lingerMs ?? lingerMs);
      });
      serve(createMessageConnection(new CappedReader(socket), new SocketMessageWriter(socket)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(meeting.address, resolve);
  });
  await writeWhole(meetingPath, (partial) => writeFile(partial, JSON.stringify(meeting), { mode: 0o600 }));
  closeIn(firstMs);
}

/** Lets in who says the token; sends everyone else away. */
function greet(socket: Socket, token: string, letIn: () => void): void {
  let said = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), greetingMs);
  socket.once('close', () => clearTimeout(timer));
  const hear = (chunk: Buffer): void => {
    said = Buffer.concat([said, chunk]);
    const end = said.indexOf('\n');
    if (end < 0 && said.length <= longestGreeting) return;
    socket.off('data', hear);
    clearTimeout(timer);
    if (end < 0 || !isSame(said.subarray(0, end), Buffer.from(token))) {
      socket.destroy();
      return;
    }
    socket.pause();
    if (said.length > end + 1) socket.unshift(said.subarray(end + 1));
    socket.write('\n');
    letIn();
    socket.resume();
  };
  socket.on('data', hear);
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Reads messages; whoever sends one that does not end is sent away. */
class CappedReader extends SocketMessageReader {
  readonly #socket: Socket;
  #pending = 0;

  constructor(socket: Socket) {
    super(socket);
    this.#socket = socket;
    // nobody is told of half messages, and the timer for that would outlive whoever sent one
    this.partialMessageTimeout = 0;
  }

  override listen(callback: DataCallback): Disposable {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#pending += chunk.length;
      if (this.#pending > mostBytes) this.#socket.destroy();
    });
    return super.listen((message) => {
      this.#pending = 0;
      callback(message);
    });
  }
}

/** Where nobody has listened before: on Windows a name that nobody can guess, elsewhere in a folder that nobody else can enter. */
async function newAddress(): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\${folderPrefix}${randomBytes(16).toString('hex')}`;
  return join(await mkdtemp(join(tmpdir(), folderPrefix)), 'engine.sock');
}

async function removeSocket(address: string): Promise<void> {
  const folder = dirname(address);
  if (process.platform === 'win32' || !basename(folder).startsWith(folderPrefix)) return;
  await rm(folder, { recursive: true, force: true });
}
