// Log messages of the engine → the extension's log channel, at their level.
import type * as vscode from 'vscode';
import type { LogMessage } from '../protocol/messages.ts';

export function logTo(channel: vscode.LogOutputChannel, { level, text }: LogMessage): void {
  if (level === 'error') channel.error(text);
  else if (level === 'warning') channel.warn(text);
  else channel.info(text);
}
