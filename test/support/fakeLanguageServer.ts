// A language server that does what it is told to, right and wrong: its only argument is a script as JSON. Speaks the base protocol
// by hand, since it must be able to speak it badly.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServerProgram } from '../../src/language/serverProcess.ts';

/** What happens instead of an answer. */
export type Fault = 'hang' | 'die' | 'malformed' | 'no length' | 'endless' | 'modified';

export interface FakeScript {
  /** Answers by method; what is not named is answered with null. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Faults by method, in place of the answer. */
  readonly faults?: Readonly<Record<string, Fault>>;
  /** How many times each fault happens; for ever if it is not said. */
  readonly faultCount?: number;
  /** A completion of this many items. */
  readonly itemCount?: number;
  /** Bytes of log messages sent every 10 ms, and of chatter on the standard error stream. */
  readonly floodBytes?: number;
  /** Milliseconds before an answer. */
  readonly delayMs?: number;
  /** Neither the end of its input nor a signal ends it. */
  readonly isStubborn?: boolean;
  readonly diesAtStart?: boolean;
  /** Megabytes it holds. */
  readonly megabytes?: number;
  /** File that gets every message received, a line each. */
  readonly logPath?: string;
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** How to start it. */
export function fakeServer(script: FakeScript): ServerProgram {
  return {
    path: process.execPath,
    words: [`--import=${tsx}`, fileURLToPath(import.meta.url), JSON.stringify(script)],
  };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

function serve(script: FakeScript): void {
  if (script.diesAtStart) process.exit(3);
  const held = Buffer.alloc((script.megabytes ?? 0) * 2 ** 20, 1);
  let faultsLeft = script.faultCount ?? Number.POSITIVE_INFINITY;
  if (script.isStubborn) process.on('SIGTERM', () => {});
  else process.stdin.on('end', () => process.exit(held.length < 0 ? 1 : 0));
  process.stdout.on('error', () => {});
  if (script.isStubborn) setInterval(() => {}, 1000);
  if (script.floodBytes) {
    const message = 'x'.repeat(script.floodBytes);
    setInterval(() => {
      send({ method: 'window/logMessage', params: { type: 3, message } });
      process.stderr.write(message);
    }, 10);
  }
  receive((message) => {
    if (script.logPath) appendFileSync(script.logPath, `${JSON.stringify(message)}\n`);
    const { id, method } = message;
    if (id === undefined || method === undefined) return;
    const fault = faultsLeft > 0 ? script.faults?.[method] : undefined;
    if (fault) {
      faultsLeft -= 1;
      misbehave(fault, id);
      return;
    }
    setTimeout(() => send({ id, result: answer(method, script) }), script.delayMs ?? 0);
  });
}

function answer(method: string, script: FakeScript): unknown {
  if (method === 'initialize')
    return { capabilities: { positionEncoding: 'utf-16' }, ...object(script.answers, method) };
  if (method === 'textDocument/completion' && script.itemCount !== undefined) {
    return Array.from({ length: script.itemCount }, (_, index) => ({ label: `name${index}`, kind: 5 }));
  }
  return script.answers?.[method] ?? null;
}

function object(answers: FakeScript['answers'], method: string): object {
  return (answers?.[method] as object | undefined) ?? {};
}

function misbehave(fault: Fault, id: number): void {
  if (fault === 'die') process.exit(4);
  if (fault === 'malformed') process.stdout.write('Content-Length: 9\r\n\r\n{"id": 1,');
  if (fault === 'no length') process.stdout.write('Length: many\r\n\r\n{}');
  if (fault === 'modified') send({ id, error: { code: -32801, message: 'content modified' } });
  if (fault === 'endless') {
    process.stdout.write('Content-Length: 2000000000\r\n\r\n');
    setInterval(() => process.stdout.write(' '.repeat(100_000)), 5);
  }
}

function send(message: object): void {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function receive(use: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  process.stdin.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const header = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, Math.max(header, 0)))?.[1]);
      if (header < 0 || !(buffer.length >= header + 4 + length)) return;
      const body = buffer.toString('utf8', header + 4, header + 4 + length);
      buffer = buffer.subarray(header + 4 + length);
      use(JSON.parse(body) as Message);
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(JSON.parse(process.argv[2] ?? '{}') as FakeScript);
