// Source files → pieces for a typist to type: some lines within a file that has the rest of them already.

import type { SourceFile } from '../corpus.ts';
import { maskPython } from '../pythonText.ts';
import { seededRandom } from '../random.ts';
import { codeLines } from '../sites.ts';
import { maskTypescript, parseTypescript } from '../typescriptText.ts';

/** Lines of a file, without the indentation of the first and the line break behind the last, and what stands around them. */
export interface Piece {
  readonly path: string;
  readonly language: string;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

export interface PieceOptions {
  readonly seed: number;
  readonly count: number;
  readonly lines: number;
}

/** Less than this before a piece tells a model little; more than that is slow to open. In UTF-16 units. */
const leastBefore = 800;
const longestFile = 40_000;
/** In one line: what is longer is a table or a text. */
const longestLine = 100;

/** At most one piece of a file, files in random order, no more of a package than of any other while there are others. */
export function cutPieces(files: readonly SourceFile[], { seed, count, lines }: PieceOptions): Piece[] {
  const random = seededRandom(seed);
  const taken = new Map<string, number>();
  const pieces: Piece[] = [];
  const shuffled = random.shuffled(files.filter(({ text }) => text.length <= longestFile && !/\t|\r/.test(text)));
  for (let most = 1; pieces.length < count && most <= count; most += 1)
    for (const file of shuffled) {
      if (pieces.length === count || (taken.get(file.group) ?? 0) >= most) continue;
      if (pieces.some(({ path }) => path === file.path)) continue;
      const piece = random.shuffled(starts(file)).flatMap((start) => pieceAt(file, start, lines) ?? [])[0];
      if (piece === undefined) continue;
      pieces.push(piece);
      taken.set(file.group, (taken.get(file.group) ?? 0) + 1);
    }
  return pieces;
}

/** Where indented lines of code start, after their indentation. */
function starts(file: SourceFile): number[] {
  const { language, path, text } = file;
  const mask = language === 'python' ? maskPython(text) : maskTypescript(parseTypescript(text, path));
  return codeLines(text, mask).flatMap(({ start }) => (start >= leastBefore && text[start - 1] === ' ' ? [start] : []));
}

function pieceAt({ path, language, text }: SourceFile, start: number, count: number): Piece | undefined {
  const lines = text.slice(start).split('\n', count);
  const end = start + lines.join('\n').length;
  const isPlain = lines.every((line) => line.trim() !== '' && line.length <= longestLine && /^[ -~]*$/.test(line));
  const isCode = lines.every((line) => !/^\s*(\/\/|\/?\*|#)|"""|\s$/.test(line));
  if (lines.length < count || end >= text.length || !isPlain || !isCode) return undefined;
  return { path, language, before: text.slice(0, start), text: text.slice(start, end), after: text.slice(end) };
}
