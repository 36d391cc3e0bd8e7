// FILE:LINE:COL → the text around the cursor and what else a request needs to know of the file.
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { CompletionRequest } from '../protocol/messages.ts';
import { documentOf } from './project.ts';
import { UsageError } from './usageError.ts';

const languages: Readonly<Record<string, string>> = {
  '.bash': 'shellscript',
  '.c': 'c',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.cs': 'csharp',
  '.css': 'css',
  '.cts': 'typescript',
  '.go': 'go',
  '.h': 'c',
  '.hpp': 'cpp',
  '.html': 'html',
  '.java': 'java',
  '.js': 'javascript',
  '.json': 'json',
  '.jsx': 'javascriptreact',
  '.mjs': 'javascript',
  '.mts': 'typescript',
  '.php': 'php',
  '.py': 'python',
  '.rb': 'ruby',
  '.rs': 'rust',
  '.sh': 'shellscript',
  '.ts': 'typescript',
  '.tsx': 'typescriptreact',
  '.yaml': 'yaml',
  '.yml': 'yaml',
};

/** The editor's language identifier for a file name; plaintext if it is not known. */
export function languageOf(path: string): string {
  return languages[extname(path).toLowerCase()] ?? 'plaintext';
}

export interface Place {
  readonly path: string;
  readonly text: string;
  /** In UTF-16 units. */
  readonly offset: number;
}

/** Parses `FILE:LINE:COL` (both from 1, columns in UTF-16 units) and reads the file. @throws UsageError */
export async function readPlace(word: string): Promise<Place> {
  const match = /^(.+):(\d+):(\d+)$/s.exec(word);
  if (match === null) throw new UsageError(`${word} is not FILE:LINE:COL, for example src/main.ts:10:5.`);
  const [, path, line, column] = match as unknown as [string, string, string, string];
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read (${error.code}).`,
    );
  });
  return { path, text, offset: offsetAt(path, text, Number(line), Number(column)) };
}

function offsetAt(path: string, text: string, line: number, column: number): number {
  let start = 0;
  for (let current = 1; current < line; current++) {
    const end = text.indexOf('\n', start);
    if (end < 0 || line < 1) throw new UsageError(`${path} has ${current} lines, so there is no line ${line}.`);
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  const length = (end < 0 ? text.length : end) - start;
  if (line < 1 || column < 1 || column > length + 1)
    throw new UsageError(`Line ${line} of ${path} has columns 1 to ${length + 1}, so there is no column ${column}.`);
  return start + column - 1;
}

/** The request for a place, in the project that its file belongs to. */
export async function requestAt(
  { path, text, offset }: Place,
  { maxTokens, trust }: { readonly maxTokens?: number | undefined; readonly trust: boolean },
): Promise<CompletionRequest> {
  return {
    path: basename(path),
    document: await documentOf(path, trust),
    language: languageOf(path),
    prefix: text.slice(0, offset),
    suffix: text.slice(offset),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
