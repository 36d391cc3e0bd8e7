// What preparing the next suggestion is worth: a typist replays pieces of real files in a real VS Code, each with it and without, in
// turns. The extension itself notes how long the editor's questions took.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from 'simple-statistics';
import { Session } from '../../vscode/session.ts';
import { until } from '../../vscode/until.ts';
import { readCorpus } from '../corpus.ts';
import { seededRandom } from '../random.ts';
import { decimal, drawTable } from '../table.ts';
import { cutPieces, type Piece } from './pieces.ts';
import { type Followed, type Replies, type Reply, readReplies } from './replies.ts';
import { typePiece } from './typist.ts';

export interface PreparedOptions {
  /** Pieces, each typed twice. */
  readonly sessions: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

/** Of a piece: some minutes of an hour. */
const lines = 6;

/** Brackets come from the typist alone, who has them in mind. */
const settings = {
  'palimpsest.enable': true,
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.parameterHints.enabled': false,
  'files.autoSaveDelay': 1000,
};

/** An answer that takes no longer is there when it is asked for. */
const atOnceMs = 10;

/** The editor writes its logs a moment later. */
const writtenMs = 1500;

interface Replay extends Replies {
  readonly keys: number;
  /** Whether the file became what it is. */
  readonly isSame: boolean;
}

export async function benchPrepared({ sessions, seed, print }: PreparedOptions): Promise<void> {
  const { files } = await readCorpus();
  const pieces = cutPieces(files, { seed, count: sessions, lines });
  const placed = pieces.flatMap((piece, index) =>
    [true, false].map((isPrepared) => ({ piece, isPrepared, name: nameOf(piece, index, isPrepared) })),
  );
  const texts = placed.map(({ piece: { before, after }, name }) => [name, before + after] as const);
  const session = await Session.start(Object.fromEntries(texts));
  try {
    const replays = new Map<boolean, Replay[]>([
      [true, []],
      [false, []],
    ]);
    await session.set(settings);
    await warmUp(session, placed[0]!.name, pieces[0]!);
    for (const [index] of pieces.entries())
      for (const isPrepared of index % 2 === 0 ? [true, false] : [false, true]) {
        const { piece, name } = placed[2 * index + Number(!isPrepared)]!;
        const replay = await replayPiece(session, piece, name, isPrepared, seed + index);
        replays.get(isPrepared)!.push(replay);
      }
    print(
      `\nthe next suggestion, ${pieces.length} pieces of ${lines} lines typed in VS Code, with it prepared and without`,
    );
    print(draw(replays.get(true)!, replays.get(false)!));
  } finally {
    await session.stop();
  }
}

function nameOf({ path: file }: Piece, index: number, isPrepared: boolean): string {
  const extension = path.extname(file);
  const base = path.basename(file, extension).replaceAll(/[^\w-]/g, '-');
  return `${index}-${base}-${isPrepared ? 'with' : 'without'}${extension}`;
}

/** Starts the engine, and the language server with it. */
async function warmUp(session: Session, name: string, piece: Piece): Promise<void> {
  const { editor } = session;
  await editor.seeStatus(/ready/);
  await open(session, name, piece);
  await editor.command('Palimpsest: Complete Here');
  await until('an answer', async () => (/ shown after /.test(await session.log()) ? true : undefined), 120_000);
}

async function open({ editor }: Session, name: string, { before }: Piece): Promise<void> {
  const lines = before.split('\n');
  await editor.open(name, lines.length, lines.at(-1)!.length + 1);
}

async function replayPiece(
  session: Session,
  piece: Piece,
  name: string,
  isPrepared: boolean,
  seed: number,
): Promise<Replay> {
  await session.set({ ...settings, 'palimpsest.prepareNext': isPrepared });
  await open(session, name, piece);
  // the first question about a file computes all of its prompt
  const asked = (await written(session)).length;
  await session.editor.command('Palimpsest: Complete Here');
  await until('the first answer', async () =>
    / shown after /.test((await session.log()).slice(asked)) ? true : undefined,
  );
  const from = (await written(session)).length;
  const keys = await typePiece(session.editor, piece, seededRandom(seed));
  const isSame = await session.editor
    .seeDocument(name, piece.before + piece.text + piece.after)
    .then(() => true)
    .catch(() => false);
  return { keys, isSame, ...readReplies((await written(session)).slice(from).split('\n')) };
}

/** The log once everything is in its file. */
async function written(session: Session): Promise<string> {
  await sleep(writtenMs);
  return session.log();
}

function draw(prepared: readonly Replay[], plain: readonly Replay[]): string {
  const sum = (replays: readonly Replay[], of: (replay: Replay) => number): string =>
    String(replays.reduce((total, replay) => total + of(replay), 0));
  const accepted = (replays: readonly Replay[]): Followed[] => replays.flatMap((replay) => [...replay.accepted]);
  const shown = (replays: readonly Replay[]): Reply[] => accepted(replays).flatMap((each) => each.shown ?? []);
  const first = (replays: readonly Replay[]): Reply[] => accepted(replays).flatMap((each) => each.first ?? []);
  const typed = (replays: readonly Replay[]): Reply[] =>
    replays.flatMap(({ others }) => others.filter(({ source }) => source === 'engine'));
  const atOnce = (replies: readonly Reply[]): string => {
    const fast = replies.filter(({ latencyMs }) => latencyMs <= atOnceMs).length;
    return `${decimal(replies.length === 0 ? undefined : (100 * fast) / replies.length)} (${fast} of ${replies.length})`;
  };
  const at = (replies: readonly Reply[], share: number): string =>
    decimal(
      replies.length === 0
        ? undefined
        : quantile(
            [...replies].map(({ latencyMs }) => latencyMs),
            share,
          ),
    );
  const row = (name: string, of: (replays: readonly Replay[]) => string): string[] => [name, of(prepared), of(plain)];
  return drawTable(
    ['', 'prepared', 'not'],
    [
      row('keys', (replays) => sum(replays, ({ keys }) => keys)),
      row('accepted', (replays) => sum(replays, (replay) => replay.accepted.length)),
      row(`next suggestion within ${atOnceMs} ms, %`, (replays) => atOnce(shown(replays))),
      row('next suggestion p50, ms', (replays) => at(shown(replays), 0.5)),
      row('next suggestion p95, ms', (replays) => at(shown(replays), 0.95)),
      row(`first answer after Tab within ${atOnceMs} ms, %`, (replays) => atOnce(first(replays))),
      row('first answer after Tab p50, ms', (replays) => at(first(replays), 0.5)),
      row('first answer after Tab p95, ms', (replays) => at(first(replays), 0.95)),
      row('other answers of the engine', (replays) => String(typed(replays).length)),
      row('of these p50, ms', (replays) => at(typed(replays), 0.5)),
      row('of these p95, ms', (replays) => at(typed(replays), 0.95)),
      row('pieces that ended as the file has them', (replays) => sum(replays, ({ isSame }) => Number(isSame))),
    ],
  );
}
