// A piece of a file → the keys of a typist who has it in mind: character by character, with a moment of thought behind Enter and
// behind some words, and a look at the ghost text before each key; Tab, after the time it takes to read, where all of it is what
// the file has.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Editor } from '../../vscode/editor.ts';
import { until } from '../../vscode/until.ts';
import type { Random } from '../random.ts';
import type { Piece } from './pieces.ts';

/** Milliseconds between two keys, those of thought, and those of reading a suggestion; each at random in between. */
const keyMs = [120, 200] as const;
const thoughtMs = [400, 700] as const;
const readMs = [600, 1000] as const;
/** One word in so many is thought about. */
const wordsToThought = 4;
/** Nobody stops for less than this. */
const leastAccepted = 3;

/** Types `piece` at the cursor, which stands where it starts; returns how many keys that took. */
export async function typePiece(editor: Editor, { before, text }: Piece, random: Random): Promise<number> {
  let at = 0;
  let keys = 0;
  let line = before.split('\n').length;
  while (at < text.length) {
    const key = text[at]!;
    at += 1;
    keys += 1;
    if (key === '\n') {
      await editor.press('Enter');
      line += 1;
      const blanks = /^ */.exec(text.slice(at))![0].length;
      await sleep(random.integer(...keyMs));
      keys += await indent(editor, line, blanks + 1);
      at += blanks;
    } else {
      await editor.page.keyboard.type(key);
      await sleep(random.integer(...keyMs));
    }
    const isBetweenWords = /[^\w][\w]|[\w][^\w]/.test(text.slice(at - 1, at + 1));
    if (key === '\n' || (isBetweenWords && random.integer(1, wordsToThought) === 1))
      await sleep(random.integer(...thoughtMs));
    const ghost = await editor.ghost();
    if (ghost.length < leastAccepted || !text.startsWith(ghost, at)) continue;
    await sleep(random.integer(...readMs));
    if ((await editor.ghost()) !== ghost) continue;
    await editor.press('Tab');
    await sleep(random.integer(...keyMs));
    at += ghost.length;
    line += ghost.split('\n').length - 1;
    keys += 1;
  }
  return keys;
}

/** Makes the editor's indentation of a new line the file's; returns how many keys that took. */
async function indent(editor: Editor, line: number, column: number): Promise<number> {
  const seen = await until('the new line', async () => {
    const cursor = await editor.cursor();
    return cursor.line === line ? cursor.column : undefined;
  });
  let keys = 0;
  for (let now = seen; now !== column; keys += 1) {
    await editor.press(now > column ? 'Backspace' : 'Space');
    now = await until('the indentation', async () => {
      const cursor = await editor.cursor();
      return cursor.column === now ? undefined : cursor.column;
    });
  }
  return keys;
}
