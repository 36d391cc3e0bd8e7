// How windows and an engine meet. The engine says where it listens in a file that its user alone can read, and lets in who knows what
// stands there: file → connection.
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';

/** What the file says, in JSON. */
export interface Meeting {
  /** Path of a socket, or name of a pipe. */
  readonly address: string;
  /** First line of everyone who comes in, without its end. The engine answers with an empty line. */
  readonly token: string;
  readonly processId: number;
}

/** Nobody who is there takes longer to answer. */
const answerMs = 2000;

/** What the file at `path` says, or undefined where there is none that can be read. */
export async function readMeeting(path: string): Promise<Meeting | undefined> {
  try {
    const { address, token, processId } = JSON.parse(await readFile(path, 'utf8')) as Partial<Meeting>;
    if (typeof address !== 'string' || typeof token !== 'string' || typeof processId !== 'number') return undefined;
    return { address, token, processId };
  } catch {
    return undefined;
  }
}

/** A connection, paused, to the engine that listens there and has let us in; undefined where none does. */
export function knock({ address, token }: Meeting): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const settle = (found: Socket | undefined): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (found === undefined) {
        socket.on('error', () => {});
        socket.destroy();
      }
      resolve(found);
    };
    const timer = setTimeout(() => settle(undefined), answerMs);
    socket.once('error', () => settle(undefined));
    socket.once('close', () => settle(undefined));
    socket.once('connect', () => socket.write(`${token}\n`));
    socket.once('data', (answer: Buffer) => {
      // who speaks first of what follows is no concern of ours
      socket.pause();
      if (answer.length > 1) socket.unshift(answer.subarray(1));
      settle(answer.toString('latin1', 0, 1) === '\n' ? socket : undefined);
    });
  });
}
