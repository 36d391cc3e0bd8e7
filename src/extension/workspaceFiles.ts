// The files of a workspace that are like a document, named to the engine once they are of use: it draws on them while it completes.
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { EditorFile, FileQuestion, WorkspaceFiles } from '../protocol/messages.ts';
import type { FilePlace, Reason } from './eligibility.ts';
import { globOf, nearestFirst } from './likeFiles.ts';

/** Files named at most, on this machine and elsewhere, where each is fetched; and of how many that are found. */
const mostFiles = 2000;
const mostRemoteFiles = 300;
const mostFound = 10_000;

/** A key that comes meanwhile waits no longer. */
const sliceMs = 3;

/** Folders that hold what was installed or made, not written. */
const foreignFolders =
  '**/{.git,node_modules,bower_components,.venv,venv,__pycache__,site-packages,dist,out,build,target,vendor}/**';

export interface WorkspaceHost {
  /** Why files get no completions in a folder. */
  rules(folder: vscode.Uri): (place: FilePlace) => Reason | undefined;
  send(files: WorkspaceFiles): void;
}

export class WorkspaceNews {
  readonly #host: WorkspaceHost;
  /** What was named already: lists, and files elsewhere. */
  readonly #named = new Set<string>();

  constructor(host: WorkspaceHost) {
    this.#host = host;
  }

  /** Another engine knows nothing yet. */
  forget(): void {
    this.#named.clear();
  }

  /** Completions are wanted in this document. */
  async noteUse(document: vscode.TextDocument): Promise<void> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const glob = globOf(document.languageId, document.uri.path);
    if (folder === undefined || glob === undefined) return;
    const name = `${folder.uri.toString()} ${glob}`;
    if (this.#named.has(name)) return;
    this.#named.add(name);
    const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, glob), foreignFolders, mostFound);
    const isHere = folder.uri.scheme === 'file';
    const files = await this.#welcome(nearestFirst(found, document.uri.path), folder.uri, document.languageId);
    if (!isHere) for (const file of files) this.#named.add(file);
    this.#host.send({ name, files });
  }

  /** The first that are of the folder's own file system and not excluded, as many as are named; a slice of time after another. */
  async #welcome(found: readonly vscode.Uri[], folder: vscode.Uri, language: string): Promise<readonly string[]> {
    const rules = this.#host.rules(folder);
    const most = folder.scheme === 'file' ? mostFiles : mostRemoteFiles;
    const files: string[] = [];
    let sliceEndMs = performance.now() + sliceMs;
    for (const uri of found) {
      if (files.length === most) break;
      if (performance.now() > sliceEndMs) {
        await setImmediate();
        sliceEndMs = performance.now() + sliceMs;
      }
      const { scheme, path } = uri;
      const paths = [path, path.slice(folder.path.length + 1)];
      if (scheme === folder.scheme && rules({ scheme, language, paths }) === undefined) files.push(uri.toString());
    }
    return files;
  }

  /** Reads a file that was named and is not on this machine; `null` where there is none. Never rejects. */
  async read({ uri, mostBytes, known }: FileQuestion): Promise<EditorFile | null> {
    if (!this.#named.has(uri)) return null;
    try {
      const place = vscode.Uri.parse(uri, true);
      const { size, mtime: changedMs } = await vscode.workspace.fs.stat(place);
      const isKnown = size === known?.size && changedMs === known.changedMs;
      if (isKnown || size > mostBytes) return { size, changedMs };
      return { size, changedMs, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(place)) };
    } catch {
      // gone, or nobody is there to read it any more
      return null;
    }
  }
}
