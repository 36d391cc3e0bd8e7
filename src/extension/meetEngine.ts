// The engine for given options → a connection to it: to the one that other windows have started, or to one that is started for it.
// The only place of the extension where a process is started. It is nobody's child: it goes once its last window has gone.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { knock, readMeeting } from '../base/meeting.ts';
import { type EngineOptions, modelSetup } from '../protocol/messages.ts';

export interface EnginePlace {
  /** The engine's bundle, an ES module. */
  readonly enginePath: string;
  /** The Node program that runs it, and the environment it gets. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the files that say where engines are met. */
  readonly meetingsPath: string;
}

/** A connection to an engine. */
export interface EngineLink {
  readonly socket: Socket;
  readonly processId: number;
  /** Resolves once the connection has ended, with what is known of why. */
  readonly ended: Promise<string>;
  /** What the engine's process has printed. */
  printed(): Promise<string>;
}

/** Of what the process has printed, the end. */
const longestPrint = 4000;
/** An exit code comes about when the connection ends. */
const exitMs = 200;

/** @throws Error where no engine can be started, with what is known of why */
export async function meetEngine(place: EnginePlace, options: EngineOptions): Promise<EngineLink> {
  const path = join(place.meetingsPath, await nameOf(place, options));
  const printed = (): Promise<string> => endOf(`${path}.log`);
  const there = await linkTo(path);
  if (there !== undefined) return { ...there, ended: ended(there.socket), printed };
  const { exited } = await startEngine(place, path);
  const started = await linkTo(path);
  if (started !== undefined) return { ...started, ended: ended(started.socket, exited), printed };
  throw new Error(`${(await Promise.race([exited, setTimeout(exitMs)])) ?? 'it does not answer'}. ${await printed()}`);
}

/** Engines that would do the same for all have the same name. A bundle that was built anew is another. */
async function nameOf({ enginePath }: EnginePlace, options: EngineOptions): Promise<string> {
  const { mtimeMs } = await stat(enginePath);
  const setup = Object.entries(modelSetup(options)).sort();
  const text = JSON.stringify([enginePath, mtimeMs, options.protocolVersion, setup]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

async function linkTo(path: string): Promise<Pick<EngineLink, 'socket' | 'processId'> | undefined> {
  const meeting = await readMeeting(path);
  const socket = meeting && (await knock(meeting));
  return meeting && socket && { socket, processId: meeting.processId };
}

/** Starts an engine; resolves when it can be met, or has ended. `exited` says how it ends. */
async function startEngine(place: EnginePlace, path: string): Promise<{ readonly exited: Promise<string> }> {
  await mkdir(place.meetingsPath, { recursive: true, mode: 0o700 });
  const log = await open(`${path}.log`, 'w', 0o600);
  const child = fork(place.enginePath, [path], {
    execPath: place.program,
    execArgv: [],
    env: place.environment,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    detached: true,
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const isOpen = new Promise((resolve) => child.once('message', resolve));
  await Promise.race([isOpen, exited]);
  await log.close();
  child.unref();
  child.channel?.unref();
  return { exited };
}

async function ended(socket: Socket, exited?: Promise<string>): Promise<string> {
  await new Promise((resolve) => socket.once('close', resolve));
  return (await Promise.race([exited, setTimeout(exitMs)])) ?? 'its connection ended';
}

async function endOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-longestPrint).trim();
}
