// Within the extension host: a profile from the first keystroke in a file that is typed to the opening of one that says it is done,
// and when each keystroke came.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import * as vscode from 'vscode';
import { donePrefix, type ProbeReport, reportName, typedPrefix } from './probeReport.ts';

const samplingMicroseconds = 200;
const strokes: number[] = [];
let session: Session | undefined;

vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
  if (contentChanges.length === 0 || !isNamed(document.uri, typedPrefix)) return;
  session ??= started();
  strokes.push(Number(process.hrtime.bigint() / 1000n));
});

vscode.workspace.onDidOpenTextDocument(({ uri }) => {
  if (!isNamed(uri, donePrefix) || session === undefined) return;
  session.post('Profiler.stop', (error, { profile }) => {
    if (error !== null) throw error;
    const report: ProbeReport = { profile, strokes: strokes.splice(0) };
    writeFileSync(path.join(__dirname, reportName), JSON.stringify(report));
  });
  session = undefined;
});

function isNamed({ path: whole }: vscode.Uri, prefix: string): boolean {
  return path.posix.basename(whole).startsWith(prefix);
}

function started(): Session {
  const opened = new Session();
  opened.connect();
  opened.post('Profiler.enable');
  opened.post('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  opened.post('Profiler.start');
  return opened;
}
