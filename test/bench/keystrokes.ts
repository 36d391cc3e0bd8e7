// The keystroke replay: pairs of requests as an editor sends them while a line is typed, the second with one more character.

import type { SourceFile } from './corpus.ts';
import { splitsCharacter } from './holes.ts';
import type { Item } from './items.ts';
import { maskPython } from './pythonText.ts';
import { type Random, seededRandom } from './random.ts';
import { codeLines } from './sites.ts';
import { maskTypescript, parseTypescript } from './typescriptText.ts';

/** Two requests at one place: `after` is `before` with one more character typed. */
export interface Keystroke {
  readonly before: Item;
  readonly after: Item;
}

export interface KeystrokeOptions {
  readonly seed: number;
  readonly count: number;
  /** At most this many places in one file. */
  readonly perFile?: number;
}

function requestAt(file: SourceFile, at: number, lineEnd: number): Item {
  return {
    id: `${file.path}:${at}:keystroke`,
    path: file.path,
    language: file.language,
    prefix: file.text.slice(0, at),
    suffix: file.text.slice(lineEnd),
    kind: 'line',
    target: file.text.slice(at, lineEnd),
    multiline: 'line',
  };
}

function* placesIn(file: SourceFile, random: Random): Generator<Keystroke> {
  const mask =
    file.language === 'python' ? maskPython(file.text) : maskTypescript(parseTypescript(file.text, file.path));
  for (const line of random.shuffled(codeLines(file.text, mask))) {
    const at = random.integer(line.start, line.end - 2);
    if (splitsCharacter(file.text, at) || splitsCharacter(file.text, at + 1)) continue;
    yield { before: requestAt(file, at, line.end), after: requestAt(file, at + 1, line.end) };
  }
}

/** Places in random lines of `files`, files in random order. The text after the cursor starts at the line's end. */
export function cutKeystrokes(files: readonly SourceFile[], options: KeystrokeOptions): Keystroke[] {
  const random = seededRandom(options.seed);
  const keystrokes: Keystroke[] = [];
  for (const file of random.shuffled(files)) {
    let taken = 0;
    for (const keystroke of placesIn(file, random)) {
      if (keystrokes.length >= options.count || taken >= (options.perFile ?? 4)) break;
      keystrokes.push(keystroke);
      taken += 1;
    }
  }
  return keystrokes;
}
