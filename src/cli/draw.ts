// A completion as it would look in the editor: the code around the cursor with line numbers, ghost text set apart.
import { styleText } from 'node:util';
import { percentOf } from '../base/percent.ts';
import type { Draft } from '../protocol/messages.ts';
import type { Place } from './place.ts';

const linesBefore = 8;
const linesAfter = 4;

export interface DrawOptions {
  readonly color: boolean;
}

/** Draws `draft` (or the lack of one) at `place`. Without colour the ghost text stands in ⟦brackets⟧. */
export function drawCompletion(
  { path, text, offset }: Place,
  draft: Draft | undefined,
  { color }: DrawOptions,
): string {
  const ghost = (line: string): string => drawGhost(line, color);
  const faint = (line: string): string => (color ? styleText('gray', line, { validateStream: false }) : line);
  const before = text.slice(0, offset).split(/\r?\n/);
  const after = text.slice(offset + (draft?.replaces ?? 0)).split(/\r?\n/);
  const inserted = draft === undefined ? [] : draft.text.split(/\r?\n/);
  const cursor = color ? styleText('inverse', ' ', { validateStream: false }) : '‸';

  const shown = before.slice(-linesBefore);
  const first = before.length - shown.length + 1;
  const head = shown.pop() ?? '';
  const [rest = '', ...below] = after;
  const ghosts = inserted.map((line) => (line === '' ? '' : ghost(line)));
  const [ghostHead = draft === undefined ? cursor : '', ...ghostBelow] = ghosts;
  const lines = [...shown, `${head}${ghostHead}`, ...ghostBelow];
  lines[lines.length - 1] += rest;
  lines.push(...below.slice(0, linesAfter));
  const width = String(first + lines.length).length;
  const numbered = lines.map((line, i) => `${faint(`${String(first + i).padStart(width)} │`)} ${line}`);
  return [faint(`${path}:${before.length}:${(before.at(-1) ?? '').length + 1}`), ...numbered].join('\n');
}

/** What else could go in there, a line for each line. */
export function drawOthers(drafts: readonly Draft[], { color }: DrawOptions): readonly string[] {
  return drafts.flatMap(({ text, logProb }) =>
    text.split(/\r?\n/).map((line, at) => {
      const head = at === 0 ? `or, ${percentOf(logProb)}:`.padStart(12) : ''.padStart(12);
      return `${head} ${drawGhost(line, color)}`;
    }),
  );
}

/** The text of one draft, or the texts of several, each under a line that says how probable it is and what speaks for it. */
export function drawDrafts(drafts: readonly Draft[]): string {
  if (drafts.length < 2) return `${drafts[0]?.text ?? ''}\n`;
  const heads = drafts.map(({ logProb, vouchers }, at) =>
    [`── ${at + 1}`, percentOf(logProb), ...vouchers].join(' · '),
  );
  return drafts.map(({ text }, at) => `${heads[at]}\n${text}\n`).join('');
}

function drawGhost(line: string, color: boolean): string {
  return color ? styleText(['cyan', 'italic'], line, { validateStream: false }) : `⟦${line}⟧`;
}
