// Within the extension host: a file system that is on no disk, with one folder, `memory:/project`, and in it the
// files that stand beside this one in JSON.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

const root = '/project';

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly mtime: number;
}

class MemoryFiles implements vscode.FileSystemProvider {
  readonly #files = new Map<string, MemoryFile>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;

  constructor(texts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(texts)) this.#put(`${root}/${name}`, new TextEncoder().encode(text));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    if (uri.path === root || uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { bytes, mtime } = this.#get(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.length };
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    if (uri.path !== root) return [[path.posix.basename(root), vscode.FileType.Directory]];
    return [...this.#files.keys()].map((name) => [path.posix.basename(name), vscode.FileType.File]);
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#get(uri).bytes;
  }

  writeFile(uri: vscode.Uri, bytes: Uint8Array): void {
    this.#put(uri.path, bytes);
    this.#changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  #get(uri: vscode.Uri): MemoryFile {
    const file = this.#files.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }

  #put(name: string, bytes: Uint8Array): void {
    this.#files.set(name, { bytes, mtime: Date.now() });
  }
}

const texts: unknown = JSON.parse(readFileSync(path.join(__dirname, 'memoryFiles.json'), 'utf8'));
vscode.workspace.registerFileSystemProvider('memory', new MemoryFiles(texts as Record<string, string>));
