// An engine in a child process of its own: one request at a time, answered in order, over the process's message channel.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a child sends back. */
export type Reply<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly reason: string };

export interface ChildEngine<Request, Answer> {
  /** Rejects with the child's reason, or when its process ends instead of answering. */
  ask(request: Request): Promise<Answer>;
  /** Ends the process and waits until it is gone. */
  dispose(): Promise<void>;
}

/** Starts `script`, a TypeScript file beside this one. `name` stands before its errors. */
export function startChild<Request extends object, Answer>(script: string, name: string): ChildEngine<Request, Answer> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(file, [], { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  return {
    ask: (request) => exchange<Request, Answer>(child, request, name),
    dispose: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function exchange<Request extends object, Answer>(
  child: ChildProcess,
  request: Request,
  name: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (reply: Reply<Answer>): void => {
      settle();
      if (reply.ok) resolve(reply.answer);
      else reject(new Error(`${name}: ${reply.reason}`));
    };
    const onExit = (code: number | null): void => {
      settle();
      reject(new Error(`${name}: its process ended with ${code ?? 'a signal'}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(request);
  });
}

/** The child's side: answers every request with what `answer` makes of it; `close` runs before the process ends. */
export function serveParent<Request, Answer>(
  answer: (request: Request) => Promise<Answer>,
  close: () => Promise<void>,
): void {
  process.on('message', (request: Request) => {
    const reply = (message: Reply<Answer>): void => {
      process.send?.(message);
    };
    answer(request).then(
      (value) => reply({ ok: true, answer: value }),
      (error: unknown) => reply({ ok: false, reason: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on('disconnect', () => {
    void close().finally(() => process.exit());
  });
}
