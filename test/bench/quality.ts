// The quality gate: exact match of the shipped layout with healing, of the hole at the cursor without, and of the peer on the
// very prompts of the shipped layout.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Item, type Prediction, parseJsonLines, toJsonLines } from './items.ts';
import type { OursEngine, PromptVariant } from './oursEngine.ts';
import type { Peer } from './peer.ts';
import { completeWithPeer } from './peerComplete.ts';
import { type ItemScore, score, summarise, summariseByKind } from './score.ts';
import { bootstrapDifference, type Estimate, mcNemar } from './statistics.ts';
import { reachesEnd } from './stopRule.ts';
import { decimal, drawTable } from './table.ts';

/** Cap on decoded tokens by kind, the same for every system. */
const maximumTokens = { member: 16, line: 48, call: 96, block: 192 } as const;

/** `item` with the cap on tokens that its kind has in the bench. */
function capped(item: Item): Item {
  return { ...item, maxTokens: maximumTokens[item.kind] };
}

/** Called after every prediction, for a line of progress. */
export type Progress = (done: number, of: number) => void;

export async function predictOurs(
  ours: OursEngine,
  items: readonly Item[],
  variant: PromptVariant,
  progress: Progress,
): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for (const item of items) {
    predictions.push(await ours.complete(capped(item), variant));
    progress(predictions.length, items.length);
  }
  return predictions;
}

interface StoredPrediction {
  readonly key: string;
  readonly text: string;
}

/**
 * The peer on our prompts. Its greedy answers depend on nothing but model, release and prompt, so they are kept in `storePath`
 * and decoded once.
 */
export async function predictPeer(
  ours: OursEngine,
  peer: Peer,
  items: readonly Item[],
  storePath: string,
  progress: Progress,
): Promise<Prediction[]> {
  const stored = existsSync(storePath) ? parseJsonLines<StoredPrediction>(await readFile(storePath, 'utf8')) : [];
  const known = new Map(stored.map(({ key, text }) => [key, text]));
  await mkdir(path.dirname(storePath), { recursive: true });
  const predictions: Prediction[] = [];
  for (const item of items) {
    const { ids, healBytes } = await ours.promptTokens(capped(item), 'shipped');
    const maxTokens = maximumTokens[item.kind];
    const parts = [peer.facts.release, ours.facts.model, item.id, ids, [...healBytes], maxTokens];
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    let text = known.get(key);
    if (text === undefined) {
      const isFinished = (soFar: string): boolean => reachesEnd(soFar, item);
      text = await completeWithPeer(peer, ids, healBytes, { vocabulary: ours.vocabulary, maxTokens, isFinished });
      await appendFile(storePath, toJsonLines([{ key, text }]));
    }
    predictions.push({ id: item.id, outcome: 'done', drafts: [{ text }] });
    progress(predictions.length, items.length);
  }
  return predictions;
}

/** One system's predictions under the name the table shows. */
export interface System {
  readonly name: string;
  readonly predictions: readonly Prediction[];
}

const withError = (value: Estimate): string => `${decimal(value.mean)} ± ${decimal(value.standardError)}`;

function summaryRow(name: string, kind: string, scores: readonly ItemScore[]): string[] {
  const summary = summarise(scores);
  return [
    name,
    kind,
    String(scores.length),
    withError(summary.exactMatch),
    withError(summary.editSimilarity),
    withError(summary.nextIdentifierMatch),
    withError(summary.identifierSequenceMatch),
    withError(summary.prefixMatch),
  ];
}

/** Table (a): every system by kind, then every other system against the first, pairwise on exact match. */
export function drawQuality(items: readonly Item[], systems: readonly System[]): string {
  const scored = systems.map(({ name, predictions }) => ({ name, scores: score(items, predictions) }));
  const rows = scored.flatMap(({ name, scores }) => [
    ...[...summariseByKind(scores).keys()].map((kind) => {
      const ofKind = scores.filter((each) => each.kind === kind);
      return summaryRow(name, kind, ofKind);
    }),
    summaryRow(name, 'all', scores),
  ]);
  const header = ['system', 'kind', 'n', 'EM %', 'ES', 'NIM %', 'ISM %', 'PM %'];
  const [first, ...others] = scored;
  const comparisons = others.map(({ name, scores }) => {
    const mine = (first?.scores ?? []).map((each) => each.exactMatch);
    const theirs = scores.map((each) => each.exactMatch);
    const { onlyFirst, onlySecond, pValue } = mcNemar(mine, theirs);
    const hundred = (values: readonly boolean[]): number[] => values.map((value) => 100 * Number(value));
    const { difference, low, high } = bootstrapDifference(hundred(mine), hundred(theirs));
    const interval = `${decimal(difference)} points (95 %: ${decimal(low)} to ${decimal(high)})`;
    return `${first?.name ?? ''} − ${name}: ${interval}; right alone ${onlyFirst} : ${onlySecond}, McNemar p = ${decimal(pValue, 3)}`;
  });
  return [drawTable(header, rows), ...comparisons].join('\n');
}
