// Log messages of the engine and of the extension → the extension's log channel, at their level; the last ones are remembered.
import type * as vscode from 'vscode';
import type { LogMessage } from '../protocol/messages.ts';

const mostLines = 40;

export class Log {
  readonly #channel: vscode.LogOutputChannel;
  #last: readonly string[] = [];

  constructor(channel: vscode.LogOutputChannel) {
    this.#channel = channel;
  }

  /** The last lines, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  write({ level, text }: LogMessage): void {
    this.#last = [...this.#last, `${new Date().toISOString()} ${level}: ${text}`].slice(-mostLines);
    if (level === 'error') this.#channel.error(text);
    else if (level === 'warning') this.#channel.warn(text);
    else this.#channel.info(text);
  }

  /** For those who read closely; not remembered. */
  trace(text: string): void {
    this.#channel.trace(text);
  }

  show(): void {
    this.#channel.show();
  }
}
