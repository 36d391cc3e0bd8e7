// Who gets in, who does not, and that those who do not can do nothing to those who did.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { knock, type Meeting, readMeeting } from '../../../src/base/meeting.ts';
import { openDoor } from '../../../src/engine/door.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

interface Door {
  readonly path: string;
  readonly meeting: Meeting;
  readonly closed: Promise<void>;
}

/** Opens a door behind which numbers are doubled. */
async function doubling(folder: string): Promise<Door> {
  const path = join(folder, 'engines', 'door');
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const serve = (connection: MessageConnection): void => {
    connection.onRequest('double', (number: number) => 2 * number);
    connection.onError(() => {});
    connection.listen();
  };
  assert.equal(await openDoor({ meetingPath: path, serve, onEmpty: close, lingerMs: 20 }), true);
  return { path, meeting: (await readMeeting(path))!, closed };
}

/** A window that was let in, and how to ask. */
async function enter(meeting: Meeting): Promise<{ socket: Socket; double(number: number): Promise<number> }> {
  const socket = await knock(meeting);
  assert.ok(socket);
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  connection.listen();
  socket.resume();
  return { socket, double: (number) => connection.sendRequest('double', number) };
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** Says something to the door; resolves with what it answers until it closes the connection. */
async function say(address: string, ...words: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(address);
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  socket.on('error', () => {});
  for (const word of words) socket.write(word);
  await closed(socket);
  return heard;
}

describe('the door of an engine', () => {
  let folder: string;
  let door: Door;
  /** Each test in a folder of its own, with somebody inside who is served to the end. */
  const withDoor =
    (work: () => Promise<void>): (() => Promise<void>) =>
    () =>
      inTemporaryFolder(async (made) => {
        folder = made;
        door = await doubling(folder);
        const window = await enter(door.meeting);
        await work();
        assert.equal(await window.double(21), 42);
        window.socket.destroy();
        await door.closed;
        // and nothing of it is left
        assert.equal(await readMeeting(door.path), undefined);
        await assert.rejects(stat(dirname(door.meeting.address)), /ENOENT/);
      });

  it(
    'lets in several windows, and closes behind the last',
    withDoor(async () => {
      const [one, other] = [await enter(door.meeting), await enter(door.meeting)];
      assert.deepEqual(await Promise.all([one.double(1), other.double(2)]), [2, 4]);
      one.socket.destroy();
      await sleep(100);
      assert.equal(await other.double(3), 6);
      other.socket.destroy();
    }),
  );

  it(
    'is no other’s than the user’s',
    withDoor(async () => {
      if (process.platform === 'win32') return;
      const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
      assert.equal(await mode(door.path), 0o600);
      assert.equal(await mode(dirname(door.path)), 0o700);
      assert.equal(await mode(dirname(door.meeting.address)), 0o700);
      if (process.getuid?.() !== 0) return;
      // as somebody else, who knows all that there is to know
      const { address, token } = door.meeting;
      const program = `const s = require('node:net').connect(${JSON.stringify(address)});
        s.on('error', (e) => console.log(e.code)); s.on('connect', () => s.write(${JSON.stringify(token)} + '\\n'));
        s.on('data', () => { console.log('in'); s.destroy(); });`;
      const other = { uid: 65534, gid: 65534, cwd: '/', timeout: 20_000 };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], other);
      assert.equal(stdout.trim(), 'EACCES');
    }),
  );

  it(
    'stays shut for whoever does not know the token',
    withDoor(async () => {
      const { address, token } = door.meeting;
      const wrong = token.replace(/^./, (first) => (first === '0' ? '1' : '0'));
      assert.equal(await knock({ ...door.meeting, token: wrong }), undefined);
      for (const word of ['\n', `${wrong}\n`, `${token.slice(1)}\n`, `${token}${token}\n`, 'x'.repeat(100_000)])
        assert.equal(await say(address, word), '');
    }),
  );

  it(
    'does not wait for those who say nothing',
    withDoor(async () => {
      assert.equal(await say(door.meeting.address, door.meeting.token), '');
    }),
  );

  it(
    'is not impressed by noise, before the token and behind it',
    withDoor(async () => {
      const { address, token } = door.meeting;
      const header = 'Content-Length: ';
      const noise = fc.oneof(
        fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
        fc.string().map((text) => Buffer.from(`${header}${Buffer.byteLength(text)}\r\n\r\n${text}`)),
        fc.json().map((text) => Buffer.from(`${header}${Buffer.byteLength(text)}\r\n\r\n${text}`)),
        fc.constantFrom('-1', '1e9', 'NaN', '').map((length) => Buffer.from(`${header}${length}\r\n\r\n{}`)),
      );
      await fc.assert(
        fc.asyncProperty(noise, fc.boolean(), async (bytes, isInside) => {
          const socket = connect(address);
          socket.on('error', () => {});
          await once(socket, 'connect');
          if (isInside) socket.write(`${token}\n`);
          socket.end(bytes);
          socket.resume();
          await closed(socket);
        }),
        { numRuns: 60 },
      );
    }),
  );

  it(
    'sends away whoever sends a message without an end',
    withDoor(async () => {
      const { address, token } = door.meeting;
      const heard = await say(
        address,
        `${token}\nContent-Length: 99999999999\r\n\r\n`,
        Buffer.alloc(40 * 2 ** 20, 'x'),
      );
      assert.equal(heard, '\n');
    }),
  );

  it('is opened once, and anew where an engine has left its file behind', () =>
    inTemporaryFolder(async (made) => {
      const path = join(made, 'engines', 'door');
      await mkdir(dirname(path));
      await writeFile(path, JSON.stringify({ address: join(made, 'gone.sock'), token: 'x', processId: 1 }));
      const first = await doubling(made);
      const isOpen = await openDoor({ meetingPath: path, serve: () => assert.fail(), onEmpty: () => assert.fail() });
      assert.equal(isOpen, false);
      const window = await enter(first.meeting);
      assert.equal(await window.double(2), 4);
      window.socket.destroy();
      await first.closed;
    }));
});
